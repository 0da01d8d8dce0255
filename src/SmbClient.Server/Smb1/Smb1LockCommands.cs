using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>LOCKING_ANDX and its elders, [MS-CIFS] 3.3.5.30, 3.3.5.14 and 3.3.5.15. Locks belong to the 16-bit PID within one open.</summary>
internal sealed class Smb1LockCommands
{
    private const uint WaitForever = 0xFFFFFFFF;

    /// <summary>ERRDOS, ERRcancelviolation: nobody waits for what was to be cancelled.</summary>
    private const NtStatus NothingToCancel = (NtStatus)0x00AD0001;

    /// <summary>ERRDOS, ERRnoatomiclocks: the kind of a lock cannot be changed at once.</summary>
    private const NtStatus NoAtomicLocks = (NtStatus)0x00AE0001;

    private readonly Smb1Connection _connection;
    private readonly Smb1Files _files;

    public Smb1LockCommands(Smb1Connection connection, Smb1Files files)
    {
        _connection = connection;
        _files = files;
    }

    public async ValueTask<Smb1Reply> LockAndXAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        LockingRequest body = request.Read<LockingRequest>(LockingRequest.Read);
        if (!_files.TryFind(request, body.Fid, out Smb1Open open))
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        if ((body.TypeOfLock & LockType.OplockRelease) != 0 && body.Locks.Count == 0 && body.Unlocks.Count == 0)
        {
            // No oplock was ever granted, and the acknowledgement of its break is not answered.
            return Smb1Reply.None;
        }

        if ((body.TypeOfLock & LockType.ChangeLockType) != 0)
        {
            return Smb1Reply.Bare(NoAtomicLocks);
        }

        bool isExclusive = (body.TypeOfLock & LockType.Shared) == 0;
        bool isLarge = (body.TypeOfLock & LockType.LargeFiles) != 0;
        foreach (LockRange range in body.Unlocks)
        {
            NtStatus unlocked = open.Target.Unlock([ToLock(range, isExclusive: false)]);
            if (unlocked != NtStatus.Success)
            {
                return Smb1Reply.Bare(unlocked);
            }
        }

        List<RangeLock> ranges = [.. body.Locks.Select(r => ToLock(r, isExclusive))];
        if ((body.TypeOfLock & LockType.CancelLock) != 0)
        {
            // Of several only the first, as Windows has it.
            bool found = ranges.Count > 0 && _connection.Waiting.Cancel(new Smb1PendingLock(open, [ranges[0]], isLarge));
            return found || ranges.Count == 0 ? Done() : Smb1Reply.Bare(NothingToCancel);
        }

        // Behind another command of a chain nothing waits, since nothing could cancel it.
        NtStatus status = ranges.Count == 0 ? NtStatus.Success
            : body.Timeout == 0 || request.Cancellation is null ? await open.Target.LockAsync(ranges, wait: false, cancellationToken).ConfigureAwait(false)
            : await WaitAsync(request, new Smb1PendingLock(open, ranges, isLarge), body.Timeout, cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success ? Done() : Smb1Reply.Bare(status == NtStatus.LockNotGranted ? open.Refuse(ranges) : status);
    }

    public async ValueTask<Smb1Reply> LockAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        CoreRangeRequest body = request.Read<CoreRangeRequest>(CoreRangeRequest.Read);
        if (!_files.TryFind(request, body.Fid, out Smb1Open open))
        {
            return Smb1Reply.Bare(NtStatus.InvalidHandle);
        }

        RangeLock range = new(request.Pid, body.Offset, body.Count, IsExclusive: true);
        if (body.Command == Smb1Command.UnlockByteRange)
        {
            return Smb1Reply.Bare(open.Target.Unlock([range]));
        }

        NtStatus status = await open.Target.LockAsync([range], wait: false, cancellationToken).ConfigureAwait(false);
        return Smb1Reply.Bare(status == NtStatus.LockNotGranted ? open.Refuse([range]) : status);
    }

    /// <summary>The answer of LOCKING_ANDX looks like that of LOGOFF_ANDX.</summary>
    private static Smb1Reply Done() => Smb1Reply.Of(default(LogoffBody));

    private static RangeLock ToLock(LockRange range, bool isExclusive) => new(range.Pid, range.Offset, range.Length, isExclusive);

    private async ValueTask<NtStatus> WaitAsync(Smb1Request request, Smb1PendingLock pending, uint timeout, CancellationToken cancellationToken)
    {
        request.PendingLock = pending;
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan time = timeout == WaitForever ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(timeout);
        using ITimer timer = _connection.Server.Time.CreateTimer(static c => Expire((CancellationTokenSource)c!), waiting, time, Timeout.InfiniteTimeSpan);
        try
        {
            // Time-out or cancellation, the lock was not to be had.
            NtStatus status = await pending.Open.Target.LockAsync(pending.Ranges, wait: true, waiting.Token).ConfigureAwait(false);
            return status == NtStatus.Cancelled ? NtStatus.FileLockConflict : status;
        }
        finally
        {
            request.PendingLock = null;
        }
    }

    private static void Expire(CancellationTokenSource waiting)
    {
        try
        {
            waiting.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The lock was granted just now.
        }
    }
}
