using System;
using System.Buffers.Binary;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>File system controls.</summary>
public class FileControlTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestTree _share = new();

    [Theory]
    [InlineData(0x00144064u, NtStatus.NotSupported)]
    [InlineData(0x000900A4u, NtStatus.InvalidDeviceRequest)]
    [InlineData(0x00098208u, NtStatus.InvalidDeviceRequest)]
    [InlineData(0u, NtStatus.InvalidDeviceRequest)]
    [InlineData(0xFFFFFFFFu, NtStatus.InvalidDeviceRequest)]
    public async Task What_is_not_there(uint code, NtStatus status) =>
        Assert.Equal(status, (await (await _share.NewFileAsync()).ControlAsync((FsControlCode)code, default, 4096, None)).Status);

    [Theory]
    [InlineData(63, NtStatus.InvalidParameter, 0)]
    [InlineData(64, NtStatus.Success, 64)]
    public async Task Object_identifiers(int room, NtStatus status, int length)
    {
        FileOpen open = await _share.NewFileAsync();

        QueryOutcome outcome = await open.ControlAsync(FsControlCode.CreateOrGetObjectId, default, room, None);

        Assert.Equal((status, length), (outcome.Status, outcome.Output.Length));
        Assert.True(length == 0 || BinaryPrimitives.ReadUInt64LittleEndian(outcome.Output.Span) == (await open.GetEntryAsync(None))!.FileId);
    }

    [Theory]
    [InlineData("f", 0x00000002u, NtStatus.Success)]
    [InlineData("f", 0x00000001u, NtStatus.AccessDenied)]
    [InlineData("", 0x02000000u, NtStatus.InvalidParameter)]
    public async Task Sparse(string path, uint access, NtStatus status)
    {
        _share.Store.AddFile("f", [1]);
        Assert.Equal(status, (await (await _share.OpenAsync(path, (AccessMask)access)).ControlAsync(FsControlCode.SetSparse, default, 0, None)).Status);
    }

    [Theory]
    [InlineData(0L, 100L, 16, NtStatus.Success, 0L, 10L)]
    [InlineData(3L, 4L, 16, NtStatus.Success, 3L, 4L)]
    [InlineData(3L, 100L, 99, NtStatus.Success, 3L, 7L)]
    [InlineData(10L, 5L, 16, NtStatus.Success, 0L, 0L)]
    [InlineData(0L, 0L, 0, NtStatus.Success, 0L, 0L)]
    [InlineData(0L, 5L, 15, NtStatus.BufferTooSmall, 0L, 0L)]
    [InlineData(-1L, 5L, 16, NtStatus.InvalidParameter, 0L, 0L)]
    [InlineData(0L, -1L, 16, NtStatus.InvalidParameter, 0L, 0L)]
    [InlineData(5L, long.MaxValue, 16, NtStatus.InvalidParameter, 0L, 0L)]
    public async Task Allocated_ranges(long offset, long length, int room, NtStatus status, long start, long count)
    {
        FileOpen open = await _share.NewFileAsync(content: new byte[10]);

        QueryOutcome outcome = await open.ControlAsync(FsControlCode.QueryAllocatedRanges, Two(offset, length), room, None);

        Assert.Equal(status, outcome.Status);
        if (status == NtStatus.Success)
        {
            Assert.Equal(count == 0 ? [] : Two(start, count), outcome.Output.ToArray());
        }
    }

    [Theory]
    [InlineData(1L, 3L, NtStatus.Success, "1004")]
    [InlineData(2L, 99L, NtStatus.Success, "1200")]
    [InlineData(0L, 0L, NtStatus.Success, "1234")]
    [InlineData(9L, 99L, NtStatus.Success, "1234")]
    [InlineData(3L, 1L, NtStatus.InvalidParameter, "1234")]
    [InlineData(-1L, 1L, NtStatus.InvalidParameter, "1234")]
    public async Task Zeros(long offset, long beyond, NtStatus status, string content)
    {
        FileOpen open = await _share.NewFileAsync(content: [1, 2, 3, 4]);

        Assert.Equal(status, (await open.ControlAsync(FsControlCode.SetZeroData, Two(offset, beyond), 0, None)).Status);
        Assert.Equal(content, string.Concat(_share.Store.ReadAllBytes("f").Select(b => b.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public async Task Zeros_have_limits()
    {
        FileOpen open = await _share.NewFileAsync(content: new byte[200_000]);
        FileOpen other = await _share.OpenAsync("f");
        Assert.Equal(NtStatus.Success, await other.LockAsync([new RangeLock(0, 100_000, 1, IsExclusive: true)], wait: false, None));

        Assert.Equal(NtStatus.Success, (await open.ControlAsync(FsControlCode.SetZeroData, Two(0, 100_000), 0, None)).Status);
        Assert.Equal(NtStatus.FileLockConflict, (await open.ControlAsync(FsControlCode.SetZeroData, Two(0, 200_000), 0, None)).Status);
        Assert.Equal(NtStatus.Success, await TestTree.SetAsync(open, FileInformationClass.EndOfFile, 8, new FileEndOfFileInformation(1L << 40).Write));
        Assert.Equal(NtStatus.NotSupported, (await open.ControlAsync(FsControlCode.SetZeroData, Two(200_000, 1L << 40), 0, None)).Status);
        Assert.Equal(NtStatus.InvalidParameter, (await open.ControlAsync(FsControlCode.SetZeroData, new byte[15], 0, None)).Status);
        Assert.Equal(NtStatus.AccessDenied, (await (await _share.OpenAsync("f", AccessMask.ReadData)).ControlAsync(FsControlCode.SetZeroData, Two(0, 1), 0, None)).Status);
    }

    private static byte[] Two(long first, long second)
    {
        byte[] octets = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(octets, first);
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(8), second);
        return octets;
    }
}
