using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;
using Xunit.Sdk;

namespace SmbClient.InteropTests.Samba;

/// <summary>The lab itself: that its servers are what their rows say, and that its records show what travelled. The client is Samba's.</summary>
public sealed class LabTests(LabFixture lab)
{
    private const ushort Aes128Ccm = 1, Aes128Gcm = 2, Aes256Ccm = 3, Aes256Gcm = 4;
    private const ushort HmacSha256 = 0, AesCmac = 1, AesGmac = 2;

    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("the octets of the file content. ");

    [Theory]
    [InlineData("smb2_02", 0x0202)]
    [InlineData("smb2_10", 0x0210)]
    [InlineData("smb3_00", 0x0300)]
    [InlineData("smb3_02", 0x0302)]
    [InlineData("smb3_11", 0x0311)]
    [InlineData("smb2", 0x0311)]
    [InlineData("auto", 0x0311)]
    public async Task A_row_speaks_its_dialect(string row, ushort dialect)
    {
        RecordedFrames frames = await TransferAsync(row, "share", "--client-protection=sign");

        Assert.Equal(dialect, frames.Negotiation!.Dialect);
        frames.AssertSigned();
        Assert.True(frames.Contains(Secret));
    }

    [Fact]
    public async Task A_row_speaks_SMB1_only()
    {
        RecordedFrames frames = await TransferAsync("nt1", "share");

        Assert.All(frames, f => Assert.Equal(FrameKind.Smb1, f.Kind));
    }

    [Theory]
    [InlineData("smb2_02", false)]
    [InlineData("smb2_10", false)]
    [InlineData("smb3_11", false)]
    [InlineData("smb2-mandatory", true)]
    [InlineData("mandatory", true)]
    public async Task A_row_demands_signatures_or_does_not(string row, bool mandatory)
    {
        RecordedFrames frames = await TransferAsync(row, "share", "--option=client signing=if_required");

        Assert.Equal(mandatory ? 3 : 1, frames.Negotiation!.SecurityMode);
        Assert.Equal(mandatory, frames.AfterSignIn.Smb2.Any(m => m is { Command: RecordedSmb2.Write, IsSigned: true }));
    }

    [Theory]
    [InlineData("smb3_00")]
    [InlineData("smb3_02")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-desired")]
    public async Task A_client_may_seal(string row)
    {
        RecordedFrames frames = await TransferAsync(row, "share", "--client-protection=encrypt");

        frames.AssertSealed(Secret);
    }

    [Theory]
    [InlineData("encrypt-required")]
    [InlineData("encrypt-desired")]
    public async Task A_server_may_have_everything_sealed(string row)
    {
        RecordedFrames frames = await TransferAsync(row, "share");

        frames.AssertSealed(Secret);
    }

    [Theory]
    [InlineData("smb3_00")]
    [InlineData("smb3_02")]
    [InlineData("smb3_11")]
    public async Task A_share_may_be_sealed_beside_a_plain_one(string row)
    {
        RecordedFrames plain = await TransferAsync(row, "share");
        RecordedFrames encrypted = await TransferAsync(row, "encrypted");

        Assert.True(plain.Contains(Secret));
        Assert.False(encrypted.Contains(Secret));
        RecordedFrame[] afterTree = [.. encrypted.Skip(1 + Array.FindLastIndex([.. encrypted], f => f.Smb2.Any(m => m is { Command: RecordedSmb2.TreeConnect, IsResponse: true, Status: 0 })))];
        Assert.NotEmpty(afterTree);
        Assert.All(afterTree, f => Assert.Equal(FrameKind.Transform, f.Kind));
    }

    [Theory]
    [InlineData("encrypt-off", "encrypted", "SMB3_11", "ACCESS_DENIED")]
    [InlineData("encrypt-off", "share", "SMB3_11", null)]
    [InlineData("smb2_10", "encrypted", "SMB2_10", "ACCESS_DENIED")]
    [InlineData("encrypt-required", "share", "SMB2_10", "ACCESS_DENIED")]
    [InlineData("smb2", "share", "NT1", "INVALID_NETWORK_RESPONSE|CONNECTION|PIPE")]
    public async Task A_row_refuses_what_it_does_not_offer(string row, string share, string dialect, string? status)
    {
        LabServer server = await lab.StartAsync(row);
        Task<string> listing = Shell.SmbclientAsync(server.Host, server.Port, share, "ls", "-m", dialect);

        if (status is null)
        {
            Assert.Contains("hello.txt", await listing, StringComparison.Ordinal);
            return;
        }

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => listing);
        Assert.Matches(status, e.Message);
    }

    [Theory]
    [InlineData("aes-128-ccm", Aes128Ccm)]
    [InlineData("aes-128-gcm", Aes128Gcm)]
    [InlineData("aes-256-ccm", Aes256Ccm)]
    [InlineData("aes-256-gcm", Aes256Gcm)]
    public async Task A_row_has_one_cipher(string row, ushort cipher)
    {
        RecordedFrames frames = await TransferAsync(row, "share", "--client-protection=encrypt");

        Assert.Equal(cipher, frames.Negotiation!.Cipher);
        frames.AssertSealed(Secret);
    }

    [Theory]
    [InlineData("hmac-sha256", HmacSha256)]
    [InlineData("aes-128-cmac", AesCmac)]
    [InlineData("aes-128-gmac", AesGmac)]
    public async Task A_row_has_one_signing_algorithm(string row, ushort algorithm)
    {
        RecordedFrames frames = await TransferAsync(row, "share", "--client-protection=sign");

        Assert.Equal(algorithm, frames.Negotiation!.SigningAlgorithm);
        frames.AssertSigned();
    }

    [Fact]
    public async Task What_is_neither_signed_nor_sealed_does_not_pass_for_it()
    {
        RecordedFrames plain = await TransferAsync("smb2", "share", "--client-protection=off");
        RecordedFrames signed = await TransferAsync("smb2", "share", "--client-protection=sign");
        RecordedFrames encrypted = await TransferAsync("smb2", "share", "--client-protection=encrypt");

        Assert.ThrowsAny<XunitException>(plain.AssertSigned);
        Assert.ThrowsAny<XunitException>(encrypted.AssertSigned);
        Assert.ThrowsAny<XunitException>(() => signed.AssertSealed());
        Assert.ThrowsAny<XunitException>(() => encrypted.AssertSealed("NTLMSSP"u8.ToArray()));
    }

    [Fact]
    public async Task Impacket_speaks_SMB_2_0_2_and_signs()
    {
        RecordedFrames frames = await TransferAsync("impacket-smb2", "SHARE", "-m", "SMB2_02", "--option=client signing=required");

        Assert.Equal(0x0202, frames.Negotiation!.Dialect);
        frames.AssertSigned();
    }

    [Fact]
    public async Task A_file_of_5_GiB_takes_no_room()
    {
        LabServer server = await lab.StartAsync("smb3_11");
        string path = server.PathOf("sparse", "large.bin");
        await using (FileStream file = File.Create(path))
        {
            file.SetLength(5L << 30);
        }

        string listing = await Shell.SmbclientAsync(server.Host, server.Port, "sparse", "ls large.bin");
        File.Delete(path);

        Assert.Contains("5368709120", listing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nt1")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    public async Task The_large_directory_has_ten_thousand_files(string row)
    {
        LabServer server = await lab.StartAsync(row);

        string listing = await Shell.SmbclientAsync(server.Host, server.Port, "many", "ls");

        Assert.Equal(10_000, listing.Split('\n').Count(line => line.StartsWith("  file", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_long_line_makes_everything_later_and_loses_nothing()
    {
        TimeSpan oneWay = TimeSpan.FromMilliseconds(10);
        LabServer server = await lab.StartAsync("auto");
        using DelayingRelay line = new(server.Host, server.Port, oneWay);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { Server = "127.0.0.1", Port = line.Port }, LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        byte[] content = new byte[3_000_000];
        Random.Shared.NextBytes(content);

        long start = Stopwatch.GetTimestamp();
        await connection.EchoAsync();
        TimeSpan roundTrip = Stopwatch.GetElapsedTime(start);
        await share.WriteAllBytesAsync("line.bin", content);

        Assert.True(roundTrip >= 2 * oneWay, $"a round trip took {roundTrip}");
        Assert.Equal(content, await share.ReadAllBytesAsync("line.bin"));
        await share.DeleteFileAsync("line.bin");
    }

    /// <summary>What passes by while a file is written and read.</summary>
    private async Task<RecordedFrames> TransferAsync(string row, string share, params string[] options)
    {
        LabServer server = await lab.StartAsync(row);
        await using Relay relay = new(server);
        string local = Path.GetTempFileName();
        string name = Path.GetFileName(local);
        await File.WriteAllBytesAsync(local, [.. Enumerable.Repeat(Secret, 1000).SelectMany(s => s)]);
        await Shell.SmbclientAsync("127.0.0.1", relay.Port, share, $"put {local} {name}; get {name} {local}; del {name}", options);
        File.Delete(local);
        Assert.Equal(1, relay.Connections);
        return relay.Frames;
    }
}
