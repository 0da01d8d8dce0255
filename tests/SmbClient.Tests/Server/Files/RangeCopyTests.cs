using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Copies of ranges between open files.</summary>
public class RangeCopyTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 / 3))];

    private readonly TestTree _share = new();

    [Theory]
    [InlineData(0UL, 0UL, 300_000)]
    [InlineData(5UL, 70_000UL, 200_000)]
    [InlineData(299_999UL, 0UL, 1)]
    public async Task To_another_file(ulong from, ulong to, int length)
    {
        FileOpen source = await _share.NewFileAsync("source", Content);
        FileOpen target = await _share.NewFileAsync("target");

        Assert.Equal(NtStatus.Success, await RangeCopy.CopyAsync(source, from, target, to, length, None));

        byte[] there = await ReadAsync(target, (int)to + length);
        Assert.Equal(Content.Skip((int)from).Take(length), there.Skip((int)to));
    }

    [Theory]
    [InlineData(0UL, 10UL)]
    [InlineData(0UL, 100_000UL)]
    [InlineData(10UL, 0UL)]
    [InlineData(100_000UL, 3UL)]
    public async Task Within_a_file_where_both_ranges_overlap(ulong from, ulong to)
    {
        const int Length = 200_000;
        FileOpen file = await _share.NewFileAsync("f", Content);

        Assert.Equal(NtStatus.Success, await RangeCopy.CopyAsync(file, from, file, to, Length, None));

        byte[] there = await ReadAsync(file, Content.Length);
        Assert.Equal(Content.Skip((int)from).Take(Length), there.Skip((int)to).Take(Length));
    }

    [Theory]
    [InlineData(300_001UL, 0UL, 1, NtStatus.InvalidViewSize)]
    [InlineData(299_999UL, 0UL, 2, NtStatus.InvalidViewSize)]
    [InlineData(ulong.MaxValue, 0UL, 2, NtStatus.InvalidViewSize)]
    [InlineData(0UL, ulong.MaxValue, 2, NtStatus.InvalidParameter)]
    public async Task What_is_not_there(ulong from, ulong to, int length, NtStatus status)
    {
        FileOpen source = await _share.NewFileAsync("source", Content);
        FileOpen target = await _share.NewFileAsync("target");

        Assert.Equal(status, await RangeCopy.CopyAsync(source, from, target, to, length, None));
    }

    [Fact]
    public async Task What_the_opens_do_not_permit()
    {
        await (await _share.NewFileAsync("f", Content)).CloseAsync();
        FileOpen reader = await _share.OpenAsync("f", AccessMask.ReadData);
        FileOpen writer = await _share.OpenAsync("f", AccessMask.WriteData);
        FileOpen directory = await _share.OpenAsync("");

        Assert.Equal(NtStatus.AccessDenied, await RangeCopy.CopyAsync(reader, 0, reader, 9, 1, None));
        Assert.Equal(NtStatus.AccessDenied, await RangeCopy.CopyAsync(writer, 0, writer, 9, 1, None));
        Assert.Equal(NtStatus.InvalidDeviceRequest, await RangeCopy.CopyAsync(reader, 0, directory, 9, 1, None));
        Assert.Equal(NtStatus.Success, await RangeCopy.CopyAsync(reader, 0, writer, 9, 1, None));
    }

    private static async Task<byte[]> ReadAsync(FileOpen open, int length)
    {
        byte[] there = new byte[length];
        Assert.Equal((NtStatus.Success, length), await open.ReadAsync(0, there, owner: 0, None));
        return there;
    }
}
