using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using SmbClient.InteropTests.Smb2;
using Xunit;

namespace SmbClient.InteropTests.Samba;

/// <summary>
/// SMB 2.0.2 with a server that is not Samba. What is missing here it cannot do: it signs the parts of a compound before it chains them, so that none of them
/// verifies, and what is done by a path needs a guest, to whom it does not sign; it grants every lock to everybody, sets no times or attributes, makes no
/// file shorter, does not mind that a directory is not empty, knows no size of its volume, and has neither CHANGE_NOTIFY nor durable handles.
/// </summary>
public sealed class ImpacketTests(LabFixture lab)
{
    [Fact]
    public async Task Signed_files_are_written_and_read()
    {
        LabServer server = await lab.StartAsync(LabRows.ImpacketSmb2);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        byte[] content = RandomNumberGenerator.GetBytes(300_001);
        await using (SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice))
        await using (SmbShare share = await connection.OpenShareAsync("share"))
        await using (SmbFile file = await share.CreateFileAsync("signed.bin"))
        {
            await file.WriteAsync(content, 0);
            await file.FlushAsync();
            MemoryStream copy = new();
            Assert.Equal(content.Length, await file.CopyToAsync(copy));
            Assert.Equal(content, copy.ToArray());
            await file.SetLengthAsync(400_000);
            Assert.Equal(400_000, (await file.GetInfoAsync()).Length);
            Assert.Equal((SmbDialect.Smb202, true, SmbSigningAlgorithm.HmacSha256), (connection.Dialect, connection.IsSigned, connection.SigningAlgorithm));
        }

        byte[] extended = [.. content, .. new byte[99_999]];
        Assert.Equal(extended, await File.ReadAllBytesAsync(server.PathOf("share", "signed.bin")));
        relay.Frames.AssertSigned();
    }

    [Fact]
    public async Task A_guest_reads_writes_lists_and_renames_in_compounds()
    {
        LabServer server = await lab.StartAsync(LabRows.ImpacketGuests);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using (SmbConnection connection = await OpenAsGuestAsync(relay.Options(context)))
        await using (SmbShare share = await connection.OpenShareAsync("share"))
        {
            Walkthrough walkthrough = new(share, share, "impacket");
            await share.CreateDirectoryAsync("impacket");
            await walkthrough.WriteAndReadAsync();
            await walkthrough.ListAsync();
            await walkthrough.RenameAsync();
            await share.DeleteDirectoryAsync("impacket/inner");
            Assert.False(await share.ExistsAsync("impacket/inner"));
            await share.DeleteFileAsync("impacket/plans of impacket");
            await share.DeleteDirectoryAsync("impacket");
            Assert.Equal((SmbDialect.Smb202, true, false), (connection.Dialect, connection.IsGuest, connection.IsSigned));
        }

        relay.Frames.AssertUnsigned();
        Assert.Contains(relay.Frames, f => f.FromClient && f.Smb2.Count > 1);
    }

    [Fact]
    public async Task Five_hundred_files_are_listed_each_once()
    {
        LabServer server = await lab.StartAsync(LabRows.ImpacketGuests);
        string directory = server.PathOf("share", "many");
        Directory.CreateDirectory(directory);
        string[] names = [.. Enumerable.Range(0, 500).Select(i => $"file{i:D5}.txt")];
        foreach (string name in names)
        {
            await File.Create(Path.Combine(directory, name)).DisposeAsync();
        }

        await using SmbClientContext context = new();
        await using SmbConnection connection = await OpenAsGuestAsync(server.Options(context));
        await using SmbShare share = await connection.OpenShareAsync("share");

        List<string> listed = await share.EnumerateAsync("many").Select(e => e.Name).ToListAsync();

        Assert.Equal(names, listed.Order(StringComparer.Ordinal));
        Assert.Equal(names[..10], (await share.EnumerateAsync("many", "file0000*").Select(e => e.Name).ToListAsync()).Order(StringComparer.Ordinal));
    }

    private static Task<SmbConnection> OpenAsGuestAsync(SmbConnectionOptions options) =>
        SmbConnection.OpenAsync(options with { AllowGuest = true, MessageSigningPolicy = SmbSigningState.Declined }, LabServer.Alice);
}
