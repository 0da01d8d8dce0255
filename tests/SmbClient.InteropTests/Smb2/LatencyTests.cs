using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>Over a long line one request after the other would be slow: what is transferred in order has many under way, counted on the client's side of it.</summary>
public sealed class LatencyTests(LabFixture servers)
{
    private const int Enough = 8;

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(10);

    [Theory]
    [InlineData("smb2_02", 6 << 20)]
    [InlineData("smb2_10", 48 << 20)]
    [InlineData("smb3_11", 48 << 20)]
    public async Task Copies_have_many_requests_under_way(string row, int length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        RecordedFrames frames = await TransferAsync(
            row,
            content,
            (file, source) => file.CopyFromAsync(source),
            (file, target) => file.CopyToAsync(target));

        Assert.InRange(MostUnderWay(frames, Verb.Read), Enough, 512);
        Assert.InRange(MostUnderWay(frames, Verb.Write), Enough, 512);
    }

    [Theory]
    [InlineData("smb2_02", 6 << 20)]
    [InlineData("smb2_10", 48 << 20)]
    [InlineData("smb3_11", 48 << 20)]
    public async Task Streams_have_many_requests_under_way_whatever_their_users_read_and_write_at_once(string row, int length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        RecordedFrames frames = await TransferAsync(
            row,
            content,
            async (file, source) =>
            {
                await using Stream stream = file.AsStream();
                byte[] buffer = new byte[81_920];
                for (int read; (read = source.Read(buffer)) > 0;)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, read));
                }
            },
            async (file, target) =>
            {
                await using Stream stream = file.AsStream();
                byte[] buffer = new byte[4096];
                for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
                {
                    target.Write(buffer, 0, read);
                }
            });

        Assert.InRange(MostUnderWay(frames, Verb.Read), Enough, 512);
        Assert.InRange(MostUnderWay(frames, Verb.Write), Enough, 512);
    }

    private static int MostUnderWay(RecordedFrames frames, Verb verb)
    {
        int underWay = 0;
        return frames.Select(f => underWay += f.IsRequest(verb) ? 1 : f.IsResponse(verb) ? -1 : 0).Max();
    }

    private async Task<RecordedFrames> TransferAsync(string row, byte[] content, Func<SmbFile, Stream, Task> write, Func<SmbFile, Stream, Task> read)
    {
        LabServer server = await servers.StartAsync(row);
        using DelayingRelay line = new(server.Host, server.Port, OneWay);
        await using Relay relay = new(server.Behind(line.Port));
        await using LabShare lab = await LabShare.OpenAsync(relay.Options);
        await using (SmbFile file = await lab.Share.CreateFileAsync("far.bin"))
        {
            await write(file, new MemoryStream(content));
        }

        MemoryStream copy = new(content.Length);
        await using (SmbFile file = await lab.Share.OpenFileAsync("far.bin"))
        {
            await read(file, copy);
        }

        Octets.AssertSame(content, copy.GetBuffer().AsMemory(0, (int)copy.Length));
        await lab.Share.DeleteFileAsync("far.bin");
        return relay.Frames;
    }
}
