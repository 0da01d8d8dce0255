using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server.Files;

/// <summary>
/// The byte ranges of one file that are locked, and who waits for some, [MS-FSA] 2.1.4.10 and 2.1.5.8. Those who wait are served in the order in
/// which they came, as soon as nothing that is locked stands in their way.
/// </summary>
internal sealed class RangeLocks
{
    /// <summary>Ranges of one file that are locked or waited for: every read and write looks at all of them.</summary>
    internal const int MaxRanges = 4096;

    private readonly Lock _gate = new();
    private readonly List<Held> _held = [];
    private readonly List<Waiter> _waiters = [];
    private volatile bool _isEmpty = true;
    private int _waiting;

    /// <summary>Locks all ranges or none.</summary>
    /// <param name="open">Whose they will be.</param>
    /// <param name="ranges">What to lock.</param>
    /// <param name="wait">Until they are free.</param>
    /// <param name="cancellationToken">Ends the waiting, with <see cref="NtStatus.Cancelled"/>.</param>
    public ValueTask<NtStatus> LockAsync(FileOpen open, IReadOnlyList<RangeLock> ranges, bool wait, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            foreach (RangeLock range in ranges)
            {
                if (range.Length > 0 && range.Offset + (range.Length - 1) < range.Offset)
                {
                    return new(NtStatus.InvalidLockRange);
                }
            }

            if (open.IsClosed)
            {
                return new(NtStatus.FileClosed);
            }

            if (_held.Count + _waiting + ranges.Count > MaxRanges)
            {
                return new(NtStatus.InsufficientResources);
            }

            if (!(wait && StandsBehind(open, ranges)) && TryTake(open, ranges))
            {
                return new(NtStatus.Success);
            }

            if (!wait)
            {
                return new(NtStatus.LockNotGranted);
            }

            waiter = new Waiter(open, ranges);
            _waiters.Add(waiter);
            _waiting += ranges.Count;
        }

        return new(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Unlocks one range as it was locked; an exclusive lock before a shared one.</summary>
    public NtStatus Unlock(FileOpen open, in RangeLock range)
    {
        lock (_gate)
        {
            int index = Find(open, range, isExclusive: true);
            index = index < 0 ? Find(open, range, isExclusive: false) : index;
            if (index < 0)
            {
                return NtStatus.RangeNotLocked;
            }

            _held.RemoveAt(index);
            Serve();
            return NtStatus.Success;
        }
    }

    /// <summary>An open is closed: its locks are gone, and what it waits for ends with <see cref="NtStatus.RangeNotLocked"/>, as Windows answers.</summary>
    public void Release(FileOpen open)
    {
        lock (_gate)
        {
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if (ReferenceEquals(_waiters[i].Open, open))
                {
                    _waiters[i].Done.TrySetResult(NtStatus.RangeNotLocked);
                    Forget(_waiters[i]);
                }
            }

            _held.RemoveAll(held => ReferenceEquals(held.Open, open));
            Serve();
        }
    }

    /// <summary>Whether a read or write may go on: <see cref="NtStatus.FileLockConflict"/> where others have locked some of it.</summary>
    public NtStatus Check(FileOpen open, uint owner, long offset, int length, bool isWrite)
    {
        if (_isEmpty || length == 0)
        {
            return NtStatus.Success;
        }

        RangeLock range = new(owner, (ulong)offset, (ulong)length, isWrite);
        lock (_gate)
        {
            foreach (Held held in _held)
            {
                // A shared lock stops every write, its owner's too; an exclusive one all but its owner.
                bool stops = held.Range.IsExclusive ? !held.IsOf(open, owner) : isWrite;
                if (stops && Overlap(held.Range, range))
                {
                    return NtStatus.FileLockConflict;
                }
            }
        }

        return NtStatus.Success;
    }

    /// <summary>Zero octets collide only with what lies on both sides of them.</summary>
    private static bool Overlap(in RangeLock a, in RangeLock b) => StartsBeforeEnd(a, b) && StartsBeforeEnd(b, a);

    private static bool StartsBeforeEnd(in RangeLock a, in RangeLock b) =>
        b.Length == 0 ? a.Offset < b.Offset : a.Offset <= b.Offset + (b.Length - 1);

    private async Task<NtStatus> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((Waiter)state!).Done.TrySetResult(NtStatus.Cancelled), waiter);
        NtStatus status = await waiter.Done.Task.ConfigureAwait(false);
        if (status != NtStatus.Success)
        {
            lock (_gate)
            {
                Forget(waiter);
                Serve();
            }
        }

        return status;
    }

    private bool TryTake(FileOpen open, IReadOnlyList<RangeLock> ranges)
    {
        int before = _held.Count;
        foreach (RangeLock range in ranges)
        {
            if (IsTaken(open, range))
            {
                _held.RemoveRange(before, _held.Count - before);
                return false;
            }

            _held.Add(new Held(open, range));
        }

        _isEmpty = _held.Count == 0;
        return true;
    }

    /// <summary>An exclusive lock gets along with none; a shared one with shared ones, and with exclusive ones of its owner.</summary>
    private bool IsTaken(FileOpen open, in RangeLock range)
    {
        foreach (Held held in _held)
        {
            bool stops = range.IsExclusive || (held.Range.IsExclusive && !held.IsOf(open, range.Owner));
            if (stops && Overlap(held.Range, range))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether somebody who came earlier waits for some of it.</summary>
    private bool StandsBehind(FileOpen open, IReadOnlyList<RangeLock> ranges)
    {
        foreach (Waiter waiter in _waiters)
        {
            foreach (RangeLock earlier in waiter.Ranges)
            {
                foreach (RangeLock range in ranges)
                {
                    if ((earlier.IsExclusive || range.IsExclusive) && !ReferenceEquals(waiter.Open, open) && Overlap(earlier, range))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private void Serve()
    {
        for (int i = 0; i < _waiters.Count;)
        {
            Waiter waiter = _waiters[i];
            if (!TryTake(waiter.Open, waiter.Ranges))
            {
                i++;
                continue;
            }

            Forget(waiter);
            if (!waiter.Done.TrySetResult(NtStatus.Success))
            {
                // Cancelled a moment ago.
                _held.RemoveRange(_held.Count - waiter.Ranges.Count, waiter.Ranges.Count);
            }
        }

        _isEmpty = _held.Count == 0;
    }

    private void Forget(Waiter waiter) => _waiting -= _waiters.Remove(waiter) ? waiter.Ranges.Count : 0;

    private int Find(FileOpen open, RangeLock range, bool isExclusive) => _held.FindIndex(held =>
        held.IsOf(open, range.Owner) && held.Range.Offset == range.Offset && held.Range.Length == range.Length && held.Range.IsExclusive == isExclusive);

    private readonly record struct Held(FileOpen Open, RangeLock Range)
    {
        public bool IsOf(FileOpen open, uint owner) => ReferenceEquals(Open, open) && Range.Owner == owner;
    }

    private sealed class Waiter(FileOpen open, IReadOnlyList<RangeLock> ranges)
    {
        public FileOpen Open { get; } = open;

        public IReadOnlyList<RangeLock> Ranges { get; } = ranges;

        public TaskCompletionSource<NtStatus> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
