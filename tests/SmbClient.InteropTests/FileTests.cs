using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>The file API against a real server, in every configuration that changes the wire.</summary>
public sealed class FileTests(LabFixture servers)
{
    /// <summary>Every configuration that changes the wire; SMB2 is signed, and sealed in the last row.</summary>
    public static TheoryData<string> Rows => [.. LabRows.Dialects, "mandatory", .. LabRows.Peculiar, "encrypt-required"];

    public static TheoryData<string> Dialects => [.. LabRows.Dialects];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Write_read_stat_rename_delete(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;
        string name = "roundtrip-" + row + ".bin";
        byte[] content = RandomNumberGenerator.GetBytes(300_001);

        await using (SmbFile file = await share.CreateFileAsync(name))
        {
            await file.WriteAsync(content, 0);
            await file.FlushAsync();
            Assert.Equal(content.Length, (await file.GetInfoAsync()).Length);
        }

        Assert.Equal(content, await share.ReadAllBytesAsync("/" + name));
        SmbFileInfo info = await share.GetInfoAsync(name);
        Assert.Equal(content.Length, info.Length);
        Assert.False(info.IsDirectory);
        Assert.InRange((DateTimeOffset.UtcNow - info.LastWriteTime!.Value).TotalMinutes, -5, 5);
        await share.RenameAsync(name, "renamed-" + name);
        Assert.Null(await share.TryGetInfoAsync(name));
        Assert.True(await share.ExistsAsync("renamed-" + name));
        await share.DeleteFileAsync("renamed-" + name);
        Assert.Null(await share.TryOpenFileAsync("renamed-" + name));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Directories_are_made_listed_and_deleted(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;
        string directory = "dir-" + row;
        await share.CreateDirectoryAsync(directory);
        await share.CreateDirectoryAsync(directory + "/inner");
        await share.WriteAllBytesAsync(directory + @"\one.txt", "1"u8.ToArray());
        await share.WriteAllBytesAsync(directory + "/two.log", "22"u8.ToArray());

        SmbDirectoryEntry[] all = await share.EnumerateAsync(directory).ToArrayAsync();
        SmbDirectoryEntry[] some = await share.EnumerateAsync(directory, "*.txt").ToArrayAsync();
        SmbDirectoryEntry[] none = await share.EnumerateAsync(directory, "*.nothing").ToArrayAsync();

        Assert.Equal(["inner", "one.txt", "two.log"], all.Select(e => e.Name).Order(StringComparer.Ordinal));
        Assert.True(all.Single(e => e.Name == "inner").IsDirectory);
        Assert.Equal(2, all.Single(e => e.Name == "two.log").Length);
        Assert.Equal("one.txt", Assert.Single(some).Name);
        Assert.Empty(none);
        SmbStatusException notEmpty = await Assert.ThrowsAsync<SmbStatusException>(() => share.DeleteDirectoryAsync(directory));
        Assert.Equal(NtStatus.DirectoryNotEmpty, notEmpty.Status);
        await share.DeleteFileAsync(directory + "/one.txt");
        await share.DeleteFileAsync(directory + "/two.log");
        await share.DeleteDirectoryAsync(directory + "/inner");
        await share.DeleteDirectoryAsync(directory);
        Assert.False(await share.ExistsAsync(directory));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Names_in_every_script(string row)
    {
        await using LabShare lab = await OpenAsync(row, "uni");
        SmbShare share = lab.Share;
        foreach (string name in new[] { "naïve.txt", "žluťoučký kůň.txt", "日本語.txt", "😀 emoji.txt", "Σίσυφος ς.txt" })
        {
            Assert.Equal(name + "\n", System.Text.Encoding.UTF8.GetString(await share.ReadAllBytesAsync(name)));
        }

        await share.WriteAllBytesAsync("новый файл 🚀.txt", "x"u8.ToArray());
        Assert.Contains("новый файл 🚀.txt", await share.EnumerateAsync().Select(e => e.Name).ToArrayAsync());
        await share.DeleteFileAsync("новый файл 🚀.txt");
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public Task Ten_thousand_files_are_listed_each_once(string row) => ListManyAsync(row, SmbEncryptionPolicy.IfServerRequires);

    [Fact]
    public Task Ten_thousand_files_are_listed_sealed() => ListManyAsync("smb3_11", SmbEncryptionPolicy.Required);

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_file_of_more_than_4_GiB(string row)
    {
        const long Offset = (5L << 30) + 12345;
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await OpenAsync(row, "sparse");
        SmbShare share = lab.Share;
        byte[] end = RandomNumberGenerator.GetBytes(100_000);
        byte[] read = new byte[end.Length];

        await using (SmbFile file = await share.CreateFileAsync("sparse.bin"))
        {
            await file.SetLengthAsync(Offset);
            await file.WriteAsync(end, Offset);
            Assert.Equal(Offset + end.Length, (await file.GetInfoAsync()).Length);
            Assert.Equal(end.Length, await ReadFullyAsync(file, read, Offset));
            Assert.Equal(end, read);
            Assert.Equal(1000, await file.ReadAsync(read.AsMemory(0, 1000), (1L << 32) - 500));
            Assert.All(read.Take(1000), b => Assert.Equal(0, b));
            Assert.Equal(0, await file.ReadAsync(read, Offset + end.Length));
            int blocks = int.Parse(await Shell.RunAsync("stat", ["--format=%b", server.PathOf("sparse", "sparse.bin")]), CultureInfo.InvariantCulture);
            Assert.InRange(blocks * 512L, end.Length, 1 << 20);
            await file.SetLengthAsync(10);
        }

        Assert.Equal(10, (await share.GetInfoAsync("sparse.bin")).Length);
        await share.DeleteFileAsync("sparse.bin");
    }

    [Theory]
    [InlineData("mandatory")]
    [InlineData("smb2_02")]
    [InlineData("smb2_10")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-required")]
    public async Task Thirty_two_operations_at_once_on_one_connection(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;

        await Task.WhenAll(Enumerable.Range(0, 32).Select(async i =>
        {
            string name = $"parallel-{i}.bin";
            byte[] content = RandomNumberGenerator.GetBytes(100_000 + i);
            for (int round = 0; round < 3; round++)
            {
                await share.WriteAllBytesAsync(name, content);
                Assert.Equal(content, await share.ReadAllBytesAsync(name));
                Assert.True(await share.EnumerateAsync("", name).AnyAsync());
            }

            await share.DeleteFileAsync(name);
        }));

        Assert.Equal(1, lab.Context.GetStatistics().ConnectionsOpened);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Streams_and_bulk_copies(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;
        byte[] content = RandomNumberGenerator.GetBytes(3_000_001);
        string name = $"bulk-{row}.bin";

        await using (SmbFile file = await share.CreateFileAsync(name))
        {
            Assert.Equal(content.Length, await file.CopyFromAsync(new MemoryStream(content)));
        }

        await using (SmbFile file = await share.OpenFileAsync(name))
        {
            MemoryStream copy = new();
            await file.AsStream().CopyToAsync(copy);
            Assert.Equal(content, copy.ToArray());

            Stream stream = file.AsStream();
            stream.Seek(-1001, SeekOrigin.End);
            byte[] tail = new byte[1001];
            await stream.ReadExactlyAsync(tail);
            Assert.Equal(content[^1001..], tail);
            Assert.Equal(0, await stream.ReadAsync(tail));
            Assert.Throws<NotSupportedException>(() => stream.ReadByte());
        }

        await using (SmbFile file = await share.OpenFileAsync(name, FileMode.Append, FileAccess.Write))
        {
            await file.AsStream().WriteAsync("tail"u8.ToArray());
        }

        Assert.Equal("tail"u8.ToArray(), (await share.ReadAllBytesAsync(name))[^4..]);
        await share.DeleteFileAsync(name);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task What_another_client_wrote_is_read_and_the_other_way_round(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;
        byte[] content = RandomNumberGenerator.GetBytes(1_000_000);
        string local = Path.GetTempFileName();
        await share.WriteAllBytesAsync("ours.bin", content);

        await Shell.SmbclientAsync(server.Host, server.Port, "share", $"get ours.bin {local}; put {local} theirs.bin");

        Assert.Equal(content, await File.ReadAllBytesAsync(local));
        Assert.Equal(content, await share.ReadAllBytesAsync("theirs.bin"));
        File.Delete(local);
        await share.DeleteFileAsync("ours.bin");
        await share.DeleteFileAsync("theirs.bin");
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_file_is_found_however_its_place_is_written(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;

        foreach (string path in new[] { "hello.txt", "/hello.txt", @"\hello.txt"[1..], "./hello.txt", $@"\\{server.Host}\share\hello.txt", $"//{server.Host}/SHARE/hello.txt", $"smb://{server.Host}:{server.Port}/share/hello%2Etxt" })
        {
            Assert.Equal("hello\n"u8.ToArray(), await share.ReadAllBytesAsync(path));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => share.ReadAllBytesAsync($@"\\{server.Host}\uni\hello.txt"));
        await Assert.ThrowsAsync<ArgumentException>(() => share.ReadAllBytesAsync(@"\\elsewhere\share\hello.txt"));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Renaming_replaces_only_when_asked(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;
        await share.WriteAllBytesAsync("from.txt", "new"u8.ToArray());
        await share.WriteAllBytesAsync("to.txt", "old"u8.ToArray());

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => share.RenameAsync("from.txt", "to.txt"));
        await share.RenameAsync("from.txt", "to.txt", replaceExisting: true);

        Assert.Equal(NtStatus.ObjectNameCollision, e.Status);
        Assert.Equal("new"u8.ToArray(), await share.ReadAllBytesAsync("to.txt"));

        // A server of SMB1 would delete what it fits: there it is not sent.
        Exception wild = await Assert.ThrowsAnyAsync<Exception>(() => share.DeleteFileAsync("*.txt"));
        Assert.True(row == "nt1" ? wild is ArgumentException : wild is SmbStatusException { Status: NtStatus.ObjectNameInvalid }, $"{wild}");
        await share.DeleteFileAsync("to.txt");
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Locks_exclude_and_a_waiting_one_can_be_cancelled(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;
        await share.WriteAllBytesAsync("locked.bin", new byte[100]);
        await using SmbFile holder = await share.OpenFileAsync("locked.bin", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await using SmbFile other = await share.OpenFileAsync("locked.bin", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await holder.LockAsync(0, 10, exclusive: true, TimeSpan.Zero);

        SmbStatusException refused = await Assert.ThrowsAsync<SmbStatusException>(() => other.LockAsync(5, 10, exclusive: true, TimeSpan.Zero));
        using CancellationTokenSource giveUp = new();
        Task waiting = other.LockAsync(5, 10, exclusive: true, Timeout.InfiniteTimeSpan, giveUp.Token);
        await holder.GetInfoAsync();
        Assert.False(waiting.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        Assert.Contains(refused.Status, new[] { NtStatus.LockNotGranted, NtStatus.FileLockConflict });
        await holder.UnlockAsync(0, 10);
        await other.LockAsync(5, 10, exclusive: true, TimeSpan.FromSeconds(10));
        await other.UnlockAsync(5, 10);
        SmbStatusException notLocked = await Assert.ThrowsAsync<SmbStatusException>(() => other.UnlockAsync(5, 10));
        Assert.Equal(NtStatus.RangeNotLocked, notLocked.Status);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Times_attributes_and_the_volume(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        SmbShare share = lab.Share;
        await share.WriteAllBytesAsync("dated.txt", "x"u8.ToArray());
        DateTimeOffset time = new(2020, 2, 29, 12, 0, 0, TimeSpan.Zero);

        await share.SetInfoAsync("dated.txt", new SmbFileChanges { LastWriteTime = time });
        SmbVolumeInfo volume = await share.GetVolumeInfoAsync();

        Assert.Equal(time, (await share.GetInfoAsync("dated.txt")).LastWriteTime);
        Assert.InRange(volume.AvailableFreeSpace, 1, volume.TotalSize);
        Assert.Equal("NTFS", volume.FileSystem);
        Assert.InRange(volume.MaxComponentLength, 100, 1000);
        await share.DeleteFileAsync("dated.txt");
    }

    private async Task ListManyAsync(string row, SmbEncryptionPolicy encryption)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(c => server.Options(c) with { Encryption = encryption }, "many");
        SmbShare share = lab.Share;
        string[] expected = [.. Enumerable.Range(1, 10_000).Select(i => $"file{i:D5}.txt")];

        string[] names = await share.EnumerateAsync().Select(e => e.Name).ToArrayAsync();
        string[] some = await share.EnumerateAsync("", "file07*").Select(e => e.Name).ToArrayAsync();

        Assert.Equal(expected, names.Order(StringComparer.Ordinal));
        Assert.Equal(expected[6999..7999], some.Order(StringComparer.Ordinal));
        await foreach (SmbDirectoryEntry entry in share.EnumerateAsync())
        {
            Assert.NotEmpty(entry.Name);
            break;
        }

        Assert.True(await share.ExistsAsync("file00001.txt"));
    }

    private static async Task<int> ReadFullyAsync(SmbFile file, Memory<byte> buffer, long offset)
    {
        int count = 0;
        while (count < buffer.Length && await file.ReadAsync(buffer[count..], offset + count) is > 0 and int read)
        {
            count += read;
        }

        return count;
    }

    private async Task<LabShare> OpenAsync(string row, string share = "share")
    {
        LabServer server = await servers.StartAsync(row);
        return await LabShare.OpenAsync(c => server.Options(c) with { MessageSigningPolicy = row == "disabled" ? SmbSigningState.Disabled : SmbSigningState.Required }, share);
    }
}
