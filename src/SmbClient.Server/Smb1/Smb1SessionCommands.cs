using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Server.Connections;
using SmbClient.Server.Diagnostics;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>SESSION_SETUP_ANDX in both forms, and LOGOFF_ANDX, [MS-CIFS] 3.3.5.43 and 3.3.5.44, [MS-SMB] 3.3.5.3.</summary>
internal sealed class Smb1SessionCommands
{
    private const byte ExtendedWordCount = 12;
    private const ushort GuestAction = 0x0001;
    private const ushort LanManKeyAction = 0x0002;
    private const ushort NoUid = 0xFFFF;
    private const int SmallestClientBuffer = 1024;
    private const string NativeOs = "SmbClient";
    private const string NativeLanMan = "SmbClient.Server";

    private readonly Smb1Connection _connection;

    public Smb1SessionCommands(Smb1Connection connection)
    {
        _connection = connection;
    }

    private ServerState Server => _connection.Server;

    private SmbAuthPeer Peer => new() { RemoteAddress = _connection.Connection.ClientAddress, Protocol = nameof(SmbDialect.NtLm012) };

    public async ValueTask<Smb1Reply> SetUpAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        bool isExtended = request.WordCount == ExtendedWordCount;
        if (isExtended != _connection.Negotiated!.IsExtended)
        {
            return Smb1Reply.Bare(NtStatus.InvalidParameter);
        }

        // Nothing seals SMB1.
        if (Server.Options.Encryption == SmbEncryptionPolicy.Required)
        {
            return Refuse(NtStatus.AccessDenied, "SMB1 cannot be sealed, which the server's options demand");
        }

        return isExtended
            ? await SetUpExtendedAsync(request, request.Read<SessionSetupExtendedRequest>(SessionSetupExtendedRequest.Read), cancellationToken).ConfigureAwait(false)
            : await SetUpLegacyAsync(request, request.Read<SessionSetupRequest>(SessionSetupRequest.Read), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Smb1Reply> LogoffAsync(Smb1Request request)
    {
        request.Read<LogoffBody>(LogoffBody.Read);
        await _connection.Objects.EndAsync(request.Session!).ConfigureAwait(false);
        return Smb1Reply.Of(default(LogoffBody));
    }

    private async ValueTask<Smb1Reply> SetUpExtendedAsync(Smb1Request request, SessionSetupExtendedRequest body, CancellationToken cancellationToken)
    {
        (NtStatus refusal, Smb1Session? session) = Find(request, body.MaxBufferSize);
        if (session is null)
        {
            return Smb1Reply.Bare(refusal);
        }

        session.Conversation ??= Server.Authenticator.Begin(Peer);
        SmbAuthStep step = await session.Conversation.StepAsync(body.SecurityBlob, cancellationToken).ConfigureAwait(false);
        if (step.State == SmbAuthState.Continue)
        {
            return Smb1Reply.Of(new SessionSetupExtendedResponse { SecurityBlob = step.Token, NativeOs = NativeOs, NativeLanMan = NativeLanMan }, NtStatus.MoreProcessingRequired);
        }

        session.Conversation.Dispose();
        session.Conversation = null;
        NtStatus status = step.State == SmbAuthState.Complete ? Complete(request, session, step, default) : step.Status;
        return status == NtStatus.Success
            ? Smb1Reply.Of(new SessionSetupExtendedResponse { Action = ActionOf(step.Identity!), SecurityBlob = step.Token, NativeOs = NativeOs, NativeLanMan = NativeLanMan })
            : await EndAsync(session, status, step).ConfigureAwait(false);
    }

    private async ValueTask<Smb1Reply> SetUpLegacyAsync(Smb1Request request, SessionSetupRequest body, CancellationToken cancellationToken)
    {
        (NtStatus refusal, Smb1Session? session) = Find(request, body.MaxBufferSize);
        if (session is null)
        {
            return Smb1Reply.Bare(refusal);
        }

        SmbAuthStep step = await Server.Authenticator.AuthenticateLegacyAsync(
            Peer, _connection.Negotiated!.Response.Challenge, body.AccountName, body.PrimaryDomain, body.OemPassword, body.UnicodePassword, cancellationToken).ConfigureAwait(false);
        bool byLanMan = body.UnicodePassword.IsEmpty && !body.OemPassword.IsEmpty;
        NtStatus status = step.State == SmbAuthState.Complete
            ? Complete(request, session, step, byLanMan ? body.OemPassword : body.UnicodePassword)
            : step.Status;
        if (status != NtStatus.Success)
        {
            return await EndAsync(session, status, step).ConfigureAwait(false);
        }

        bool hasLanManKey = byLanMan && !step.SessionKey.IsEmpty;
        return Smb1Reply.Of(new SessionSetupResponse
        {
            Action = (ushort)(ActionOf(step.Identity!) | (hasLanManKey ? LanManKeyAction : 0)),
            NativeOs = NativeOs,
            NativeLanMan = NativeLanMan,
            PrimaryDomain = _connection.Negotiated.Response.DomainName ?? "",
        });
    }

    private static ushort ActionOf(SmbIdentity identity) => identity.IsGuest ? GuestAction : (ushort)0;

    /// <summary>The session that the request is about: a new one, one on its way, or one whose user proves anew who it is.</summary>
    private (NtStatus Status, Smb1Session? Session) Find(Smb1Request request, ushort maxBufferSize)
    {
        if (request.Uid is not (0 or NoUid))
        {
            return _connection.Objects.Sessions.TryGet(request.Uid, out Smb1Session? known) ? (NtStatus.Success, known) : (NtStatus.SmbBadUid, null);
        }

        (NtStatus status, Smb1Session? session) = _connection.Objects.Begin();
        if (session is not null)
        {
            _connection.ClientMaxBufferSize = Math.Max((int)maxBufferSize, SmallestClientBuffer);
            request.Uid = session.Uid;
        }

        return (status, session);
    }

    private NtStatus Complete(Smb1Request request, Smb1Session session, SmbAuthStep step, ReadOnlyMemory<byte> challengeResponse)
    {
        SmbIdentity identity = step.Identity!;
        if (session.Identity is { } before)
        {
            // The key stays, and so does the user.
            if (!before.IsSameUser(identity))
            {
                return NtStatus.AccessDenied;
            }

            session.User!.Renew(step);
            return NtStatus.Success;
        }

        const Smb1Flags2 WantsSigning = Smb1Flags2.SecuritySignature | Smb1Flags2.SecuritySignatureRequired;
        bool signs = Server.Options.RequireSigning || (request.Header.Flags2 & WantsSigning) != 0;
        if (signs && !_connection.IsSigning && !step.SessionKey.IsEmpty)
        {
            _connection.BeginSigning(request, step.SessionKey.Span, challengeResponse.Span);
        }

        session.User = new SmbServerSession(step);
        _connection.Connection.KeepAlive();
        ServerLog.SignedIn(_connection.Connection.Logger, _connection.Connection.ClientName, identity.ToString(), identity.Mechanism);
        return NtStatus.Success;
    }

    private async ValueTask<Smb1Reply> EndAsync(Smb1Session session, NtStatus status, SmbAuthStep step)
    {
        step.DelegatedCredential?.Dispose();
        await _connection.Objects.EndAsync(session).ConfigureAwait(false);
        return Refuse(status, step.Reason ?? "it is not the user of the session");
    }

    private Smb1Reply Refuse(NtStatus status, string reason)
    {
        ServerLog.SignInRefused(_connection.Connection.Logger, _connection.Connection.ClientName, status, reason);
        return Smb1Reply.Bare(status);
    }
}
