using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb2;
using SmbClient.Gss;
using SmbClient.Protection;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>
/// One user authentication, [MS-SMB2] 3.2.4.2.3 and 3.2.5.3: SESSION_SETUP in any number of legs, the keys, and the signature of its end
/// (client-state H1–H11, K1–K3).
/// </summary>
internal sealed class Smb2SessionSetup
{
    private readonly Smb2Dialect _dialect;
    private readonly ClientConnection _connection;
    private readonly ClientSession _session;
    private readonly SigningOutcome _outcome;

    public Smb2SessionSetup(Smb2Dialect dialect, ClientSession session)
    {
        _dialect = dialect;
        _connection = session.Connection;
        _session = session;
        _outcome = SigningPolicy.Evaluate(session.MessageSigningPolicy, _connection.ServerSigningState);
    }

    private Smb2DialectTraits Traits => _dialect.Negotiated.Traits;

    /// <summary>The server has to sign the end of the sign-in.</summary>
    private bool IsEndSigned => Traits.SignsSessionSetup || _outcome == SigningOutcome.Signed;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        UserAuthentication.RefuseUnprotectable(_session);
        bool isRepeated = _session.Channel is { Signer: not null };
        PreauthIntegrity? preauth = isRepeated ? null : _dialect.Negotiated.Preauth?.Clone();
        Smb2Channel? channel = _session.Channel;
        using UserAuthentication user = await UserAuthentication.CreateAsync(_session, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> token = user.Start();
        for (int leg = 1; leg <= UserAuthentication.MaxLegs; leg++)
        {
            SessionSetupRequest request = new()
            {
                SecurityMode = Smb2Negotiation.SecurityModeOf(_session.MessageSigningPolicy),
                PreviousSessionId = isRepeated ? 0 : _session.PreviousSessionId,
                SecurityBuffer = token,
            };
            Smb2Address address = new() { Channel = channel, Preauth = preauth };
            using Smb2Response response = await _dialect.Exchange.SendAsync(request, address, cancellationToken).ConfigureAwait(false);
            NtStatus status = response.Status;
            if (status is not (NtStatus.Success or NtStatus.MoreProcessingRequired))
            {
                throw user.Refused(status);
            }

            channel = Enter(channel, response.Header.SessionId);
            SessionSetupResponse body = response.Read<SessionSetupResponse>(SessionSetupResponse.Read);
            if (status == NtStatus.Success)
            {
                Finish(user, channel, body, response, preauth, isRepeated);
                return;
            }

            preauth?.Update(response.Message.Span);
            token = user.Continue(body.SecurityBuffer.Span);
        }

        throw user.TooManyLegs();
    }

    /// <summary>The session has the id that the server gives it, from the first answer on or, with some servers, from the last.</summary>
    private Smb2Channel Enter(Smb2Channel? channel, ulong sessionId)
    {
        if (channel is not null && (channel.SessionId == sessionId || channel.SessionId != 0))
        {
            return channel.SessionId == sessionId ? channel : throw _connection.Misbehaved("changed the id of the session while it was being set up");
        }

        _session.SessionId = sessionId;
        return _session.Channel = new Smb2Channel(sessionId);
    }

    private void Finish(UserAuthentication user, Smb2Channel channel, in SessionSetupResponse body, in Smb2Response response, PreauthIntegrity? preauth, bool isRepeated)
    {
        if (body.SessionFlags.HasFlag(Smb2SessionFlags.IsGuest))
        {
            UserAuthentication.AcceptGuest(_session);
            UserAuthentication.RefuseUnsealed(_session, "a guest has no key to seal with");
            _dialect.Flow.Enter(channel, _dialect.MaxReceiveSize);
            return;
        }

        if (body.SessionFlags.HasFlag(Smb2SessionFlags.IsNull) && !_session.IsAnonymous)
        {
            throw UserAuthentication.Failed(_session, "the server took the user for nobody and opened a null session", NtStatus.Success, GssStatus.Failure);
        }

        user.Finish(body.SecurityBuffer.Span);
        if (isRepeated)
        {
            // Signing in again changes no key (client-state K2).
            RequireSignature(response.IsProtected || !IsEndSigned);
        }
        else if (!_session.IsAnonymous)
        {
            Establish(user, channel, body.SessionFlags, response, preauth);
        }

        _dialect.Flow.Enter(channel, _dialect.MaxReceiveSize);
        UserAuthentication.LogSignedIn(_session, user.MechanismName);
    }

    /// <summary>A real user is in: derives the keys, verifies the end of the setup with them, and begins to sign or seal.</summary>
    private void Establish(UserAuthentication user, Smb2Channel channel, Smb2SessionFlags flags, in Smb2Response response, PreauthIntegrity? preauth)
    {
        SmbCipher? cipher = _dialect.Cipher;
        byte[] sessionKey = user.ExportSessionKey();
        using (Smb2SessionKeys keys = Smb2SessionKeys.Derive(Traits.Dialect, cipher, sessionKey, preauth is null ? default : preauth.Value))
        {
            channel.SetKeys(keys, _dialect.SigningAlgorithm, cipher);
            _session.SetSessionKey((byte[])keys.ApplicationKey.Clone());
        }

        sessionKey.AsSpan().Clear();
        if (IsEndSigned || response.Header.IsSigned)
        {
            RequireSignature(response.Verify(channel));
        }

        bool serverSeals = flags.HasFlag(Smb2SessionFlags.EncryptData);
        if (serverSeals && cipher is null)
        {
            throw _connection.Misbehaved("demands sealed messages without having agreed on a cipher");
        }

        channel.EncryptData = serverSeals || (cipher is not null && _session.Encryption != SmbEncryptionPolicy.IfServerRequires);
        channel.SigningRequired = !channel.EncryptData && _outcome == SigningOutcome.Signed;
    }

    private void RequireSignature(bool isThere)
    {
        if (!isThere)
        {
            throw _connection.Misbehaved("did not sign the end of the authentication, or signed it with another key. The connection is not safe");
        }
    }
}
