using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>How much goes in one request, seen on the wire ([MS-SMB2] 3.2.4.1.5; client-state L10).</summary>
public sealed class TransferSizeTests(LabFixture servers)
{
    private const int Largest = 8 << 20;
    private const int OctetsPerCredit = 65536;

    [Theory]
    [InlineData("smb2_10")]
    [InlineData("smb3_00")]
    [InlineData("smb3_02")]
    [InlineData("smb3_11")]
    public async Task Eight_MiB_go_in_one_request_for_128_credits(string row)
    {
        RecordedFrames frames = await TransferAsync(row, Largest);

        RecordedSmb2[] reads = [.. frames.Smb2.Where(m => m is { Command: RecordedSmb2.Read, IsResponse: false })];
        RecordedSmb2[] writes = [.. frames.Smb2.Where(m => m is { Command: RecordedSmb2.Write, IsResponse: false })];
        Assert.Equal(Largest / OctetsPerCredit, reads.Max(m => m.CreditCharge));
        Assert.Equal(Largest / OctetsPerCredit, writes.Max(m => m.CreditCharge));
        Assert.InRange(frames.Max(f => f.Octets.Length), Largest, Largest + 1000);
        Assert.InRange(frames.Where(f => !f.FromClient).Max(f => f.Octets.Length), Largest, Largest + 1000);

        // Each request takes as many MessageIds as it costs credits.
        RecordedSmb2[] requests = [.. frames.Smb2.Where(m => m is { IsResponse: false, Command: not RecordedSmb2.Cancel })];
        Assert.All(requests.Zip(requests.Skip(1)), pair => Assert.Equal(pair.First.MessageId + Math.Max((ushort)1, pair.First.CreditCharge), pair.Second.MessageId));
    }

    [Fact]
    public async Task Eight_MiB_go_in_one_sealed_request()
    {
        RecordedFrames frames = await TransferAsync("encrypt-required", Largest);

        frames.AssertSealed();
        Assert.InRange(frames.Where(f => f.FromClient).Max(f => f.Octets.Length), Largest, Largest + 1000);
        Assert.InRange(frames.Where(f => !f.FromClient).Max(f => f.Octets.Length), Largest, Largest + 1000);
    }

    [Fact]
    public async Task SMB_2_0_2_has_requests_of_64_KiB_and_no_charge()
    {
        RecordedFrames frames = await TransferAsync("smb2_02", Largest);

        Assert.All(frames.Smb2.Where(m => !m.IsResponse), m => Assert.Equal(0, m.CreditCharge));
        Assert.InRange(frames.Max(f => f.Octets.Length), OctetsPerCredit, OctetsPerCredit + 1000);
    }

    /// <summary>What passes by while 20 MiB are written and read, of which every octet is compared.</summary>
    private async Task<RecordedFrames> TransferAsync(string row, int transferSize)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        byte[] content = RandomNumberGenerator.GetBytes((2 * Largest) + (4 << 20) + 17);
        await using (LabShare lab = await LabShare.OpenAsync(c => relay.Options(c) with { TransferSize = transferSize }))
        {
            await using (SmbFile file = await lab.Share.CreateFileAsync("large.bin"))
            {
                await file.WriteAsync(content, 0);
                MemoryStream copy = new(content.Length);
                Assert.Equal(content.Length, await file.CopyToAsync(copy));
                Octets.AssertSame(content, copy.GetBuffer().AsMemory(0, content.Length));
            }

            await lab.Share.DeleteFileAsync("large.bin");
        }

        return relay.Frames;
    }
}
