using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Diagnostics;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>Goes through the commands of a request, looks at the session and the tree that each must have, and hands it to whom it concerns ([MS-CIFS] 3.3.5.2).</summary>
internal sealed class Smb1Dispatcher
{
    private readonly Smb1Connection _connection;
    private readonly Smb1SessionCommands _sessions;
    private readonly Smb1TreeCommands _trees;
    private readonly Smb1OpenCommands _opens;
    private readonly Smb1TransferCommands _transfers;
    private readonly Smb1PathCommands _paths;
    private readonly Smb1AttributeCommands _attributes;
    private readonly Smb1LockCommands _locks;
    private readonly Smb1Trans2Commands _trans2;
    private readonly Smb1PipeCommands _pipes;
    private readonly Smb1NtTransactCommands _ntTransact;

    public Smb1Dispatcher(Smb1Connection connection)
    {
        _connection = connection;
        Smb1Files files = new(connection);
        _sessions = new Smb1SessionCommands(connection);
        _trees = new Smb1TreeCommands(connection);
        _opens = new Smb1OpenCommands(connection, files);
        _transfers = new Smb1TransferCommands(files);
        _paths = new Smb1PathCommands(files);
        _attributes = new Smb1AttributeCommands(files);
        _locks = new Smb1LockCommands(connection, files);
        _trans2 = new Smb1Trans2Commands(connection, files);
        _pipes = new Smb1PipeCommands(connection, files);
        _ntTransact = new Smb1NtTransactCommands(files, _opens);
    }

    /// <summary>The answers, at least one; the chain ends with the first that is not a plain success. Never throws for what a peer has done.</summary>
    public async ValueTask<List<(Smb1Command Command, Smb1Reply Reply)>> ExecuteAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        List<(Smb1Command, Smb1Reply)> replies = [];
        while (true)
        {
            Smb1Reply reply = await ExecuteOneAsync(request, cancellationToken).ConfigureAwait(false);
            replies.Add((request.Command, reply));
            if (reply.Status != NtStatus.Success || !IsAndX(request.Command))
            {
                return replies;
            }

            try
            {
                if (Smb1AndX.Next(request.Message, request.Block) is not { } next)
                {
                    return replies;
                }

                request.Block = next;
            }
            catch (MalformedMessageException)
            {
                // What came before has been done, and is answered so.
                return replies;
            }

            if (replies.Count == WireLimits.MaxAndXBlocks)
            {
                replies.Add((request.Command, Smb1Reply.Bare(NtStatus.InvalidSmb)));
                return replies;
            }
        }
    }

    /// <summary>Whether the request has the session and the tree that it needs, which are set then.</summary>
    public NtStatus Check(Smb1Request request)
    {
        if (request.Command is Smb1Command.SessionSetupAndX or Smb1Command.Echo)
        {
            return NtStatus.Success;
        }

        if (!_connection.Objects.Sessions.TryGet(request.Uid, out Smb1Session? session) || !session.IsValid)
        {
            return NtStatus.SmbBadUid;
        }

        request.Session = session;

        // A user whose proof has ended may only give things back until it signs in again ([MS-SMB] 3.3.5.1).
        if (request.Command is not (Smb1Command.Close or Smb1Command.LogoffAndX or Smb1Command.Flush or Smb1Command.LockingAndX or Smb1Command.TreeDisconnect)
            && session.User!.IsExpired(_connection.Server.Time))
        {
            return NtStatus.NetworkSessionExpired;
        }

        if (request.Command is Smb1Command.LogoffAndX or Smb1Command.TreeConnectAndX or Smb1Command.ProcessExit)
        {
            return NtStatus.Success;
        }

        if (!_connection.Objects.Trees.TryGet(request.Tid, out Smb1TreeConnect? tree) || tree.Session != session)
        {
            return NtStatus.SmbBadTid;
        }

        request.Tree = tree;
        return NtStatus.Success;
    }

    private static bool IsAndX(Smb1Command command) => command is Smb1Command.LockingAndX or Smb1Command.OpenAndX or Smb1Command.ReadAndX or Smb1Command.WriteAndX
        or Smb1Command.SessionSetupAndX or Smb1Command.LogoffAndX or Smb1Command.TreeConnectAndX or Smb1Command.NtCreateAndX;

    private async ValueTask<Smb1Reply> ExecuteOneAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        try
        {
            NtStatus refusal = request.Transaction is null ? Check(request) : NtStatus.Success;
            return refusal != NtStatus.Success ? Smb1Reply.Bare(refusal) : await DispatchAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (MalformedMessageException)
        {
            return Smb1Reply.Bare(NtStatus.InvalidSmb);
        }
        catch (OperationCanceledException)
        {
            return Smb1Reply.Bare(NtStatus.Cancelled);
        }
        catch (Exception e)
        {
            ServerLog.RequestFailed(_connection.Connection.Logger, e, _connection.Connection.ClientName, request.Command);
            return Smb1Reply.Bare(NtStatus.Unsuccessful);
        }
    }

    private ValueTask<Smb1Reply> DispatchAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        if (request.Transaction is { } transaction)
        {
            return TransactAsync(request, transaction, cancellationToken);
        }

        switch (request.Command)
        {
            case Smb1Command.SessionSetupAndX:
                return _sessions.SetUpAsync(request, cancellationToken);
            case Smb1Command.LogoffAndX:
                return _sessions.LogoffAsync(request);
            case Smb1Command.TreeConnectAndX:
                return _trees.ConnectAsync(request);
            case Smb1Command.TreeDisconnect:
                return _trees.DisconnectAsync(request);
            case Smb1Command.Echo:
                return new(Echo(request));
            case Smb1Command.NtCreateAndX:
                return _opens.NtCreateAsync(request, cancellationToken);
            case Smb1Command.OpenAndX:
                return _opens.OpenAndXAsync(request, cancellationToken);
            case Smb1Command.Open or Smb1Command.Create or Smb1Command.CreateNew or Smb1Command.CreateTemporary:
                return _opens.OpenAsync(request, cancellationToken);
            case Smb1Command.Close:
                return _opens.CloseAsync(request, cancellationToken);
            case Smb1Command.Flush:
                return _opens.FlushAsync(request, cancellationToken);
            case Smb1Command.ProcessExit:
                return _opens.ExitAsync(request);
            case Smb1Command.FindClose2:
                return _trans2.CloseSearchAsync(request);
            case Smb1Command.ReadAndX:
                return _transfers.ReadAndXAsync(request, cancellationToken);
            case Smb1Command.WriteAndX:
                return _transfers.WriteAndXAsync(request, cancellationToken);
            case Smb1Command.Read:
                return _transfers.ReadAsync(request, cancellationToken);
            case Smb1Command.Write:
                return _transfers.WriteAsync(request, cancellationToken);
            case Smb1Command.LockingAndX:
                return _locks.LockAndXAsync(request, cancellationToken);
            case Smb1Command.LockByteRange or Smb1Command.UnlockByteRange:
                return _locks.LockAsync(request, cancellationToken);
            case Smb1Command.Delete:
                return _paths.DeleteAsync(request, cancellationToken);
            case Smb1Command.Rename or Smb1Command.NtRename:
                return _paths.RenameAsync(request, cancellationToken);
            case Smb1Command.CreateDirectory:
                return _paths.CreateDirectoryAsync(request, cancellationToken);
            case Smb1Command.DeleteDirectory:
                return _paths.DeleteDirectoryAsync(request, cancellationToken);
            case Smb1Command.CheckDirectory:
                return _paths.CheckDirectoryAsync(request, cancellationToken);
            case Smb1Command.QueryInformation:
                return _attributes.QueryPathAsync(request, cancellationToken);
            case Smb1Command.SetInformation:
                return _attributes.SetPathAsync(request, cancellationToken);
            case Smb1Command.QueryInformation2:
                return _attributes.QueryFileAsync(request, cancellationToken);
            case Smb1Command.SetInformation2:
                return _attributes.SetFileAsync(request, cancellationToken);
            case Smb1Command.QueryInformationDisk:
                return Smb1AttributeCommands.QueryDiskAsync(request, cancellationToken);
            default:
                // A transaction that is not whole can only be one in a chain, where none may be.
                return new(Smb1Reply.Bare(NtStatus.SmbBadCommand));
        }
    }

    private async ValueTask<Smb1Reply> TransactAsync(Smb1Request request, Smb1Transaction transaction, CancellationToken cancellationToken)
    {
        Smb1TransactionResult result = transaction.First.Command switch
        {
            Smb1Command.Transaction => await _pipes.TransactAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            Smb1Command.Transaction2 => await _trans2.TransactAsync(request, transaction, cancellationToken).ConfigureAwait(false),
            _ => await _ntTransact.TransactAsync(request, transaction, cancellationToken).ConfigureAwait(false),
        };
        return result.ToReply(transaction, _connection.ClientMaxBufferSize);
    }

    /// <summary>ECHO, [MS-CIFS] 3.3.5.32. Nobody needs more than a few answers.</summary>
    private static Smb1Reply Echo(Smb1Request request)
    {
        const int MaxEchoes = 16;
        EchoRequest body = request.Read<EchoRequest>(EchoRequest.Read);
        if (body.EchoCount == 0)
        {
            return Smb1Reply.None;
        }

        List<ISmb1Body> answers = [];
        for (int i = 1; i <= Math.Min((int)body.EchoCount, MaxEchoes); i++)
        {
            // The answer has the layout of the request, with a number where that has a count.
            answers.Add(new EchoRequest { EchoCount = (ushort)i, Data = body.Data });
        }

        return Smb1Reply.Of(answers, NtStatus.Success);
    }
}
