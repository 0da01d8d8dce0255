using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Server;
using Xunit;

namespace SmbClient.Tests.Server.Stores;

/// <summary>Files in memory.</summary>
public class MemoryFileStoreTests
{
    private const int Chunk = 64 * 1024;
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryFileStore _store;

    public MemoryFileStoreTests() => _store = new MemoryFileStore(timeProvider: _clock);

    [Theory]
    [InlineData("a", NtStatus.Success)]
    [InlineData("A", NtStatus.Success)]
    [InlineData("", NtStatus.Success)]
    [InlineData(@"D\F", NtStatus.Success)]
    [InlineData("no", NtStatus.ObjectNameNotFound)]
    [InlineData(@"d\no", NtStatus.ObjectNameNotFound)]
    [InlineData(@"no\no", NtStatus.ObjectPathNotFound)]
    [InlineData(@"a\no", NtStatus.ObjectPathNotFound)]
    public async Task Opening(string path, NtStatus status)
    {
        _store.AddFile("a", [1]);
        _store.AddFile("d/f", [2]);

        Assert.Equal(status, (await _store.OpenAsync(path, forWriting: true, None)).Status);
    }

    [Theory]
    [InlineData("new", false, NtStatus.Success)]
    [InlineData("new", true, NtStatus.Success)]
    [InlineData("A", false, NtStatus.ObjectNameCollision)]
    [InlineData("a", true, NtStatus.ObjectNameCollision)]
    [InlineData("", true, NtStatus.ObjectNameCollision)]
    [InlineData(@"no\new", false, NtStatus.ObjectPathNotFound)]
    [InlineData(@"a\new", false, NtStatus.ObjectPathNotFound)]
    public async Task Making(string path, bool isDirectory, NtStatus status)
    {
        _store.AddFile("a", [1]);

        SmbStoreResult made = await _store.CreateAsync(path, isDirectory, FileAttributes.Hidden, None);

        Assert.Equal(status, made.Status);
        if (made.Node is not null)
        {
            SmbStoreEntry entry = await made.Node.GetEntryAsync(None);
            Assert.Equal(isDirectory, entry.IsDirectory);
            Assert.Equal(FileAttributes.Hidden, entry.Attributes & ~FileAttributes.Directory);
        }
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(0, Chunk)]
    [InlineData(0, (3 * Chunk) + 5)]
    [InlineData(Chunk - 1, 2)]
    [InlineData(5L * 1024 * 1024 * 1024, 100)]
    [InlineData((1L << 43) - 10, 10)]
    public async Task Content(long offset, int length)
    {
        ISmbStoreNode node = await NewAsync("f");
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)((i % 251) + 1))];

        Assert.Equal(NtStatus.Success, await node.WriteAsync(offset, content, None));

        byte[] read = new byte[length + 20];
        Assert.Equal(length, await node.ReadAsync(offset, read, None));
        Assert.Equal(content, read.Take(length));
        Assert.Equal(offset + length, (await node.GetEntryAsync(None)).Length);
        Assert.InRange((await node.GetEntryAsync(None)).AllocationSize, length, length + (2L * Chunk));
        if (offset > 0)
        {
            int before = (int)Math.Min(offset, 20);
            Assert.Equal(before, await node.ReadAsync(offset - before, read.AsMemory(0, before), None));
            Assert.All(read.Take(before), b => Assert.Equal(0, b));
        }
    }

    [Theory]
    [InlineData(100, 50)]
    [InlineData(100, 0)]
    [InlineData((2 * Chunk) + 10, Chunk)]
    [InlineData((2 * Chunk) + 10, Chunk + 1)]
    [InlineData((2 * Chunk) + 10, (2 * Chunk) + 9)]
    public async Task What_was_cut_off_comes_back_as_zeros(int length, int cut)
    {
        ISmbStoreNode node = await NewAsync("f");
        await node.WriteAsync(0, Enumerable.Repeat((byte)7, length).ToArray(), None);

        await node.SetLengthAsync(cut, None);
        await node.SetLengthAsync(length, None);

        byte[] content = _store.ReadAllBytes("f");
        Assert.Equal(length, content.Length);
        Assert.All(content.Take(cut), b => Assert.Equal(7, b));
        Assert.All(content.Skip(cut), b => Assert.Equal(0, b));
    }

    [Fact]
    public async Task Room_is_taken_and_given_back()
    {
        MemoryFileStore store = new(300 * 1024);
        ISmbStoreNode node = (await store.CreateAsync("f", isDirectory: false, FileAttributes.Archive, None)).Node!;
        long empty = (await store.GetSpaceAsync(None)).FreeOctets;

        Assert.Equal(NtStatus.Success, await node.WriteAsync(0, new byte[200 * 1024], None));
        Assert.Equal(NtStatus.DiskFull, await node.WriteAsync(200 * 1024, new byte[200 * 1024], None));
        Assert.Equal(200 * 1024, (await node.GetEntryAsync(None)).Length);
        Assert.InRange((await store.GetSpaceAsync(None)).FreeOctets, 0, empty - (200 * 1024));
        await node.SetLengthAsync(0, None);
        Assert.Equal(empty, (await store.GetSpaceAsync(None)).FreeOctets);
        Assert.Equal(NtStatus.Success, await node.WriteAsync(0, new byte[200 * 1024], None));
        Assert.Equal(NtStatus.Success, await node.DeleteAsync(None));
        Assert.Equal(300 * 1024, (await store.GetSpaceAsync(None)).FreeOctets);
    }

    [Fact]
    public async Task Empty_files_take_room_too()
    {
        MemoryFileStore store = new(10_000);
        List<NtStatus> made = [];
        for (int i = 0; i < 100; i++)
        {
            made.Add((await store.CreateAsync($"{i}", isDirectory: i % 2 == 0, FileAttributes.Normal, None)).Status);
        }

        Assert.Contains(NtStatus.DiskFull, made);
        Assert.Throws<IOException>(() => store.AddFile("x", []));
    }

    [Theory]
    [InlineData("f", "g", false, NtStatus.Success)]
    [InlineData("f", "F", false, NtStatus.Success)]
    [InlineData("f", "other", false, NtStatus.ObjectNameCollision)]
    [InlineData("f", "OTHER", true, NtStatus.Success)]
    [InlineData("f", "d", true, NtStatus.AccessDenied)]
    [InlineData("f", @"no\g", false, NtStatus.ObjectPathNotFound)]
    [InlineData("d", @"e\d", false, NtStatus.Success)]
    [InlineData("d", @"d\d", false, NtStatus.InvalidParameter)]
    [InlineData("", "x", false, NtStatus.InvalidParameter)]
    public async Task Renaming(string from, string to, bool replace, NtStatus status)
    {
        _store.AddFile("f", [1]);
        _store.AddFile("other", [2]);
        _store.AddFile(@"d\below", [3]);
        _store.AddDirectory("e");
        ISmbStoreNode node = (await _store.OpenAsync(from, forWriting: false, None)).Node!;
        ulong id = (await node.GetEntryAsync(None)).FileId;

        Assert.Equal(status, await node.RenameAsync(to, replace, None));
        Assert.True(_store.Exists(status == NtStatus.Success ? to : from));
        Assert.Equal(id, (await node.GetEntryAsync(None)).FileId);
        if (status == NtStatus.Success)
        {
            Assert.Equal(to[(to.LastIndexOf('\\') + 1)..], (await node.GetEntryAsync(None)).Name);
        }
    }

    [Theory]
    [InlineData("f", NtStatus.Success)]
    [InlineData("empty", NtStatus.Success)]
    [InlineData("d", NtStatus.DirectoryNotEmpty)]
    [InlineData("", NtStatus.CannotDelete)]
    public async Task Deleting(string path, NtStatus status)
    {
        _store.AddFile("f", [1]);
        _store.AddFile(@"d\below", [3]);
        _store.AddDirectory("empty");
        ISmbStoreNode node = (await _store.OpenAsync(path, forWriting: false, None)).Node!;

        Assert.Equal(status, await node.DeleteAsync(None));
        Assert.Equal(status != NtStatus.Success, _store.Exists(path));
        Assert.Equal(status == NtStatus.Success ? NtStatus.FileDeleted : status, await node.DeleteAsync(None));
    }

    [Fact]
    public async Task Names_keep_their_case_and_times_move()
    {
        _store.AddFile(@"Dir\File.TXT", [1]);
        ISmbStoreNode directory = (await _store.OpenAsync("DIR", forWriting: false, None)).Node!;
        DateTimeOffset made = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(5));
        _store.AddFile(@"DIR\FILE.txt", [1, 2]);
        _store.AddFile(@"dir\new", []);

        IReadOnlyList<SmbStoreEntry> entries = await directory.ListAsync(None);

        Assert.Equal(["File.TXT", "new"], entries.Select(e => e.Name).Order());
        SmbStoreEntry file = entries.Single(e => e.Length == 2);
        Assert.Equal((made, made.AddSeconds(5)), (file.CreationTime, file.LastWriteTime));
        Assert.Equal(made.AddSeconds(5), (await directory.GetEntryAsync(None)).LastWriteTime);
    }

    [Fact]
    public void Files_for_tests()
    {
        _store.AddFile("/a/b/c.txt", [1, 2]);

        Assert.Equal([1, 2], _store.ReadAllBytes(@"A\B\C.TXT"));
        Assert.True(_store.Exists("a/b"));
        Assert.Throws<FileNotFoundException>(() => _store.ReadAllBytes("a/b"));
        Assert.Throws<IOException>(() => _store.AddFile("a/b", [1]));
        Assert.Throws<IOException>(() => _store.AddDirectory("a/b/c.txt"));
        Assert.Throws<ArgumentException>(() => _store.AddFile("../x", [1]));
    }

    [Fact]
    public async Task Watchers_hear_of_what_is_below_their_directory()
    {
        List<SmbStoreChange?> heard = [];
        _store.AddDirectory("d");
        IDisposable watch = _store.Watch("D", recursive: false, heard.Add);
        _store.AddFile(@"d\f", []);
        _store.AddFile("dx", []);
        _store.AddFile(@"d\e\g", []);
        ISmbStoreNode node = (await _store.OpenAsync(@"d\f", forWriting: true, None)).Node!;
        await node.RenameAsync(@"d\h", replaceExisting: false, None);
        await node.RenameAsync("out", replaceExisting: false, None);
        await node.RenameAsync(@"d\in", replaceExisting: false, None);
        await node.DeleteAsync(None);
        watch.Dispose();
        _store.AddFile(@"d\unheard", []);

        Assert.Equal(
            [
                new SmbStoreChange(SmbDirectoryChangeKind.Added, SmbChangeFilter.FileName, "f"),
                new SmbStoreChange(SmbDirectoryChangeKind.Modified, SmbChangeFilter.LastWrite | SmbChangeFilter.Size, "f"),
                new SmbStoreChange(SmbDirectoryChangeKind.Added, SmbChangeFilter.DirectoryName, "e"),
                new SmbStoreChange(SmbDirectoryChangeKind.RenamedTo, SmbChangeFilter.FileName, "h", "f"),
                new SmbStoreChange(SmbDirectoryChangeKind.Removed, SmbChangeFilter.FileName, "h"),
                new SmbStoreChange(SmbDirectoryChangeKind.Added, SmbChangeFilter.FileName, "in"),
                new SmbStoreChange(SmbDirectoryChangeKind.Removed, SmbChangeFilter.FileName, "in"),
            ],
            heard);
    }

    [Fact]
    public async Task Many_at_once()
    {
        byte[][] contents = [.. Enumerable.Range(0, 8).Select(i => Enumerable.Repeat((byte)i, 100_000).ToArray())];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            for (int round = 0; round < 20; round++)
            {
                ISmbStoreNode node = (await _store.CreateAsync($"{i}", isDirectory: false, FileAttributes.Normal, None)).Node!;
                await node.WriteAsync(0, contents[i], None);
                Assert.Equal(NtStatus.Success, await node.RenameAsync($"to{i}", replaceExisting: true, None));
                Assert.Equal(contents[i], _store.ReadAllBytes($"to{i}"));
                Assert.Equal(NtStatus.Success, await node.DeleteAsync(None));
            }
        })));

        Assert.Equal(MemoryFileStore.DefaultCapacity, (await _store.GetSpaceAsync(None)).FreeOctets);
    }

    [Fact]
    public async Task Steady_reads_and_writes_allocate_nothing()
    {
        ISmbStoreNode node = await NewAsync("f");
        byte[] buffer = new byte[3 * Chunk];
        Transfer(5);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Transfer(100);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

#pragma warning disable CA2012 // They complete at once, or the test fails: a task would be an allocation.
        void Transfer(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(node.WriteAsync(i % 7, buffer, None).Result == NtStatus.Success);
                Assert.True(node.ReadAsync(i % 7, buffer, None).Result == buffer.Length);
            }
        }
#pragma warning restore CA2012
    }

    private async Task<ISmbStoreNode> NewAsync(string path)
    {
        SmbStoreResult made = await _store.CreateAsync(path, isDirectory: false, FileAttributes.Archive, None);
        Assert.Equal(NtStatus.Success, made.Status);
        return made.Node!;
    }
}
