using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>Files as streams in every dialect: read ahead, written behind, and what became of it told in time.</summary>
public sealed class StreamTests(LabFixture servers)
{
    private const int Seed = 20_241_122;

    public static TheoryData<string> Rows => [.. LabRows.Dialects, "encrypt-required"];

    public static TheoryData<string, string> Ends
    {
        get
        {
            TheoryData<string, string> ends = [];
            foreach (string row in LabRows.Dialects)
            {
                ends.Add(row, "flushing");
                ends.Add(row, "disposing the stream");
                ends.Add(row, "disposing the file");
            }

            return ends;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Small_reads_in_order_are_read_ahead(string row)
    {
        const int Step = 1000;
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using LabShare lab = await LabShare.OpenAsync(relay.Options);
        byte[] content = await CreateAsync(lab.Share, "ahead.bin", 3_000_001);
        await using SmbFile file = await lab.Share.OpenFileAsync("ahead.bin");
        await using Stream stream = file.AsStream();
        int before = relay.Frames.Count;
        byte[] buffer = new byte[Step];
        for (int position = 0; position < content.Length;)
        {
            int read = await stream.ReadAsync(buffer);
            Assert.InRange(read, 1, Step);
            Octets.AssertSame(content.AsMemory(position, read), buffer.AsMemory(0, read));
            Assert.Equal(position += read, stream.Position);
        }

        Assert.Equal(0, await stream.ReadAsync(buffer));

        // A round trip for each read would be six thousand messages.
        Assert.InRange(relay.Frames.Count - before, 2, content.Length / Step / 5);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_stream_goes_where_it_is_told(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        byte[] content = await CreateAsync(lab.Share, "seek.bin", 1_500_000);
        await using SmbFile file = await lab.Share.OpenFileAsync("seek.bin");
        await using Stream stream = file.AsStream();
        Random random = new(Seed);
        byte[] buffer = new byte[100_000];
        for (int i = 0; i < 40; i++)
        {
            int target = random.Next(content.Length);
            long reached = random.Next(3) switch
            {
                0 => stream.Seek(target, SeekOrigin.Begin),
                1 => stream.Seek(target - stream.Position, SeekOrigin.Current),
                _ => stream.Seek(target - content.Length, SeekOrigin.End),
            };
            int wanted = random.Next(1, Math.Min(buffer.Length, content.Length - target));
            await stream.ReadExactlyAsync(buffer.AsMemory(0, wanted));
            Assert.Equal(target, reached);
            Octets.AssertSame(content.AsMemory(target, wanted), buffer.AsMemory(0, wanted));
        }

        stream.Position = content.Length + 10;
        Assert.Equal(0, await stream.ReadAsync(buffer));
        stream.Position = content.Length - 200_001;
        MemoryStream tail = new();
        await stream.CopyToAsync(tail);
        Octets.AssertSame(content.AsMemory(content.Length - 200_001), tail.ToArray());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Reads_writes_and_seeks_in_any_order_end_as_in_memory(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        MemoryStream model = new();
        await using (SmbFile file = await lab.Share.CreateFileAsync("mixed.bin"))
        await using (Stream stream = file.AsStream())
        {
            Random random = new(Seed);
            byte[] read = new byte[70_000];
            byte[] expected = new byte[70_000];
            for (int i = 0; i < 120; i++)
            {
                int length = random.Next(1, 70_000);
                switch (random.Next(5))
                {
                    case 0:
                        model.Position = stream.Position = random.Next((int)model.Length + 1);
                        break;
                    case 1 or 2:
                        int wanted = model.Read(expected, 0, length);
                        Assert.Equal(wanted, await stream.ReadAtLeastAsync(read.AsMemory(0, length), length, throwOnEndOfStream: false));
                        Octets.AssertSame(expected.AsMemory(0, wanted), read.AsMemory(0, wanted));
                        break;
                    default:
                        byte[] written = RandomNumberGenerator.GetBytes(length);
                        model.Write(written);
                        await stream.WriteAsync(written);
                        break;
                }

                Assert.Equal((model.Position, model.Length), (stream.Position, stream.Length));
            }
        }

        Octets.AssertSame(model.ToArray(), await lab.Share.ReadAllBytesAsync("mixed.bin"));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task What_was_written_behind_is_there_after(string row, string end)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        byte[] content = RandomNumberGenerator.GetBytes(700_001);
        await using SmbFile other = await lab.Share.OpenFileAsync("behind.bin", FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        await using SmbFile file = await lab.Share.OpenFileAsync("behind.bin", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Stream stream = file.AsStream();
        foreach (byte[] part in content.Chunk(10_007))
        {
            await stream.WriteAsync(part);
        }

        await FinishAsync(end, stream, file);

        MemoryStream copy = new();
        await other.CopyToAsync(copy);
        Octets.AssertSame(content, copy.ToArray());
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_write_that_failed_behind_is_told(string row, string end)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        await using SmbFile holder = await lab.Share.OpenFileAsync("conflict.bin", FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        await holder.LockAsync(100_000, 1, exclusive: true, TimeSpan.Zero);
        SmbFile file = await lab.Share.OpenFileAsync("conflict.bin", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Stream stream = file.AsStream();

        // Three parts fit the shortest queue, so that none waits for the answer of another; the second meets the lock.
        await stream.WriteAsync(new byte[60_000]);
        await stream.WriteAsync(new byte[60_000]);
        await stream.WriteAsync(new byte[60_000]);

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => FinishAsync(end, stream, file));

        Assert.Equal(NtStatus.FileLockConflict, e.Status);
        Assert.Contains("conflict.bin", e.Message, StringComparison.Ordinal);
        if (end == "flushing")
        {
            // It is told once, and the stream goes on.
            stream.Position = 0;
            await stream.WriteAsync("again"u8.ToArray());
            await stream.FlushAsync();
        }

        await file.DisposeAsync();
        Assert.Equal(180_000, (await lab.Share.GetInfoAsync("conflict.bin")).Length);
        Assert.Equal("hello\n"u8.ToArray(), await lab.Share.ReadAllBytesAsync("hello.txt"));
    }

    private static async Task FinishAsync(string end, Stream stream, SmbFile file)
    {
        switch (end)
        {
            case "flushing":
                await stream.FlushAsync();
                break;
            case "disposing the stream":
                await stream.DisposeAsync();
                if (!EndsAsynchronously(stream))
                {
                    await file.DisposeAsync();
                }

                break;
            default:
                await file.DisposeAsync();
                break;
        }
    }

    /// <summary>The library's build for netstandard2.0 has streams that end synchronously: there it is the file that waits and tells.</summary>
    private static bool EndsAsynchronously(Stream stream) => stream.GetType().GetMethod(nameof(Stream.DisposeAsync))!.DeclaringType == stream.GetType();

    private static async Task<byte[]> CreateAsync(SmbShare share, string name, int length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        await share.WriteAllBytesAsync(name, content);
        return content;
    }
}
