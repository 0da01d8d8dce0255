using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Samba;

/// <summary>Files as they were.</summary>
public sealed class SnapshotTests(LabFixture servers)
{
    private static readonly DateTimeOffset Then = new(2020, 2, 29, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Dialects => [.. LabRows.Smb2Dialects];

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
}
