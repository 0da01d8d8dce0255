using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>
/// The changes in one open directory that the client has not yet heard of, [MS-SMB2] 3.3.5.19 and [MS-FSA] 2.1.5.11. Kept from the first request
/// on, up to a limit; requests are answered in their order.
/// </summary>
internal sealed class ChangeQueue
{
    private const int MaxChanges = 1024;
    private const int FixedSize = 12;
    private const int Alignment = 4;

    private readonly Lock _gate = new();
    private readonly SmbChangeFilter _filter;
    private readonly int _room;
    private readonly List<FileNotifyInformation> _changes = [];
    private readonly List<Waiter> _waiters = [];
    private IDisposable? _subscription;
    private NtStatus _end;
    private bool _overflowed;

    private ChangeQueue(SmbChangeFilter filter, int room)
    {
        _filter = filter;
        _room = room;
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="store">Where the directory is.</param>
    /// <param name="directory">Its path.</param>
    /// <param name="filter">What to hear of; later requests do not change it.</param>
    /// <param name="recursive">Whether to hear of what is below it.</param>
    /// <param name="room">Octets that the first request takes; later ones get no more, as Windows has it.</param>
    public static ChangeQueue Start(ISmbFileStore store, string directory, SmbChangeFilter filter, bool recursive, int room)
    {
        ChangeQueue queue = new(filter, room);
        queue._subscription = store.Watch(directory, recursive, queue.OnChange);
        return queue;
    }

    /// <summary>The changes since the last call, once there are any.</summary>
    public async ValueTask<QueryOutcome> TakeAsync(int maxOutput, CancellationToken cancellationToken)
    {
        Waiter waiter = new(maxOutput);
        lock (_gate)
        {
            if (_end != NtStatus.Success)
            {
                return new QueryOutcome(_end);
            }

            if (_waiters.Count == 0 && (_changes.Count > 0 || _overflowed))
            {
                return Take(maxOutput);
            }

            _waiters.Add(waiter);
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((Waiter)state!).Done.TrySetResult(new QueryOutcome(NtStatus.Cancelled)), waiter);
        QueryOutcome outcome = await waiter.Done.Task.ConfigureAwait(false);
        if (outcome.Status == NtStatus.Cancelled)
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }

        return outcome;
    }

    /// <summary>Nothing more is to be heard: the directory is closed, or goes.</summary>
    public void End(NtStatus status)
    {
        lock (_gate)
        {
            if (_end != NtStatus.Success)
            {
                return;
            }

            _end = status;
            _changes.Clear();
            foreach (Waiter waiter in _waiters)
            {
                waiter.Done.TrySetResult(new QueryOutcome(status));
            }

            _waiters.Clear();
        }

        // Outside the lock: the store may wait here for a call to OnChange.
        _subscription?.Dispose();
    }

    private void OnChange(SmbStoreChange? change)
    {
        lock (_gate)
        {
            if (_end != NtStatus.Success)
            {
                return;
            }

            if (change is null)
            {
                Overflow();
            }
            else
            {
                Add(change);
            }

            while (_waiters.Count > 0 && (_changes.Count > 0 || _overflowed))
            {
                Waiter waiter = _waiters[0];
                _waiters.RemoveAt(0);

                // What a cancelled one would have got is the next one's; cancelled at this very moment, the list of changes is not whole any more.
                if (!waiter.Done.Task.IsCompleted && !waiter.Done.TrySetResult(Take(waiter.MaxOutput)))
                {
                    Overflow();
                }
            }
        }
    }

    private void Add(SmbStoreChange change)
    {
        bool isHeard = (change.Aspects & _filter) != 0;
        if (isHeard && change.OldPath is not null)
        {
            bool isMove = !string.Equals(StorePath.Parent(change.OldPath), StorePath.Parent(change.Path), StringComparison.OrdinalIgnoreCase);
            Add(isMove ? FileNotifyAction.Removed : FileNotifyAction.RenamedOldName, change.OldPath);
            Add(isMove ? FileNotifyAction.Added : FileNotifyAction.RenamedNewName, change.Path);
        }
        else if (isHeard)
        {
            Add((FileNotifyAction)change.Kind, change.Path);
        }

        // Windows tells those who ask for attributes, and not for names, that a file with a new name is changed; but not a directory.
        if (!isHeard && change.OldPath is not null && (change.Aspects & SmbChangeFilter.FileName) != 0 && (_filter & (SmbChangeFilter.Attributes | SmbChangeFilter.Creation)) != 0)
        {
            Add(FileNotifyAction.Modified, change.Path);
        }
    }

    private void Add(FileNotifyAction action, string path)
    {
        if (_overflowed || _changes.Count >= MaxChanges)
        {
            Overflow();
            return;
        }

        FileNotifyInformation next = new(action, path);
        bool isRepeated = action == FileNotifyAction.Modified && _changes.Count > 0 && _changes[^1] == next;
        if (!isRepeated)
        {
            _changes.Add(next);
        }
    }

    private void Overflow()
    {
        _changes.Clear();
        _overflowed = true;
    }

    private QueryOutcome Take(int maxOutput)
    {
        int size = 0;
        foreach (FileNotifyInformation change in _changes)
        {
            size = ((size + Alignment - 1) & -Alignment) + FixedSize + (2 * change.FileName.Length);
        }

        QueryOutcome outcome = new(NtStatus.NotifyEnumDir);
        if (!_overflowed && size <= Math.Min(maxOutput, _room))
        {
            byte[] output = new byte[size];
            WireWriter w = new(output);
            FileNotifyInformation.WriteList(ref w, _changes);
            outcome = new QueryOutcome(NtStatus.Success, output);
        }

        _overflowed = false;
        _changes.Clear();
        return outcome;
    }

    private sealed class Waiter(int maxOutput)
    {
        public int MaxOutput => maxOutput;

        public TaskCompletionSource<QueryOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
