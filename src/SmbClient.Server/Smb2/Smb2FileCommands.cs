using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>CREATE, CLOSE, FLUSH, READ, WRITE and LOCK, [MS-SMB2] 3.3.5.9 to 3.3.5.14.</summary>
internal sealed class Smb2FileCommands
{
    private const uint LastImpersonationLevel = 3;
    private const int ShortestContextName = 4;

    private readonly Smb2Connection _connection;

    public Smb2FileCommands(Smb2Connection connection)
    {
        _connection = connection;
    }

    /// <summary>The open that a request names, or that the request before it in the compound has made.</summary>
    public static bool TryFind(Smb2Request request, FileId id, out Smb2Open open)
    {
        FileId meant = id == FileId.Previous && request.IsRelated && request.PreviousFile is { } previous ? previous : id;
        bool found = request.Session!.TryGetOpen(meant, request.Tree!, out Smb2Open? known);
        open = known!;
        if (found)
        {
            request.PreviousFile = meant;
        }

        return found;
    }

    public async ValueTask<Smb2Reply> CreateAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        CreateRequest body = request.Read(CreateRequest.Read);
        request.PreviousFile = null;
        NtStatus refusal = Refuse(body);
        if (refusal != NtStatus.Success)
        {
            return Smb2Reply.Error(refusal);
        }

        if (!_connection.Server.Opens.TryEnter())
        {
            return Smb2Reply.Error(NtStatus.TooManyOpenedFiles);
        }

        CreateContext? allocation = CreateContext.Find(body.Contexts, CreateContextName.AllocationSize);
        ServerTree tree = request.Tree!.Target;
        CreateOutcome outcome = default;
        try
        {
            outcome = await tree.CreateAsync(
                new CreateArguments
                {
                    Path = body.Name,
                    DesiredAccess = body.DesiredAccess,
                    ShareAccess = body.ShareAccess,
                    Disposition = body.CreateDisposition,
                    Options = body.CreateOptions,
                    Attributes = body.FileAttributes,
                    AllocationSize = allocation is { } size ? (long)AllocationSizeRequest.Decode(size).AllocationSize : 0,
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (outcome.Open is null)
            {
                _connection.Server.Opens.Leave();
            }
        }

        if (outcome.Open is null)
        {
            return Smb2Reply.Error(outcome.Status);
        }

        ulong number = _connection.Server.NextFileId();
        Smb2Open open = new(new FileId(number, number), request.Tree, outcome.Open);
        if (!request.Session!.TryAdd(open))
        {
            _connection.Server.Opens.Leave();
            await outcome.Open.CloseAsync().ConfigureAwait(false);
            return Smb2Reply.Error(NtStatus.UserSessionDeleted);
        }

        return Smb2Reply.Of(Respond(body, outcome, open.Id, tree)) with { FileId = open.Id };
    }

    public static async ValueTask<Smb2Reply> CloseAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        CloseRequest body = request.Read(CloseRequest.Read);
        if (!TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        bool wantsAttributes = (body.Flags & CloseRequest.PostQueryAttributes) != 0;
        SmbStoreEntry? entry = wantsAttributes ? await open.Target.GetEntryAsync(cancellationToken).ConfigureAwait(false) : null;
        if (!await request.Session!.CloseAsync(open).ConfigureAwait(false))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        return Smb2Reply.Of(entry is null ? default : new CloseResponse
        {
            Flags = CloseRequest.PostQueryAttributes,
            CreationTime = FileTime.FromDateTimeOffset(entry.CreationTime),
            LastAccessTime = FileTime.FromDateTimeOffset(entry.LastAccessTime),
            LastWriteTime = FileTime.FromDateTimeOffset(entry.LastWriteTime),
            ChangeTime = FileTime.FromDateTimeOffset(entry.ChangeTime),
            AllocationSize = (ulong)entry.AllocationSize,
            EndOfFile = (ulong)entry.Length,
            FileAttributes = entry.Attributes,
        });
    }

    public static async ValueTask<Smb2Reply> FlushAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        FlushRequest body = request.Read(FlushRequest.Read);
        if (!TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        NtStatus status = await open.Target.FlushAsync(cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success ? Smb2Reply.Of(default(FlushResponse)) : Smb2Reply.Error(status);
    }

    /// <summary>What is read lands in the message that leaves.</summary>
    public async ValueTask<Smb2Reply> ReadAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        ReadRequest body = request.Read(ReadRequest.Read);
        if (body.Length > _connection.Negotiated!.Response.MaxReadSize || !Smb2Dispatcher.IsPaid(_connection, request, body.Length))
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        if (!TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        MessageBuffer message = MessageBuffer.Rent(ReadResponse.StandardDataOffset + (int)body.Length);
        try
        {
            (NtStatus status, int count) = body.Offset > long.MaxValue
                ? (NtStatus.InvalidParameter, 0)
                : await open.Target.ReadAsync((long)body.Offset, message.Memory[ReadResponse.StandardDataOffset..], 0, cancellationToken).ConfigureAwait(false);
            if (status == NtStatus.Success && count < body.MinimumCount)
            {
                status = NtStatus.EndOfFile;
            }

            if (status is NtStatus.Success or NtStatus.BufferOverflow)
            {
                WriteReadHeader(message, count);
                Smb2Reply reply = Smb2Reply.Written(message, status);
                message = null!;
                return reply;
            }

            return Smb2Reply.Error(status);
        }
        finally
        {
            message?.Dispose();
        }
    }

    public async ValueTask<Smb2Reply> WriteAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        WriteRequest body = request.Read(WriteRequest.Read);
        if (body.Length > _connection.Negotiated!.Response.MaxWriteSize || body.Offset > long.MaxValue || !Smb2Dispatcher.IsPaid(_connection, request, body.Length))
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        if (!TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        bool writeThrough = (body.Flags & WriteRequest.WriteThrough) != 0;
        NtStatus status = await open.Target.WriteAsync((long)body.Offset, body.Data, writeThrough, 0, cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success ? Smb2Reply.Of(new WriteResponse { Count = body.Length }) : Smb2Reply.Error(status);
    }

    public static async ValueTask<Smb2Reply> LockAsync(Smb2Request request, CancellationToken cancellationToken)
    {
        LockRequest body = request.Read(LockRequest.Read);
        if (body.Locks.Count == 0)
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        if (!TryFind(request, body.FileId, out Smb2Open open))
        {
            return Smb2Reply.Error(NtStatus.FileClosed);
        }

        NtStatus status = (body.Locks[0].Flags & Smb2LockFlags.Unlock) != 0
            ? Unlock(open, body.Locks)
            : await LockAsync(open, body.Locks, cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success ? Smb2Reply.Of(default(LockResponse)) : Smb2Reply.Error(status);
    }

    private static NtStatus Unlock(Smb2Open open, IReadOnlyList<Smb2Lock> locks)
    {
        foreach (Smb2Lock range in locks)
        {
            // One after the other, so that those before a wrong one are unlocked ([MS-SMB2] 3.3.5.14.1).
            NtStatus status = range.Flags == Smb2LockFlags.Unlock ? open.Target.Unlock([new RangeLock(0, range.Offset, range.Length, IsExclusive: false)]) : NtStatus.InvalidParameter;
            if (status != NtStatus.Success)
            {
                return status;
            }
        }

        return NtStatus.Success;
    }

    private static ValueTask<NtStatus> LockAsync(Smb2Open open, IReadOnlyList<Smb2Lock> locks, CancellationToken cancellationToken)
    {
        bool wait = (locks[0].Flags & Smb2LockFlags.FailImmediately) == 0;
        foreach (Smb2Lock range in locks)
        {
            Smb2LockFlags kind = range.Flags & ~Smb2LockFlags.FailImmediately;
            bool waits = (range.Flags & Smb2LockFlags.FailImmediately) == 0;
            if (kind is not (Smb2LockFlags.SharedLock or Smb2LockFlags.ExclusiveLock) || (waits && locks.Count > 1))
            {
                return new ValueTask<NtStatus>(NtStatus.InvalidParameter);
            }
        }

        RangeLock[] ranges = [.. locks.Select(l => new RangeLock(0, l.Offset, l.Length, (l.Flags & Smb2LockFlags.ExclusiveLock) != 0))];
        return open.Target.LockAsync(ranges, wait, cancellationToken);
    }

    private static NtStatus Refuse(in CreateRequest body)
    {
        if (body.ImpersonationLevel > LastImpersonationLevel)
        {
            return NtStatus.BadImpersonationLevel;
        }

        // As Windows and Samba have it: the defined names have four octets or more.
        if (body.Contexts.Any(c => c.Name.Length < ShortestContextName))
        {
            return NtStatus.InvalidParameter;
        }

        // No handle outlives its connection here, and no file has a past.
        bool reopens = CreateContext.Find(body.Contexts, CreateContextName.DurableHandleReconnect) is not null
            || CreateContext.Find(body.Contexts, CreateContextName.DurableHandleReconnectV2) is not null
            || CreateContext.Find(body.Contexts, CreateContextName.TimewarpToken) is not null;
        return reopens ? NtStatus.ObjectNameNotFound : NtStatus.Success;
    }

    private static CreateResponse Respond(in CreateRequest body, in CreateOutcome outcome, FileId id, ServerTree tree)
    {
        List<CreateContext> contexts = [];
        SmbStoreEntry? entry = outcome.Entry;
        if (CreateContext.Find(body.Contexts, CreateContextName.MaximalAccess) is not null)
        {
            contexts.Add(new MaximalAccessResponse(NtStatus.Success, (uint)tree.MaximalAccess).Encode());
        }

        if (entry is not null && CreateContext.Find(body.Contexts, CreateContextName.QueryOnDiskId) is not null)
        {
            contexts.Add(new QueryOnDiskIdResponse(entry.FileId, 0).Encode());
        }

        return new CreateResponse
        {
            CreateAction = outcome.Action,
            FileId = id,
            CreationTime = Ticks(entry?.CreationTime),
            LastAccessTime = Ticks(entry?.LastAccessTime),
            LastWriteTime = Ticks(entry?.LastWriteTime),
            ChangeTime = Ticks(entry?.ChangeTime),
            AllocationSize = (ulong)(entry?.AllocationSize ?? 0),
            EndOfFile = (ulong)(entry?.Length ?? 0),
            FileAttributes = entry?.Attributes ?? System.IO.FileAttributes.Normal,
            Contexts = contexts,
        };
    }

    private static long Ticks(DateTimeOffset? time) => time is { } known ? FileTime.FromDateTimeOffset(known) : 0;

    private static void WriteReadHeader(MessageBuffer message, int count)
    {
        message.Truncate(ReadResponse.StandardDataOffset + count);
        WireWriter writer = new(message.Span, Smb2Header.Size);
        new ReadResponse { Data = message.Memory[ReadResponse.StandardDataOffset..] }.Write(ref writer);
    }
}
