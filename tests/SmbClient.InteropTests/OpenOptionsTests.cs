using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>What may be asked for beyond opening a file.</summary>
public sealed class OpenOptionsTests(LabFixture servers)
{
    private static readonly DateTimeOffset Then = new(2020, 2, 29, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> AllDialects => [.. LabRows.Dialects];

    public static TheoryData<string> Dialects => [.. LabRows.Smb2Dialects];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Who_asks_for_details_hears_the_id_and_the_rights(string row)
    {
        const uint ReadData = 0x1, WriteData = 0x2;
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        await using LabShare readOnly = await LabShare.OpenAsync(server.Options, "ro");
        await lab.Share.WriteAllBytesAsync("details.txt", "x"u8.ToArray());
        string inode = (await Shell.RunAsync("stat", ["--format=%i", server.PathOf("share", "details.txt")])).Trim();

        await using SmbFile file = await lab.Share.OpenFileAsync("details.txt", new SmbOpenOptions { QueryDetails = true });
        await using SmbFile unwritable = await readOnly.Share.OpenFileAsync("ro.txt", new SmbOpenOptions { QueryDetails = true });
        await using SmbFile plain = await lab.Share.OpenFileAsync("details.txt");

        Assert.Equal(inode, $"{file.InfoWhenOpened.FileId}");
        Assert.Equal(ReadData | WriteData, file.InfoWhenOpened.MaximalAccess & (ReadData | WriteData));
        Assert.Equal(ReadData, unwritable.InfoWhenOpened.MaximalAccess & (ReadData | WriteData));
        Assert.Equal((null, null), (plain.InfoWhenOpened.FileId, plain.InfoWhenOpened.MaximalAccess));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_file_is_read_as_it_was_then(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options, "snapshots");

        await using SmbFile then = await lab.Share.OpenFileAsync("then.txt", new SmbOpenOptions { Snapshot = Then, Share = FileShare.ReadWrite });
        MemoryStream content = new();
        await then.CopyToAsync(content);
        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => lab.Share.OpenFileAsync("then.txt", new SmbOpenOptions { Snapshot = Then.AddDays(1) }));

        Assert.Equal("then\n", Encoding.UTF8.GetString(content.ToArray()));
        Assert.Equal("now\n"u8.ToArray(), await lab.Share.ReadAllBytesAsync("then.txt"));
        Assert.Contains(e.Status, new[] { NtStatus.ObjectNameNotFound, NtStatus.ObjectPathNotFound });
    }

    [Fact]
    public async Task What_SMB1_does_not_have_is_not_supported()
    {
        LabServer server = await servers.StartAsync("nt1");
        await using LabShare lab = await LabShare.OpenAsync(server.Options);

        await Assert.ThrowsAsync<NotSupportedException>(() => lab.Share.OpenFileAsync("hello.txt", new SmbOpenOptions { Snapshot = Then }));
        await Assert.ThrowsAsync<NotSupportedException>(async () =>
        {
            await foreach (SmbDirectoryChange change in lab.Share.WatchAsync())
            {
                Assert.Fail($"{change}");
            }
        });

        // A server may refuse to keep files open or to tell ids: that is no error.
        await using SmbFile file = await lab.Share.OpenFileAsync("hello.txt", new SmbOpenOptions { QueryDetails = true, DurableTimeout = TimeSpan.Zero });
        Assert.False(file.IsDurable);
    }

    [Theory]
    [MemberData(nameof(AllDialects))]
    public async Task A_file_goes_with_its_last_handle(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        SmbOpenOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, DeleteOnClose = true, WriteThrough = true, Attributes = FileAttributes.Hidden };
        await using (SmbFile file = await lab.Share.OpenFileAsync("temporary.bin", options))
        {
            await file.WriteAsync(new byte[10], 0);
            Assert.True((await file.GetInfoAsync()).Attributes.HasFlag(FileAttributes.Hidden));
            Assert.True(File.Exists(server.PathOf("share", "temporary.bin")));
        }

        Assert.False(await lab.Share.ExistsAsync("temporary.bin"));
        Assert.False(File.Exists(server.PathOf("share", "temporary.bin")));
    }
}
