using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Files;

/// <summary>A file or directory of a <see cref="FileTree"/> that a client has open.</summary>
internal sealed class FileOpen : ServerOpen
{
    private readonly FileTree _tree;
    private readonly DirectoryScan _scan;
    private readonly Lock _watchGate = new();
    private readonly WriteOrder _writes = new();
    private ChangeQueue? _changes;
    private OpenFile? _file;
    private int _isClosed;
    private long _position;

    /// <param name="tree">Where it is.</param>
    /// <param name="node">The store's, which this owns from now on.</param>
    /// <param name="arguments">What the client asked for.</param>
    /// <param name="access">The rights granted.</param>
    /// <param name="isDirectory">Whether it is one.</param>
    public FileOpen(FileTree tree, ISmbStoreNode node, in CreateArguments arguments, AccessMask access, bool isDirectory)
    {
        _tree = tree;
        Node = node;
        GrantedAccess = access;
        IsDirectory = isDirectory;
        ShareAccess = arguments.ShareAccess;
        DeleteOnClose = (arguments.Options & CreateOptions.DeleteOnClose) != 0;
        Mode = (uint)arguments.Options & InformationChange.ModeBits;
        _scan = new DirectoryScan(this, tree);
    }

    public override string Path => File.Path;

    public override AccessMask GrantedAccess { get; }

    public override bool IsDirectory { get; }

    public ISmbStoreNode Node { get; }

    public ShareAccess ShareAccess { get; }

    /// <summary>What it shares with all opens of its file; set by <see cref="OpenFiles"/>.</summary>
    public OpenFile File
    {
        get => _file ?? throw new InvalidOperationException("The open is not in the table yet.");
        set => _file = value;
    }

    /// <summary>The file goes with this open.</summary>
    public bool DeleteOnClose { get; set; }

    /// <summary>FileModeInformation.</summary>
    public uint Mode { get; set; }

    /// <summary>FilePositionInformation: where the last read ended, unless the client set it; nothing else depends on it.</summary>
    public long Position
    {
        get => Volatile.Read(ref _position);
        set => Volatile.Write(ref _position, value);
    }

    /// <summary>Times that the client set and that writing through this open leaves alone.</summary>
    public StickyTimes Times { get; } = new();

    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    public override async ValueTask<SmbStoreEntry?> GetEntryAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DescribeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, _tree.Logger, out _))
        {
            return null;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<(NtStatus Status, int Count)> ReadAsync(long offset, Memory<byte> destination, uint owner, CancellationToken cancellationToken)
    {
        NtStatus status = CheckTransfer(offset, destination.Length, FileRights.Reading);
        status = status == NtStatus.Success ? File.Locks.Check(this, owner, offset, destination.Length, isWrite: false) : status;
        if (status != NtStatus.Success || destination.IsEmpty)
        {
            return (status, 0);
        }

        try
        {
            int count = await Node.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return (NtStatus.EndOfFile, 0);
            }

            Position = offset + count;
            return (NtStatus.Success, count);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, _tree.Logger, out status))
        {
            return (status, 0);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, bool writeThrough, uint owner, CancellationToken cancellationToken)
    {
        NtStatus status = CheckTransfer(offset, source.Length, FileRights.Writing);
        status = status == NtStatus.Success ? File.Locks.Check(this, owner, offset, source.Length, isWrite: true) : status;
        if (status != NtStatus.Success || source.IsEmpty)
        {
            return status;
        }

        if (offset + source.Length > CreateRules.MaxFileSize)
        {
            return NtStatus.InvalidParameter;
        }

        // Nothing is awaited before this: calls come in the order of the requests.
        long place = _writes.Enter(offset, source.Length, out Task? before);
        try
        {
            while (before is not null)
            {
                await before.ConfigureAwait(false);
                before = _writes.Before(place);
            }

            if ((GrantedAccess & AccessMask.WriteData) == 0 && offset < (await Node.GetEntryAsync(cancellationToken).ConfigureAwait(false)).Length)
            {
                return NtStatus.AccessDenied;
            }

            status = await Node.WriteAsync(offset, source, cancellationToken).ConfigureAwait(false);
            status = status == NtStatus.Success && Times.AreSet ? await Times.RestoreAsync(Node, cancellationToken).ConfigureAwait(false) : status;
            return status == NtStatus.Success && writeThrough ? await Node.FlushAsync(cancellationToken).ConfigureAwait(false) : status;
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, _tree.Logger, out status))
        {
            return status;
        }
        finally
        {
            _writes.Leave(place);
        }
    }

    public override ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken)
    {
        if ((GrantedAccess & FileRights.Writing) == 0)
        {
            return new(NtStatus.AccessDenied);
        }

        return IsDirectory ? new(NtStatus.Success) : GuardAsync(this, 0, static (open, _, token) => open.Node.FlushAsync(token), cancellationToken);
    }

    public override ValueTask<NtStatus> LockAsync(IReadOnlyList<RangeLock> ranges, bool wait, CancellationToken cancellationToken)
    {
        if (IsDirectory)
        {
            return new(NtStatus.InvalidParameter);
        }

        // [MS-FSA] 2.1.5.8 wants one of both rights.
        return (GrantedAccess & (AccessMask.ReadData | AccessMask.WriteData)) == 0
            ? new(NtStatus.AccessDenied)
            : File.Locks.LockAsync(this, ranges, wait, cancellationToken);
    }

    public override NtStatus Unlock(IReadOnlyList<RangeLock> ranges)
    {
        if (IsDirectory)
        {
            return NtStatus.InvalidParameter;
        }

        foreach (RangeLock range in ranges)
        {
            NtStatus status = File.Locks.Unlock(this, range);
            if (status != NtStatus.Success)
            {
                return status;
            }
        }

        return NtStatus.Success;
    }

    public override async ValueTask<QueryOutcome> QueryInformationAsync(FileInformationClass informationClass, int maxOutput, CancellationToken cancellationToken)
    {
        if (!Has(FileDescription.Needs(informationClass)))
        {
            return new QueryOutcome(NtStatus.AccessDenied);
        }

        try
        {
            FileDescription description = new()
            {
                Entry = await DescribeAsync(cancellationToken).ConfigureAwait(false),
                Path = Path,
                Access = GrantedAccess,
                IsDeletePending = File.IsDeletePending,
                Position = Position,
                Mode = Mode,
                Volume = _tree.Store.Volume.SerialNumber,
            };
            return description.Encode(informationClass, maxOutput);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, _tree.Logger, out NtStatus status))
        {
            return new QueryOutcome(status);
        }
    }

    public override ValueTask<NtStatus> SetInformationAsync(FileInformationClass informationClass, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        AccessMask needed = InformationChange.Needs(informationClass);
        return (needed & ~GrantedAccess) != 0
            ? new(NtStatus.AccessDenied)
            : GuardAsync(this, (informationClass, input), static (open, p, token) => InformationChange.ApplyAsync(open, open._tree, p.informationClass, p.input, token), cancellationToken);
    }

    public override QueryOutcome QuerySecurity(uint parts, int maxOutput) =>
        Has(AccessMask.ReadControl) ? SecurityDescriptor.Encode(parts, _tree.MaximalAccess, maxOutput) : new QueryOutcome(NtStatus.AccessDenied);

    public override ValueTask<NtStatus> RenameAsync(string path, bool replaceExisting, CancellationToken cancellationToken) => Has(AccessMask.Delete)
        ? GuardAsync(this, (path, replaceExisting), static (open, p, token) => open._tree.RenameAsync(open, p.path, p.replaceExisting, token), cancellationToken)
        : new(NtStatus.AccessDenied);

    public override async ValueTask<QueryOutcome> QueryDirectoryAsync(
        FileInformationClass informationClass, string pattern, bool restart, bool single, int maxOutput, CancellationToken cancellationToken)
    {
        if (!IsDirectory)
        {
            return new QueryOutcome(NtStatus.InvalidParameter);
        }

        if (!Has(AccessMask.ReadData))
        {
            return new QueryOutcome(NtStatus.AccessDenied);
        }

        try
        {
            return await _scan.NextAsync(informationClass, pattern, restart, single, maxOutput, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, _tree.Logger, out NtStatus status))
        {
            return new QueryOutcome(status);
        }
    }

    public override async ValueTask<QueryOutcome> WatchAsync(SmbChangeFilter filter, bool recursive, int maxOutput, CancellationToken cancellationToken)
    {
        if (!IsDirectory)
        {
            return new QueryOutcome(NtStatus.InvalidParameter);
        }

        if (!Has(AccessMask.ReadData))
        {
            return new QueryOutcome(NtStatus.AccessDenied);
        }

        try
        {
            ChangeQueue changes;
            lock (_watchGate)
            {
                changes = _changes ??= ChangeQueue.Start(_tree.Store, Path, filter, recursive, maxOutput);
            }

            // Whoever closed the directory, or marked it, before the queue was there has told nobody.
            if (IsClosed || File.IsDeletePending)
            {
                changes.End(IsClosed ? NtStatus.NotifyCleanup : NtStatus.DeletePending);
            }

            return await changes.TakeAsync(maxOutput, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, _tree.Logger, out NtStatus status))
        {
            return new QueryOutcome(status);
        }
    }

    public override async ValueTask<QueryOutcome> ControlAsync(FsControlCode code, ReadOnlyMemory<byte> input, int maxOutput, CancellationToken cancellationToken)
    {
        try
        {
            return await FileControl.ApplyAsync(this, code, input, maxOutput, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, _tree.Logger, out NtStatus status))
        {
            return new QueryOutcome(status);
        }
    }

    public override ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return ValueTask.CompletedTask;
        }

        File.Locks.Release(this);
        EndWatch(NtStatus.NotifyCleanup);
        return _tree.CloseAsync(this);
    }

    /// <summary>Closes it without the deletion that it was opened for: the client never got it.</summary>
    public ValueTask AbandonAsync()
    {
        DeleteOnClose = false;
        return CloseAsync();
    }

    /// <summary>The file is to be deleted: who watches it as a directory hears of nothing more.</summary>
    public void DirectoryGoes() => EndWatch(NtStatus.DeletePending);

    public bool Has(AccessMask access) => (GrantedAccess & access) == access;

    /// <summary>What the store knows of it, with what only this share knows.</summary>
    public async ValueTask<SmbStoreEntry> DescribeAsync(CancellationToken cancellationToken)
    {
        SmbStoreEntry entry = await Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        return entry with { AllocationSize = Math.Max(entry.AllocationSize, File.AllocationHint), Attributes = FileDescription.Attributes(entry) };
    }

    private NtStatus CheckTransfer(long offset, int length, AccessMask anyOf)
    {
        if (IsDirectory)
        {
            return NtStatus.InvalidDeviceRequest;
        }

        if (offset < 0 || offset > long.MaxValue - length)
        {
            return NtStatus.InvalidParameter;
        }

        return (GrantedAccess & anyOf) == 0 ? NtStatus.AccessDenied : NtStatus.Success;
    }

    private async ValueTask<NtStatus> GuardAsync<T>(FileOpen open, T parameters, Func<FileOpen, T, CancellationToken, ValueTask<NtStatus>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step(open, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, _tree.Logger, out NtStatus status))
        {
            return status;
        }
    }

    private void EndWatch(NtStatus status)
    {
        ChangeQueue? changes;
        lock (_watchGate)
        {
            changes = _changes;
        }

        changes?.End(status);
    }
}
