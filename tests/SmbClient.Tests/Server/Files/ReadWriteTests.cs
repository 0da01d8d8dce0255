using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Reading and writing; the limits are those that smb2.rw and smb2.read of Samba ask for.</summary>
public class ReadWriteTests
{
    private const long MaxFileSize = 0xFFFFFFF0000;
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestTree _share = new();

    [Theory]
    [InlineData(0L, 3, NtStatus.Success, 3)]
    [InlineData(0L, 9, NtStatus.Success, 4)]
    [InlineData(3L, 9, NtStatus.Success, 1)]
    [InlineData(4L, 1, NtStatus.EndOfFile, 0)]
    [InlineData(4L, 0, NtStatus.Success, 0)]
    [InlineData(99L, 0, NtStatus.Success, 0)]
    [InlineData(long.MaxValue - 1, 1, NtStatus.EndOfFile, 0)]
    [InlineData(long.MaxValue, 0, NtStatus.Success, 0)]
    [InlineData(long.MaxValue, 1, NtStatus.InvalidParameter, 0)]
    [InlineData(long.MinValue, 0, NtStatus.InvalidParameter, 0)]
    [InlineData(-1L, 0, NtStatus.InvalidParameter, 0)]
    public async Task Reads(long offset, int length, NtStatus status, int count)
    {
        FileOpen open = await _share.NewFileAsync(content: [1, 2, 3, 4]);
        byte[] buffer = new byte[length];

        Assert.Equal((status, count), await open.ReadAsync(offset, buffer, owner: 0, None));
        Assert.Equal(Enumerable.Range(1, 4).Skip((int)Math.Min((ulong)offset, 4)).Take(count), buffer.Take(count).Select(b => (int)b));
    }

    [Theory]
    [InlineData(0L, 3, NtStatus.Success)]
    [InlineData(1000000L, 3, NtStatus.Success)]
    [InlineData((1L << 43) - 1, 1, NtStatus.Success)]
    [InlineData(MaxFileSize - 1, 1, NtStatus.DiskFull)]
    [InlineData(MaxFileSize, 1, NtStatus.InvalidParameter)]
    [InlineData(MaxFileSize, 0, NtStatus.Success)]
    [InlineData(long.MaxValue, 0, NtStatus.Success)]
    [InlineData(long.MaxValue, 1, NtStatus.InvalidParameter)]
    [InlineData(long.MinValue, 0, NtStatus.InvalidParameter)]
    [InlineData(-1L, 1, NtStatus.InvalidParameter)]
    [InlineData(-2L, 1, NtStatus.InvalidParameter)]
    public async Task Writes(long offset, int length, NtStatus status)
    {
        FileOpen open = await _share.NewFileAsync();

        Assert.Equal(status, await open.WriteAsync(offset, new byte[length], writeThrough: false, owner: 0, None));
        Assert.Equal(status == NtStatus.Success && length > 0 ? offset + length : 0, (await open.GetEntryAsync(None))!.Length);
    }

    [Theory]
    [InlineData(0x00000001u, NtStatus.Success, NtStatus.AccessDenied)]
    [InlineData(0x00000020u, NtStatus.Success, NtStatus.AccessDenied)]
    [InlineData(0x00000080u, NtStatus.AccessDenied, NtStatus.AccessDenied)]
    [InlineData(0x00000002u, NtStatus.AccessDenied, NtStatus.Success)]
    [InlineData(0x00000004u, NtStatus.AccessDenied, NtStatus.AccessDenied)]
    public async Task Rights(uint access, NtStatus read, NtStatus write)
    {
        _share.Store.AddFile("f", [1, 2, 3]);
        FileOpen open = await _share.OpenAsync("f", (AccessMask)access);

        Assert.Equal(read, (await open.ReadAsync(0, new byte[1], owner: 0, None)).Status);
        Assert.Equal(write, await open.WriteAsync(0, new byte[1], writeThrough: false, owner: 0, None));
        Assert.Equal((access & 6) != 0 ? NtStatus.Success : NtStatus.AccessDenied, await open.FlushAsync(None));
    }

    [Fact]
    public async Task Who_may_only_append_writes_at_the_end()
    {
        _share.Store.AddFile("f", [1, 2, 3]);
        FileOpen open = await _share.OpenAsync("f", AccessMask.AppendData);

        Assert.Equal(NtStatus.Success, await open.WriteAsync(3, new byte[] { 4 }, writeThrough: true, owner: 0, None));
        Assert.Equal(NtStatus.AccessDenied, await open.WriteAsync(3, new byte[] { 5 }, writeThrough: true, owner: 0, None));
        Assert.Equal([1, 2, 3, 4], _share.Store.ReadAllBytes("f"));
    }

    [Fact]
    public async Task Directories_have_no_content()
    {
        FileOpen open = await _share.OpenAsync("");

        Assert.Equal(NtStatus.InvalidDeviceRequest, (await open.ReadAsync(0, new byte[1], owner: 0, None)).Status);
        Assert.Equal(NtStatus.InvalidDeviceRequest, (await open.ReadAsync(0, default, owner: 0, None)).Status);
        Assert.Equal(NtStatus.InvalidDeviceRequest, await open.WriteAsync(0, new byte[1], writeThrough: false, owner: 0, None));
        Assert.Equal(NtStatus.Success, await open.FlushAsync(None));
        Assert.Equal(NtStatus.InvalidParameter, await open.LockAsync([new RangeLock(0, 0, 1, IsExclusive: true)], wait: false, None));
    }

    [Fact]
    public async Task A_full_store_says_so_and_keeps_the_file_as_it_was()
    {
        TestTree share = new(capacity: 200 * 1024);
        FileOpen open = await share.NewFileAsync(content: [1, 2, 3]);

        Assert.Equal(NtStatus.DiskFull, await open.WriteAsync(1, new byte[300 * 1024], writeThrough: false, owner: 0, None));
        Assert.Equal([1, 2, 3], share.Store.ReadAllBytes("f"));
        Assert.Equal(NtStatus.Success, await open.WriteAsync(1, new byte[60 * 1024], writeThrough: false, owner: 0, None));
    }

    [Fact]
    public async Task Writing_moves_the_time_of_writing()
    {
        FileOpen open = await _share.NewFileAsync();
        _share.Clock.Advance(TimeSpan.FromMinutes(1));

        await open.WriteAsync(0, new byte[1], writeThrough: false, owner: 0, None);

        SmbClient.Server.SmbStoreEntry entry = (await open.GetEntryAsync(None))!;
        Assert.Equal(_share.Clock.GetUtcNow(), entry.LastWriteTime);
        Assert.Equal(_share.Clock.Start, entry.CreationTime);
    }
}
