using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb1;
using SmbClient.Gss;
using SmbClient.Protection;
using SmbClient.Wire.Smb1;

namespace SmbClient.Dialects.Smb1;

/// <summary>
/// One user authentication, [MS-SMB] 3.2.4.2.4 and 3.2.5.3: extended security in any number of legs, or the challenge and response of
/// older servers (client-state G1–G4, E1–E5, R1–R7, S1–S6).
/// </summary>
internal sealed class Smb1SessionSetup
{
    private const ushort GuestAction = 0x0001;
    private const ushort LanManKeyAction = 0x0002;
    private const uint ActivationResponseSequence = 1;

    private readonly ClientConnection _connection;
    private readonly Smb1Dialect _dialect;
    private readonly ClientSession _session;
    private readonly SigningOutcome _outcome;
    private readonly bool _slotsAreHeld;
    private readonly bool _isRepeated;

    public Smb1SessionSetup(ClientConnection connection, Smb1Dialect dialect, ClientSession session, bool slotsAreHeld)
    {
        _connection = connection;
        _dialect = dialect;
        _session = session;
        _slotsAreHeld = slotsAreHeld;
        _isRepeated = session.AuthenticationState == AuthenticationState.Expired;
        _outcome = SigningPolicy.Evaluate(session.MessageSigningPolicy, connection.ServerSigningState);
    }

    private Smb1Address Address => new()
    {
        Uid = (ushort)_session.SessionId,
        SlotIsHeld = _slotsAreHeld,
        ExtraFlags2 =
            (_session.MessageSigningPolicy == SmbSigningState.Required ? Smb1Flags2.SecuritySignatureRequired : 0)
            | (_outcome == SigningOutcome.Signed ? Smb1Flags2.SecuritySignature : 0),
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        UserAuthentication.RefuseUnprotectable(_session);
        if (_dialect.ServerCapabilities.HasFlag(Smb1Capabilities.ExtendedSecurity) && !_connection.ShareLevelAccessControl)
        {
            await RunExtendedAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await RunNonExtendedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunExtendedAsync(CancellationToken cancellationToken)
    {
        using UserAuthentication user = await UserAuthentication.CreateAsync(_session, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> token = user.Start();
        for (int leg = 1; leg <= UserAuthentication.MaxLegs; leg++)
        {
            using Smb1Response response = await _dialect.Exchange.SendAsync(CreateRequest(token), Address, cancellationToken).ConfigureAwait(false);
            NtStatus status = response.Status;
            if (status is not (NtStatus.Success or NtStatus.MoreProcessingRequired))
            {
                throw user.Refused(status);
            }

            SessionSetupExtendedResponse body = response.Read<SessionSetupExtendedResponse>(SessionSetupExtendedResponse.Read);
            _session.SessionId = response.Header.Uid;
            if (status == NtStatus.Success)
            {
                Finish(user, body, response);
                return;
            }

            token = user.Continue(body.SecurityBlob.Span);
        }

        throw user.TooManyLegs();
    }

    private SessionSetupExtendedRequest CreateRequest(ReadOnlyMemory<byte> token)
    {
        if (token.Length > _dialect.ServerMaxBufferSize - 256)
        {
            throw UserAuthentication.Failed(_session, $"the token has {token.Length} octets, but the server takes messages of {_dialect.ServerMaxBufferSize}", NtStatus.Success, GssStatus.Failure);
        }

        return new SessionSetupExtendedRequest
        {
            MaxBufferSize = Smb1Dialect.MaxBufferSize,
            MaxMpxCount = (ushort)_connection.MaxMpxCount,
            VcNumber = 1,
            SessionKey = _dialect.ServerSessionKey,
            SecurityBlob = token,
            Capabilities = _dialect.SharedCapabilities | Smb1Capabilities.ExtendedSecurity,
            NativeOs = "",
            NativeLanMan = nameof(SmbClient),
        };
    }

    private void Finish(UserAuthentication user, in SessionSetupExtendedResponse body, in Smb1Response response)
    {
        bool isGuest = (body.Action & GuestAction) != 0;
        if (isGuest)
        {
            UserAuthentication.AcceptGuest(_session);
            return;
        }

        user.Finish(body.SecurityBlob.Span);
        if (!_session.IsAnonymous)
        {
            Establish(user.ExportSessionKey(), [], response);
        }

        UserAuthentication.LogSignedIn(_session, user.MechanismName);
    }

    private async Task RunNonExtendedAsync(CancellationToken cancellationToken)
    {
        if (!_session.Policy.AllowNonExtendedSecurity)
        {
            throw new SmbProtocolException(
                SmbProtocolError.Incompatible,
                $"{_connection.ServerName} has no extended security: the password would be proven without SPNEGO and without an integrity code. "
                + $"Set {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.AllowNonExtendedSecurity)} if this server is to be used all the same.");
        }

        Smb1Password password = _session.IsAnonymous ? Smb1Password.CreateForNobody(_connection) : Smb1Password.Create(_connection, _dialect, _session.UserCredentials, _session.Policy);
        SessionSetupRequest request = new()
        {
            MaxBufferSize = Smb1Dialect.MaxBufferSize,
            MaxMpxCount = (ushort)_connection.MaxMpxCount,
            VcNumber = 1,
            SessionKey = _dialect.ServerSessionKey,
            Capabilities = _dialect.SharedCapabilities,
            OemPassword = password.OemPassword,
            UnicodePassword = password.UnicodePassword,
            AccountName = _session.IsAnonymous ? "" : _session.UserCredentials.User,
            PrimaryDomain = _session.IsAnonymous ? "" : _session.UserCredentials.Domain,
            NativeOs = "",
            NativeLanMan = nameof(SmbClient),
        };
        using Smb1Response response = await _dialect.Exchange.SendAsync(request, Address, cancellationToken).ConfigureAwait(false);
        if (response.Status != NtStatus.Success)
        {
            throw UserAuthentication.Failed(_session, "the server refused it", response.Status, GssStatus.Failure);
        }

        SessionSetupResponse body = response.Read<SessionSetupResponse>(SessionSetupResponse.Read);
        _session.SessionId = response.Header.Uid;
        if ((body.Action & GuestAction) != 0 && !_session.IsAnonymous)
        {
            UserAuthentication.AcceptGuest(_session);
            return;
        }

        if (_session.IsAnonymous)
        {
            UserAuthentication.LogSignedIn(_session, "null session");
            return;
        }

        bool lanMan = (body.Action & LanManKeyAction) != 0;
        Establish(lanMan ? password.LanManSessionKey : password.SessionKey, lanMan ? password.OemPassword.ToArray() : password.UnicodePassword.ToArray(), response);
        UserAuthentication.LogSignedIn(_session, "challenge and response");
    }

    /// <summary>A real user is in: stores the key and begins to sign where the matrix says so.</summary>
    private void Establish(byte[] key, byte[] challengeResponse, in Smb1Response response)
    {
        if (_isRepeated)
        {
            // Signing in again changes no key (client-state X1).
            return;
        }

        _session.SetSessionKey(key);
        if (_outcome != SigningOutcome.Signed || _connection.IsSigningActive)
        {
            return;
        }

        if (key.Length == 0)
        {
            throw UserAuthentication.Failed(_session, "it gave no key to sign with", NtStatus.Success, GssStatus.Failure);
        }

        using (Smb1Signer verifier = new(key, challengeResponse))
        {
            if (!verifier.Verify(response.Message.Span, ActivationResponseSequence))
            {
                throw _connection.Misbehaved("did not sign the end of the authentication, although both sides are to sign");
            }
        }

        _dialect.Flow.ActivateSigning(key, challengeResponse);
        _connection.IsSigningActive = true;
    }
}
