using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Samba;

/// <summary>Named streams, with a server that has them.</summary>
public sealed class StreamNameTests(LabFixture servers)
{
    public static TheoryData<string> Dialects => [.. LabRows.Dialects];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Named_streams_are_files_of_their_own(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options, "streams");
        await lab.Share.WriteAllBytesAsync("with.txt", "main"u8.ToArray());
        await lab.Share.WriteAllBytesAsync("with.txt:second", "beside"u8.ToArray());

        Assert.Equal("main"u8.ToArray(), await lab.Share.ReadAllBytesAsync("with.txt"));
        Assert.Equal("main"u8.ToArray(), await lab.Share.ReadAllBytesAsync("with.txt::$DATA"));
        Assert.Equal("beside"u8.ToArray(), await lab.Share.ReadAllBytesAsync("with.txt:second"));
        Assert.Equal("beside"u8.ToArray(), await lab.Share.ReadAllBytesAsync("with.txt:second:$DATA"));
        Assert.Equal(6, (await lab.Share.GetInfoAsync("with.txt:second")).Length);
        Assert.Equal("with.txt", Assert.Single(await lab.Share.EnumerateAsync().ToArrayAsync()).Name);
        await lab.Share.DeleteFileAsync("with.txt:second");
        Assert.False(await lab.Share.ExistsAsync("with.txt:second"));
        Assert.True(await lab.Share.ExistsAsync("with.txt"));
        await lab.Share.DeleteFileAsync("with.txt");
    }
}
