using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Diagnostics;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>Looks at what every request must have, a session, a signature, a seal, a tree and enough credits, and hands it to whom it concerns ([MS-SMB2] 3.3.5.2).</summary>
internal sealed class Smb2Dispatcher
{
    private const int CreditUnit = 65536;

    private readonly Smb2Connection _connection;
    private readonly Smb2SessionCommands _sessions;
    private readonly Smb2TreeCommands _trees;
    private readonly Smb2FileCommands _files;
    private readonly Smb2ControlCommands _controls;

    public Smb2Dispatcher(Smb2Connection connection)
    {
        _connection = connection;
        _sessions = new Smb2SessionCommands(connection);
        _trees = new Smb2TreeCommands(connection);
        _files = new Smb2FileCommands(connection);
        _controls = new Smb2ControlCommands(connection);
    }

    /// <summary>The answer. Never throws for what a peer has done.</summary>
    public async ValueTask<Smb2Reply> ExecuteAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        try
        {
            NtStatus refusal = Check(request);
            return refusal != NtStatus.Success ? Smb2Reply.Error(refusal) : await DispatchAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (MalformedMessageException)
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }
        catch (OperationCanceledException)
        {
            return Smb2Reply.Error(NtStatus.Cancelled);
        }
        catch (Exception e)
        {
            ServerLog.RequestFailed(_connection.Connection.Logger, e, _connection.Connection.ClientName, request.Command);
            return Smb2Reply.Error(NtStatus.Unsuccessful);
        }
    }

    /// <summary>The message is written and about to be sent: the hash over a session setup goes on.</summary>
    public void Sealed(Smb2Request request, in Smb2Reply reply)
    {
        switch (request.Command)
        {
            case Smb2Command.Negotiate when reply.Status == NtStatus.Success:
                _connection.Negotiated?.Preauth?.Update(reply.Message.Span);
                break;
            case Smb2Command.SessionSetup when reply.Status == NtStatus.MoreProcessingRequired && request.Session is { Identity: null }:
                request.Session.Preauth?.Update(reply.Message.Span);
                break;
        }
    }

    private NtStatus Check(Smb2Request request)
    {
        if (request.Refusal != NtStatus.Success)
        {
            return request.Refusal;
        }

        if (request.Command is Smb2Command.Negotiate or Smb2Command.SessionSetup)
        {
            return NtStatus.Success;
        }

        if (request.Command == Smb2Command.Echo && request.Header.SessionId == 0)
        {
            return NtStatus.Success;
        }

        if (request.Session is not { IsValid: true } session)
        {
            return NtStatus.UserSessionDeleted;
        }

        if (request.SealedBy is { } sealedBy)
        {
            if (sealedBy != session)
            {
                return NtStatus.AccessDenied;
            }
        }
        else if (session.EncryptData || (!request.IsVerified && (session.SigningRequired || (request.Header.IsSigned && session.Verifier is not null))))
        {
            return NtStatus.AccessDenied;
        }

        // A user whose proof has ended may only give things back until it signs in again ([MS-SMB2] 3.3.5.2.9).
        if (request.Command is not (Smb2Command.Logoff or Smb2Command.Close or Smb2Command.Lock or Smb2Command.Echo) && session.User!.IsExpired(_connection.Server.Time))
        {
            return NtStatus.NetworkSessionExpired;
        }

        if (request.Command is Smb2Command.Logoff or Smb2Command.Echo or Smb2Command.TreeConnect)
        {
            return NtStatus.Success;
        }

        if (!(request.IsRelated && request.Tree is not null))
        {
            if (!session.TryGetTree(request.Header.TreeId, out Smb2TreeConnect? tree))
            {
                return NtStatus.NetworkNameDeleted;
            }

            request.Tree = tree;
        }

        return request.Tree!.Share.RequireEncryption && request.SealedBy is null ? NtStatus.AccessDenied : NtStatus.Success;
    }

    /// <summary>True where the client has paid for what it sends or wants, [MS-SMB2] 3.3.5.2.5.</summary>
    public static bool IsPaid(Smb2Connection connection, Smb2Request request, long octets) =>
        connection.Negotiated is not { HasCreditCharges: true } || (Math.Max(octets, 1) - 1) / CreditUnit < Math.Max(1, (int)request.Header.CreditCharge);

    private ValueTask<Smb2Reply> DispatchAsync(Smb2Request request, CancellationToken cancellationToken) => request.Command switch
    {
        Smb2Command.Negotiate => new(_sessions.Negotiate(request)),
        Smb2Command.SessionSetup => _sessions.SetUpAsync(request, cancellationToken),
        Smb2Command.Logoff => _sessions.LogoffAsync(request),
        Smb2Command.TreeConnect => _trees.ConnectAsync(request),
        Smb2Command.TreeDisconnect => Smb2TreeCommands.DisconnectAsync(request),
        Smb2Command.Echo => new(Smb2Reply.Of(request.Read(EchoBody.Read))),
        Smb2Command.Create => _files.CreateAsync(request, cancellationToken),
        Smb2Command.Close => Smb2FileCommands.CloseAsync(request, cancellationToken),
        Smb2Command.Flush => Smb2FileCommands.FlushAsync(request, cancellationToken),
        Smb2Command.Read => _files.ReadAsync(request, cancellationToken),
        Smb2Command.Write => _files.WriteAsync(request, cancellationToken),
        Smb2Command.Lock => Smb2FileCommands.LockAsync(request, cancellationToken),
        Smb2Command.Ioctl => _controls.ControlAsync(request, cancellationToken),
        Smb2Command.QueryDirectory => _controls.QueryDirectoryAsync(request, cancellationToken),
        Smb2Command.ChangeNotify => _controls.WatchAsync(request, cancellationToken),
        Smb2Command.QueryInfo => _controls.QueryInformationAsync(request, cancellationToken),
        Smb2Command.SetInfo => _controls.SetInformationAsync(request, cancellationToken),

        // No oplock was ever granted.
        Smb2Command.OplockBreak => new(Smb2Reply.Error(NtStatus.InvalidParameter)),
        _ => new(Smb2Reply.Error(NtStatus.InvalidParameter)),
    };
}
