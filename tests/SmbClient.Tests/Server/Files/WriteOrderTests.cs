using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using SmbClient.Server;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Writes of one open take effect in the order in which they came, wherever they overlap.</summary>
public class WriteOrderTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly SlowStore _store = new();

    [Fact]
    public async Task A_write_waits_for_those_before_it_that_it_overlaps()
    {
        ServerOpen open = await OpenAsync();
        Task<NtStatus> first = WriteAsync(open, 0, 10);
        Task<NtStatus> second = WriteAsync(open, 5, 10);
        Task<NtStatus> third = WriteAsync(open, 12, 10);
        Task<NtStatus> apart = WriteAsync(open, 30, 10);

        Assert.Equal([0L, 30L], _store.Begun);
        _store.Complete(30);
        Assert.Equal(NtStatus.Success, await apart);

        _store.Complete(0);
        Assert.Equal(NtStatus.Success, await first);
        await _store.WhenBegunAsync(5);
        Assert.Equal([0L, 30L, 5L], _store.Begun);
        Assert.False(third.IsCompleted);

        _store.Complete(5);
        Assert.Equal(NtStatus.Success, await second);
        await _store.WhenBegunAsync(12);
        _store.Complete(12);
        Assert.Equal(NtStatus.Success, await third);
    }

    [Fact]
    public async Task A_write_waits_for_every_one_that_it_overlaps()
    {
        ServerOpen open = await OpenAsync();
        Task<NtStatus> first = WriteAsync(open, 0, 10);
        Task<NtStatus> second = WriteAsync(open, 10, 10);
        Task<NtStatus> both = WriteAsync(open, 1, 18);

        _store.Complete(0);
        Assert.Equal(NtStatus.Success, await first);
        Assert.False(both.IsCompleted);
        Assert.Equal([0L, 10L], _store.Begun);

        _store.Complete(10);
        Assert.Equal(NtStatus.Success, await second);
        await _store.WhenBegunAsync(1);
        _store.Complete(1);
        Assert.Equal(NtStatus.Success, await both);
    }

    [Fact]
    public async Task One_that_fails_lets_the_next_one_go()
    {
        ServerOpen open = await OpenAsync();
        Task<NtStatus> first = WriteAsync(open, 0, 10);
        Task<NtStatus> second = WriteAsync(open, 1, 10);

        _store.Fail(0, new IOException("full", 28));
        Assert.Equal(NtStatus.DiskFull, await first);
        await _store.WhenBegunAsync(1);
        _store.Complete(1);
        Assert.Equal(NtStatus.Success, await second);
    }

    [Fact]
    public async Task Other_opens_do_not_wait()
    {
        ServerOpen one = await OpenAsync();
        ServerOpen other = await OpenAsync();
        Task<NtStatus> first = WriteAsync(one, 0, 10);
        Task<NtStatus> second = WriteAsync(other, 1, 10);

        Assert.Equal([0L, 1L], _store.Begun);
        _store.Complete(1);
        Assert.Equal(NtStatus.Success, await second);
        _store.Complete(0);
        Assert.Equal(NtStatus.Success, await first);
    }

    private static Task<NtStatus> WriteAsync(ServerOpen open, long offset, int length) =>
        open.WriteAsync(offset, new byte[length], writeThrough: false, owner: 0, None).AsTask();

    private async Task<ServerOpen> OpenAsync()
    {
        FileTree tree = new(_store, isReadOnly: false, NullLogger.Instance);
        CreateOutcome outcome = await tree.CreateAsync(
            new CreateArguments
            {
                Path = "f",
                DesiredAccess = AccessMask.MaximumAllowed,
                ShareAccess = TestTree.Everything,
                Disposition = CreateDisposition.Open,
            },
            None);
        return outcome.Open!;
    }

    /// <summary>A store with one file, whose writes end when the test says so; each is known by its offset.</summary>
    private sealed class SlowStore : ISmbFileStore, ISmbStoreNode
    {
        private readonly Lock _gate = new();
        private readonly List<long> _begun = [];
        private readonly Dictionary<long, TaskCompletionSource<NtStatus>> _writes = [];
        private readonly Dictionary<long, TaskCompletionSource> _awaited = [];

        public SmbStoreVolume Volume { get; } = new();

        public long[] Begun
        {
            get
            {
                lock (_gate)
                {
                    return [.. _begun];
                }
            }
        }

        public Task WhenBegunAsync(long offset)
        {
            lock (_gate)
            {
                return Awaited(offset).Task;
            }
        }

        public void Complete(long offset) => _writes[offset].SetResult(NtStatus.Success);

        public void Fail(long offset, Exception failure) => _writes[offset].SetException(failure);

        public ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
        {
            TaskCompletionSource<NtStatus> write = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                _begun.Add(offset);
                _writes.Add(offset, write);
                Awaited(offset).SetResult();
            }

            return new(write.Task);
        }

        public ValueTask<SmbStoreResult> OpenAsync(string path, bool forWriting, CancellationToken cancellationToken) => new(SmbStoreResult.Opened(this));

        public ValueTask<SmbStoreEntry> GetEntryAsync(CancellationToken cancellationToken) =>
            new(new SmbStoreEntry { Name = "f", FileId = 1, Attributes = FileAttributes.Normal, CreationTime = DateTimeOffset.UnixEpoch });

        public ValueTask DisposeAsync() => default;

        public ValueTask<SmbStoreSpace> GetSpaceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<SmbStoreResult> CreateAsync(string path, bool isDirectory, FileAttributes attributes, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IDisposable Watch(string directory, bool recursive, Action<SmbStoreChange?> onChange) => throw new NotSupportedException();

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<NtStatus> SetLengthAsync(long length, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<NtStatus> SetTimesAsync(SmbStoreTimes times, FileAttributes? attributes, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<NtStatus> RenameAsync(string path, bool replaceExisting, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<NtStatus> DeleteAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<SmbStoreEntry>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        private TaskCompletionSource Awaited(long offset)
        {
            if (!_awaited.TryGetValue(offset, out TaskCompletionSource? awaited))
            {
                _awaited.Add(offset, awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            return awaited;
        }
    }
}
