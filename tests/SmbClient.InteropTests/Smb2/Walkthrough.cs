using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>Everything that the file API does, once, and each outcome compared with what was meant.</summary>
internal sealed class Walkthrough
{
    private readonly SmbShare _share;
    private readonly SmbShare _other;
    private readonly string _folder;

    /// <param name="share">Where everything is done.</param>
    /// <param name="other">The same share in another context, whose locks exclude.</param>
    /// <param name="folder">A name that nobody else uses.</param>
    public Walkthrough(SmbShare share, SmbShare other, string folder)
    {
        _share = share;
        _other = other;
        _folder = folder;
        Secrets = [Content[..16], Encoding.Unicode.GetBytes("plans of " + folder)];
    }

    /// <summary>What nobody on the way may read when messages are sealed: content and name of the file.</summary>
    public byte[][] Secrets { get; }

    private static byte[] Content { get; } = [.. Enumerable.Range(0, 10_000).SelectMany(i => Encoding.ASCII.GetBytes($"line {i:D6} of it\n"))];

    private string Original => $"{_folder}/plans of {_folder}";

    private string Renamed => Original + ", renamed";

    public async Task RunAsync()
    {
        await _share.CreateDirectoryAsync(_folder);
        await WriteAndReadAsync();
        await ListAsync();
        await RenameAsync();
        await ChangeAsync();
        await LockAsync();
        await DescribeVolumeAsync();
        await DeleteAsync();
    }

    public async Task WriteAndReadAsync()
    {
        await using (SmbFile file = await _share.OpenFileAsync(Original, FileMode.CreateNew, FileAccess.ReadWrite))
        {
            await file.WriteAsync(Content, 0);
            await file.FlushAsync();
            byte[] middle = new byte[5000];
            Assert.Equal(middle.Length, await file.ReadAsync(middle, 12_345));
            Assert.Equal(Content[12_345..17_345], middle);
            Assert.Equal(Content.Length, (await file.GetInfoAsync()).Length);
        }

        Assert.Equal(Content, await _share.ReadAllBytesAsync(Original));
        Assert.Equal(Content, await _other.ReadAllBytesAsync(Original));
        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => _share.OpenFileAsync(Original, FileMode.CreateNew, FileAccess.ReadWrite));
        Assert.Equal(NtStatus.ObjectNameCollision, e.Status);
    }

    public async Task ListAsync()
    {
        await _share.CreateDirectoryAsync(_folder + "/inner");
        await _share.WriteAllBytesAsync(_folder + "/second.log", "22"u8.ToArray());

        SmbDirectoryEntry[] all = await _share.EnumerateAsync(_folder).ToArrayAsync();
        SmbDirectoryEntry[] some = await _share.EnumerateAsync(_folder, "*.log").ToArrayAsync();

        Assert.Equal(["inner", "plans of " + _folder, "second.log"], all.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal([true, false, false], all.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => entry.IsDirectory));
        Assert.Equal(("second.log", 2L), (Assert.Single(some).Name, some[0].Length));
        Assert.Empty(await _share.EnumerateAsync(_folder, "*.nothing").ToArrayAsync());
    }

    public async Task RenameAsync()
    {
        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => _share.RenameAsync(Original, _folder + "/second.log"));
        Assert.Equal(NtStatus.ObjectNameCollision, e.Status);
        Assert.Contains("plans of " + _folder, e.Message, StringComparison.Ordinal);
        await _share.RenameAsync(Original, Renamed);
        Assert.False(await _share.ExistsAsync(Original));
        await _share.RenameAsync(_folder + "/second.log", Original);
        await _share.RenameAsync(Renamed, Original, replaceExisting: true);
        Assert.False(await _share.ExistsAsync(Renamed));
        Assert.Equal(Content.Length, (await _share.GetInfoAsync(Original)).Length);
    }

    /// <summary>Somebody watches a directory and hears of what is done in it.</summary>
    public async Task WatchAsync()
    {
        string folder = _folder + "-watched";
        await _share.CreateDirectoryAsync(folder);
        int written = 0;
        await using (IAsyncEnumerator<SmbDirectoryChange> changes = _share.WatchAsync(folder, SmbChangeFilter.FileName).GetAsyncEnumerator())
        {
            // The server says nothing when it has begun to watch, so files are made until it tells of one.
            Task<bool> heard = changes.MoveNextAsync().AsTask();
            while (!heard.IsCompleted)
            {
                await _share.WriteAllBytesAsync($"{folder}/watched-{written++}.txt", "x"u8.ToArray());
            }

            Assert.True(await heard);
            Assert.Equal(SmbDirectoryChangeKind.Added, changes.Current.Kind);
            Assert.Matches("^watched-[0-9]+[.]txt$", changes.Current.Path);
            await _share.RenameAsync($"{folder}/watched-0.txt", $"{folder}/moved.txt");
            List<SmbDirectoryChange> renaming = [];
            while (renaming.Count < 2 && await changes.MoveNextAsync())
            {
                if (changes.Current.Kind is SmbDirectoryChangeKind.RenamedFrom or SmbDirectoryChangeKind.RenamedTo)
                {
                    renaming.Add(changes.Current);
                }
            }

            Assert.Equal(["watched-0.txt", "moved.txt"], renaming.Select(c => c.Path));
        }

        await foreach (SmbDirectoryEntry entry in _share.EnumerateAsync(folder))
        {
            await _share.DeleteFileAsync($"{folder}/{entry.Name}");
        }

        await _share.DeleteDirectoryAsync(folder);
    }

    private async Task ChangeAsync()
    {
        DateTimeOffset created = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        DateTimeOffset written = new(2020, 2, 29, 12, 0, 0, TimeSpan.Zero);
        await _share.SetInfoAsync(Original, new SmbFileChanges { CreationTime = created, LastWriteTime = written, Attributes = FileAttributes.Hidden | FileAttributes.ReadOnly });
        SmbFileInfo info = await _share.GetInfoAsync(Original);
        Assert.Equal((created, written), (info.CreationTime, info.LastWriteTime));
        Assert.Equal(FileAttributes.Hidden | FileAttributes.ReadOnly, info.Attributes & (FileAttributes.Hidden | FileAttributes.ReadOnly));
        await _share.SetInfoAsync(Original, new SmbFileChanges { Attributes = FileAttributes.Normal });
        Assert.Equal(FileAttributes.None, (await _share.GetInfoAsync(Original)).Attributes & (FileAttributes.Hidden | FileAttributes.ReadOnly));

        await using SmbFile file = await _share.OpenFileAsync(Original, FileMode.Open, FileAccess.ReadWrite);
        await file.SetLengthAsync(100);
        await file.SetLengthAsync(200);
        byte[] octets = new byte[300];
        Assert.Equal(200, await file.ReadAsync(octets, 0));
        Assert.Equal([.. Content[..100], .. new byte[200]], octets);
        Assert.Equal(0, await file.ReadAsync(octets, 200));
        await file.SetInfoAsync(new SmbFileChanges { LastWriteTime = created });
        Assert.Equal((200L, created), (await file.GetInfoAsync()) is var now ? (now.Length, now.LastWriteTime!.Value) : default);
    }

    private async Task LockAsync()
    {
        await using SmbFile holder = await _share.OpenFileAsync(Original, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await using SmbFile stranger = await _other.OpenFileAsync(Original, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await holder.LockAsync(0, 10, exclusive: true, TimeSpan.Zero);

        SmbStatusException refused = await Assert.ThrowsAsync<SmbStatusException>(() => stranger.LockAsync(5, 10, exclusive: true, TimeSpan.Zero));
        SmbStatusException unwritten = await Assert.ThrowsAsync<SmbStatusException>(async () => await stranger.WriteAsync(new byte[1], 9));
        await stranger.WriteAsync("w"u8.ToArray(), 10);
        Assert.Equal(NtStatus.LockNotGranted, refused.Status);
        Assert.Equal(NtStatus.FileLockConflict, unwritten.Status);
        Assert.All(new[] { refused, unwritten }, e => Assert.Contains("plans of " + _folder, e.Message, StringComparison.Ordinal));

        Task waiting = stranger.LockAsync(5, 10, exclusive: true, TimeSpan.FromSeconds(30));
        await holder.UnlockAsync(0, 10);
        await waiting;
        await stranger.UnlockAsync(5, 10);
        SmbStatusException unlocked = await Assert.ThrowsAsync<SmbStatusException>(() => stranger.UnlockAsync(5, 10));
        Assert.Equal(NtStatus.RangeNotLocked, unlocked.Status);
    }

    private async Task DescribeVolumeAsync()
    {
        SmbVolumeInfo volume = await _share.GetVolumeInfoAsync();
        Assert.Equal("NTFS", volume.FileSystem);
        Assert.InRange(volume.AvailableFreeSpace, 1, volume.TotalSize);
    }

    private async Task DeleteAsync()
    {
        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => _share.DeleteDirectoryAsync(_folder));
        Assert.Equal(NtStatus.DirectoryNotEmpty, e.Status);
        await _share.DeleteFileAsync(Original);
        await _share.DeleteDirectoryAsync(_folder + "/inner");
        await _share.DeleteDirectoryAsync(_folder);
        Assert.False(await _share.ExistsAsync(_folder));
    }
}
