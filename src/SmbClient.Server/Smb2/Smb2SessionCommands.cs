using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Server.Connections;
using SmbClient.Server.Diagnostics;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>NEGOTIATE, SESSION_SETUP and LOGOFF, [MS-SMB2] 3.3.5.4 to 3.3.5.6.</summary>
internal sealed class Smb2SessionCommands
{
    private readonly Smb2Connection _connection;

    public Smb2SessionCommands(Smb2Connection connection)
    {
        _connection = connection;
    }

    private ServerState Server => _connection.Server;

    public Smb2Reply Negotiate(Smb2Request request)
    {
        if (_connection.Negotiated is not null)
        {
            throw Refuse("A second negotiation");
        }

        (NtStatus status, Smb2Negotiated? result) = Smb2Negotiation.Decide(Server, request.Read(NegotiateRequest.Read));
        if (result is null)
        {
            return Smb2Reply.Error(status);
        }

        result.Preauth?.Update(request.Message.Span);
        _connection.Negotiated = result;
        ServerLog.Negotiated(_connection.Connection.Logger, _connection.Connection.ClientName, result.Dialect, result.Signing, result.Cipher);
        return Smb2Reply.Of(result.Response);
    }

    public async ValueTask<Smb2Reply> SetUpAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        SessionSetupRequest body = request.Read(SessionSetupRequest.Read);
        if ((body.Flags & SessionSetupRequest.Binding) != 0)
        {
            // Multichannel is not offered.
            return Smb2Reply.Error(NtStatus.RequestNotAccepted);
        }

        if (request.Header.SessionId == 0)
        {
            NtStatus refusal = Begin(request);
            if (refusal != NtStatus.Success)
            {
                return Smb2Reply.Error(refusal);
            }
        }

        if (request.Session is not { IsClosed: false } session)
        {
            return Smb2Reply.Error(NtStatus.UserSessionDeleted);
        }

        if (session.Identity is null)
        {
            session.Preauth?.Update(request.Message.Span);
        }
        else if (request.SealedBy is null && (session.EncryptData || (session.SigningRequired && !request.IsVerified)))
        {
            return Smb2Reply.Error(NtStatus.AccessDenied);
        }

        if (Interlocked.Exchange(ref session.IsStepping, 1) != 0)
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        try
        {
            return await StepAsync(session, body, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref session.IsStepping, 0);
        }
    }

    public async ValueTask<Smb2Reply> LogoffAsync(Smb2Request request)
    {
        request.Read(LogoffBody.Read);
        _connection.Sessions.TryRemove(request.Session!.Id, out _);
        await request.Session.EndAsync().ConfigureAwait(false);
        return Smb2Reply.Of(default(LogoffBody));
    }

    private static MalformedMessageException Refuse(string reason) => new(reason);

    private NtStatus Begin(Smb2Request request)
    {
        int unfinished = _connection.Sessions.Values.Count(s => s.Identity is null);
        if (unfinished >= Server.Options.MaxUnfinishedSetups)
        {
            return NtStatus.InsufficientResources;
        }

        if (!Server.Sessions.TryEnter())
        {
            return NtStatus.TooManySessions;
        }

        Smb2Session session = new(Server, _connection.Connection, Server.Smb2Sessions.NextId(), _connection.Negotiated!.Preauth?.Clone());
        _connection.Sessions[session.Id] = session;
        Server.Smb2Sessions.Add(session);
        request.Session = session;
        return NtStatus.Success;
    }

    private async ValueTask<Smb2Reply> StepAsync(Smb2Session session, SessionSetupRequest body, CancellationToken cancellationToken)
    {
        session.Conversation ??= Server.Authenticator.Begin(new SmbAuthPeer
        {
            RemoteAddress = _connection.Connection.ClientAddress,
            Protocol = _connection.Negotiated!.Dialect.ToString(),
        });
        SmbAuthStep step = await session.Conversation.StepAsync(body.SecurityBuffer, cancellationToken).ConfigureAwait(false);
        if (step.State == SmbAuthState.Continue)
        {
            return Smb2Reply.Of(new SessionSetupResponse { SecurityBuffer = step.Token }, NtStatus.MoreProcessingRequired) with { SessionId = session.Id };
        }

        session.Conversation.Dispose();
        session.Conversation = null;
        NtStatus status = step.State == SmbAuthState.Complete ? await CompleteAsync(session, body, step).ConfigureAwait(false) : step.Status;
        if (status != NtStatus.Success)
        {
            step.DelegatedCredential?.Dispose();
            ServerLog.SignInRefused(_connection.Connection.Logger, _connection.Connection.ClientName, status, step.Reason ?? "the server's options");
            _connection.Sessions.TryRemove(session.Id, out _);
            await session.EndAsync().ConfigureAwait(false);
            return Smb2Reply.Error(status) with { SessionId = session.Id };
        }

        Smb2SessionFlags flags = (step.Identity!.IsGuest ? Smb2SessionFlags.IsGuest : 0)
            | (step.Identity.IsAnonymous ? Smb2SessionFlags.IsNull : 0)
            | (session.EncryptData ? Smb2SessionFlags.EncryptData : 0);
        return Smb2Reply.Of(new SessionSetupResponse { SessionFlags = flags, SecurityBuffer = step.Token }) with { SessionId = session.Id, EndsSessionSetup = true };
    }

    private async ValueTask<NtStatus> CompleteAsync(Smb2Session session, SessionSetupRequest body, SmbAuthStep step)
    {
        SmbIdentity identity = step.Identity!;
        Smb2Negotiated negotiated = _connection.Negotiated!;
        if (session.Identity is { } before)
        {
            // The keys stay, and so does the user ([MS-SMB2] 3.3.5.5.2).
            if (!before.IsSameUser(identity))
            {
                return NtStatus.AccessDenied;
            }

            session.User!.Renew(step);
            return NtStatus.Success;
        }

        SmbEncryptionPolicy encryption = Server.Options.Encryption;
        bool canSeal = negotiated.Cipher is not null && !step.SessionKey.IsEmpty;
        if (encryption == SmbEncryptionPolicy.Required && !canSeal)
        {
            return NtStatus.AccessDenied;
        }

        bool signingRequired = Server.Options.RequireSigning || (body.SecurityMode & Smb2SecurityMode.SigningRequired) != 0;
        if (!session.Establish(step, negotiated, signingRequired, canSeal && encryption != SmbEncryptionPolicy.IfServerRequires))
        {
            return NtStatus.UserSessionDeleted;
        }

        _connection.HasUser = true;
        _connection.Connection.KeepAlive();
        ServerLog.SignedIn(_connection.Connection.Logger, _connection.Connection.ClientName, identity.ToString(), identity.Mechanism);
        if (body.PreviousSessionId != 0 && body.PreviousSessionId != session.Id
            && Server.Smb2Sessions.TryGet(body.PreviousSessionId, out Smb2Session? previous) && previous.Identity is { } user && user.IsSameUser(identity))
        {
            // The client has lost the connection that it was on.
            await previous.EndAsync().ConfigureAwait(false);
        }

        return NtStatus.Success;
    }
}
