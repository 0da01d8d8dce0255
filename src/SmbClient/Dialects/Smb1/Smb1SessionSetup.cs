using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Diagnostics;
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
    private const int MaxLegs = 10;
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
        RefuseUnsignableUser();
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
        GssMechanism mechanism = ClientMechanisms.Select(_session.Policy);
        using GssContext? gss = await mechanism.CreateInitiatorAsync(
            new GssInitiatorOptions
            {
                Credential = _session.UserCredentials,
                TargetName = "cifs/" + _connection.ServerName,
                Delegation = _session.Policy.Delegation,
                ChannelBindings = _session.Policy.ChannelBindings,
                AllowNtlmV1 = _session.Policy.AllowNtlmV1,
                AllowLanManager = _session.Policy.AllowLanManager,
                UseServerHint = _session.Policy.UseServerHint,
                TimeProvider = _connection.Time,
            },
            cancellationToken).ConfigureAwait(false);
        if (gss is null)
        {
            throw Failed("no mechanism can serve this credential", NtStatus.Success, GssStatus.NoCredential);
        }

        ReadOnlyMemory<byte> hint = _session.Policy is { UseServerHint: true, UseRawNtlmssp: false } ? _connection.GssNegotiateToken : default;
        GssStep step = Advance(gss, hint.Span, NtStatus.Success);
        for (int leg = 1; leg <= MaxLegs; leg++)
        {
            using Smb1Response response = await _dialect.Exchange.SendAsync(CreateRequest(step.Token), Address, cancellationToken).ConfigureAwait(false);
            NtStatus status = response.Status;
            if (status is not (NtStatus.Success or NtStatus.MoreProcessingRequired))
            {
                throw Failed("the server refused it", status, gss.IsComplete ? GssStatus.Complete : GssStatus.ContinueNeeded, gss);
            }

            SessionSetupExtendedResponse body = response.Read<SessionSetupExtendedResponse>(SessionSetupExtendedResponse.Read);
            _session.SessionId = response.Header.Uid;
            if (status == NtStatus.Success)
            {
                Finish(gss, body, response);
                return;
            }

            if (gss.IsComplete)
            {
                throw _connection.Misbehaved("wants another leg although the authentication is complete");
            }

            step = Advance(gss, body.SecurityBlob.Span, status);
            if (step.Token.IsEmpty)
            {
                throw _connection.Misbehaved("wants another leg although there is nothing left to send");
            }
        }

        throw _connection.Misbehaved($"has not come to an end after {MaxLegs} legs of authentication");
    }

    private SessionSetupExtendedRequest CreateRequest(ReadOnlyMemory<byte> token)
    {
        if (token.Length > _dialect.ServerMaxBufferSize - 256)
        {
            throw Failed($"the token has {token.Length} octets, but the server takes messages of {_dialect.ServerMaxBufferSize}", NtStatus.Success, GssStatus.Failure);
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

    private void Finish(GssContext gss, in SessionSetupExtendedResponse body, in Smb1Response response)
    {
        bool isGuest = (body.Action & GuestAction) != 0;
        if (isGuest)
        {
            AcceptGuest();
            return;
        }

        if (!gss.IsComplete)
        {
            // The last token proves that the server knows the secret too: a success without it is none (client-state R5).
            Advance(gss, body.SecurityBlob.Span, NtStatus.Success);
            if (!gss.IsComplete)
            {
                throw _connection.Misbehaved("declares the authentication successful before it is complete");
            }
        }

        if (_session.IsAnonymous)
        {
            LogSignedIn(gss.MechanismName);
            return;
        }

        byte[] key = gss.ExportSessionKey();
        Establish(key, [], response);
        LogSignedIn(gss.MechanismName);
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
            throw Failed("the server refused it", response.Status, GssStatus.Failure);
        }

        SessionSetupResponse body = response.Read<SessionSetupResponse>(SessionSetupResponse.Read);
        _session.SessionId = response.Header.Uid;
        if ((body.Action & GuestAction) != 0 && !_session.IsAnonymous)
        {
            AcceptGuest();
            return;
        }

        if (_session.IsAnonymous)
        {
            LogSignedIn("null session");
            return;
        }

        bool lanMan = (body.Action & LanManKeyAction) != 0;
        Establish(lanMan ? password.LanManSessionKey : password.SessionKey, lanMan ? password.OemPassword.ToArray() : password.UnicodePassword.ToArray(), response);
        LogSignedIn("challenge and response");
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
            throw Failed("it gave no key to sign with", NtStatus.Success, GssStatus.Failure);
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

    /// <summary>The server took nobody's word for it: it let a stranger in.</summary>
    private void AcceptGuest()
    {
        if (!_session.AllowGuest)
        {
            throw Failed(
                $"the server does not know the user and offers a guest's access instead, which nothing protects. Correct the user name, or set {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.AllowGuest)}",
                NtStatus.Success,
                GssStatus.Failure);
        }

        if (_session.MessageSigningPolicy == SmbSigningState.Required)
        {
            throw Failed(
                $"a guest has no key to sign with, and {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.MessageSigningPolicy)} is Required",
                NtStatus.Success,
                GssStatus.Failure);
        }

        _session.IsGuest = true;
        LogSignedIn("guest");
    }

    private void RefuseUnsignableUser()
    {
        if (_session.IsAnonymous && _session.MessageSigningPolicy == SmbSigningState.Required)
        {
            throw Failed(
                $"a null session has no key to sign with, and {nameof(SmbConnectionOptions)}.{nameof(SmbConnectionOptions.MessageSigningPolicy)} is Required",
                NtStatus.Success,
                GssStatus.NoCredential);
        }
    }

    private GssStep Advance(GssContext gss, ReadOnlySpan<byte> token, NtStatus status)
    {
        GssStep step = gss.Step(token);
        if (step.Status is not (GssStatus.Complete or GssStatus.ContinueNeeded))
        {
            throw Failed($"the authentication failed on this side, {step.Status}" + (step.Reason is null ? "" : ": " + step.Reason), status, step.Status, gss);
        }

        return step;
    }

    private void LogSignedIn(string how) =>
        Log.SignedIn(_connection.Logger, _session.UserCredentials.ToString()!, _connection.ServerName, $"{how}, {(_connection.IsSigningActive ? "signed" : "unsigned")}, UID {_session.SessionId}");

    private SmbAuthenticationException Failed(string why, NtStatus status, GssStatus gssStatus, GssContext? gss = null)
    {
        string text = $"{_session.UserCredentials} could not be signed in to {_connection.ServerName}: {why}";
        if (status != NtStatus.Success)
        {
            text += $", {NtStatusText.Name(status)}. {NtStatusText.Advice(status)}".TrimEnd();
        }
        else
        {
            text += ".";
        }

        if (gss?.NegotiationLog is { Count: > 0 } log)
        {
            text += " Negotiation: " + string.Join("; ", log) + ".";
        }

        return new SmbAuthenticationException(text, status, gssStatus);
    }
}
