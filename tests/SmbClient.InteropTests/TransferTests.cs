using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>Transfers of every length in every dialect, and the sealed ones that SMB2 has beside them.</summary>
public sealed class TransferTests(LabFixture servers)
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    /// <summary>Around what one credit, one read of a whole small file, and one piece of a transfer are.</summary>
    private static readonly int[] Lengths = [0, 1, 4095, 64 * KiB - 1, 64 * KiB, 64 * KiB + 1, 64 * KiB + 4095, MiB - 1, MiB, MiB + 1, 2 * MiB + 12_345, 5 * MiB + 3];

    public static TheoryData<string> Rows => [.. LabRows.Dialects, "encrypt-required"];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Whole_files_of_every_length(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        byte[] content = RandomNumberGenerator.GetBytes(Lengths[^1]);
        foreach (int length in Lengths)
        {
            // Longest first would hide a file that is not cut.
            await lab.Share.WriteAllBytesAsync("whole.bin", content.AsMemory(0, length));
            Assert.Equal(length, (await lab.Share.GetInfoAsync("whole.bin")).Length);
            Octets.AssertSame(content.AsMemory(0, length), await lab.Share.ReadAllBytesAsync("whole.bin"));
        }

        await lab.Share.WriteAllBytesAsync("whole.bin", content.AsMemory(0, 10));
        Octets.AssertSame(content.AsMemory(0, 10), await lab.Share.ReadAllBytesAsync("whole.bin"));
        await lab.Share.DeleteFileAsync("whole.bin");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Reads_end_where_the_file_does(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        byte[] content = RandomNumberGenerator.GetBytes(3 * MiB + 777);
        await lab.Share.WriteAllBytesAsync("ends.bin", content);
        await using SmbFile file = await lab.Share.OpenFileAsync("ends.bin");
        byte[] buffer = new byte[4 * MiB];
        foreach ((long offset, int wanted) in new (long, int)[] { (0, 4 * MiB), (1, 100), (64 * KiB - 3, 64 * KiB + 7), (content.Length - 1, 1), (content.Length - 10, 100), (content.Length - MiB - 5, 4 * MiB) })
        {
            int expected = (int)Math.Min(wanted, content.Length - offset);
            buffer.AsSpan().Clear();
            int count = 0;
            while (count < expected && await file.ReadAsync(buffer.AsMemory(count, wanted - count), offset + count) is > 0 and int read)
            {
                count += read;
            }

            Assert.Equal(expected, count);
            Octets.AssertSame(content.AsMemory((int)offset, expected), buffer.AsMemory(0, count));
            Assert.False(buffer.AsSpan(count).ContainsAnyExcept((byte)0));
        }

        foreach (long offset in new[] { content.Length, content.Length + 1, 1L << 40 })
        {
            Assert.Equal(0, await file.ReadAsync(buffer.AsMemory(0, 1), offset));
            Assert.Equal(0, await file.ReadAsync(buffer, offset));
        }

        Assert.Equal(0, await file.ReadAsync(Memory<byte>.Empty, 0));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Writes_at_any_offset_leave_the_rest_alone(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        byte[] content = RandomNumberGenerator.GetBytes(2 * MiB + 99);
        await using (SmbFile file = await lab.Share.CreateFileAsync("parts.bin"))
        {
            await file.WriteAsync(content, 0);
            foreach ((int offset, int length) in new[] { (0, 1), (64 * KiB - 1, 2), (64 * KiB + 5, 64 * KiB + 1), (MiB - 7, MiB), (content.Length - 3, 3), (content.Length, 0) })
            {
                byte[] part = RandomNumberGenerator.GetBytes(length);
                part.CopyTo(content, offset);
                await file.WriteAsync(part, offset);
            }

            // Past the end: zeros in between.
            await file.WriteAsync("end"u8.ToArray(), content.Length + 1000);
        }

        Octets.AssertSame((byte[])[.. content, .. new byte[1000], (byte)'e', (byte)'n', (byte)'d'], await lab.Share.ReadAllBytesAsync("parts.bin"));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Thirty_two_readers_and_writers_of_one_file(string row)
    {
        const int Part = 200_001;
        await using LabShare lab = await OpenAsync(row);
        byte[] content = RandomNumberGenerator.GetBytes(32 * Part);
        await using (SmbFile file = await lab.Share.CreateFileAsync("shared.bin"))
        {
            await file.SetLengthAsync(content.Length);

            await Task.WhenAll(Enumerable.Range(0, 32).Select(async i =>
            {
                byte[] back = new byte[Part];
                await file.WriteAsync(content.AsMemory(i * Part, Part), (long)i * Part);
                for (int count = 0; count < Part;)
                {
                    count += await file.ReadAsync(back.AsMemory(count), ((long)i * Part) + count);
                }

                Octets.AssertSame(content.AsMemory(i * Part, Part), back);
            }));
        }

        Octets.AssertSame(content, await lab.Share.ReadAllBytesAsync("shared.bin"));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Copies_from_and_to_streams_of_any_kind(string row)
    {
        await using LabShare lab = await OpenAsync(row);
        byte[] content = RandomNumberGenerator.GetBytes(2 * MiB + 1);
        List<long> progress = [];
        await using (SmbFile file = await lab.Share.CreateFileAsync("copied.bin"))
        {
            Assert.Equal(content.Length, await file.CopyFromAsync(new Dribble(content), 0, new Recorder(progress)));
            Assert.Equal(content.Length, progress[^1]);
            Assert.Equal(progress.Order(), progress);
            Assert.Equal(1000, await file.CopyFromAsync(new MemoryStream(content, 0, 1000), content.Length));
            Assert.Equal(0, await file.CopyFromAsync(Stream.Null, 5));
            MemoryStream tail = new();
            Assert.Equal(1500, await file.CopyToAsync(tail, content.Length - 500));
            Octets.AssertSame((byte[])[.. content[^500..], .. content[..1000]], tail.ToArray());
            Assert.Equal(0, await file.CopyToAsync(tail, content.Length + 5000));
        }

        Octets.AssertSame(content, (await lab.Share.ReadAllBytesAsync("copied.bin")).AsMemory(0, content.Length));
    }

    private async Task<LabShare> OpenAsync(string row)
    {
        LabServer server = await servers.StartAsync(row);
        return await LabShare.OpenAsync(server.Options);
    }

    /// <summary>A stream that gives a few thousand octets at a time, each time another number.</summary>
    private sealed class Dribble(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, System.Threading.CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 30_000 + (int)(Position % 977))], cancellationToken);
    }

    private sealed class Recorder(List<long> reports) : IProgress<long>
    {
        public void Report(long value) => reports.Add(value);
    }
}
