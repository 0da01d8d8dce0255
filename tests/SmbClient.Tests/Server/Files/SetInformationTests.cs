using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Changes to open files; the sequences are those of smb2.setinfo of Samba.</summary>
public class SetInformationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestTree _share = new();

    [Theory]
    [InlineData(4, 0x00000100u)]
    [InlineData(10, 0x00010000u)]
    [InlineData(13, 0x00010000u)]
    [InlineData(19, 0x00000002u)]
    [InlineData(20, 0x00000002u)]
    [InlineData(39, 0x00000002u)]
    [InlineData(64, 0x00010000u)]
    [InlineData(65, 0x00010000u)]
    [InlineData(15, 0x00000010u)]
    public async Task Rights(byte informationClass, uint needed)
    {
        _share.Store.AddFile("f", [1]);
        FileOpen without = await _share.OpenAsync("f", (AccessMask)(0x001F01FFu & ~needed));
        FileOpen with = await _share.OpenAsync("f", (AccessMask)needed);

        Assert.Equal(NtStatus.AccessDenied, await without.SetInformationAsync((FileInformationClass)informationClass, new byte[64], None));
        Assert.NotEqual(NtStatus.AccessDenied, await with.SetInformationAsync((FileInformationClass)informationClass, new byte[64], None));
    }

    [Theory]
    [InlineData(4, 40)]
    [InlineData(10, 20)]
    [InlineData(13, 1)]
    [InlineData(14, 8)]
    [InlineData(16, 4)]
    [InlineData(19, 8)]
    [InlineData(20, 8)]
    [InlineData(39, 8)]
    [InlineData(64, 4)]
    [InlineData(65, 20)]
    public async Task Too_short(byte informationClass, int size)
    {
        FileOpen open = await _share.NewFileAsync();
        for (int length = 0; length < size; length++)
        {
            Assert.Equal(NtStatus.InfoLengthMismatch, await open.SetInformationAsync((FileInformationClass)informationClass, new byte[length], None));
        }

        Assert.NotEqual(NtStatus.InfoLengthMismatch, await open.SetInformationAsync((FileInformationClass)informationClass, new byte[size], None));
    }

    [Theory]
    [InlineData(11, NtStatus.NotSupported)]
    [InlineData(15, NtStatus.EasNotSupported)]
    [InlineData(40, NtStatus.NotSupported)]
    [InlineData(5, NtStatus.InvalidInfoClass)]
    [InlineData(18, NtStatus.InvalidInfoClass)]
    [InlineData(0, NtStatus.InvalidInfoClass)]
    [InlineData(255, NtStatus.InvalidInfoClass)]
    public async Task Other_classes(byte informationClass, NtStatus status) =>
        Assert.Equal(status, await (await _share.NewFileAsync()).SetInformationAsync((FileInformationClass)informationClass, new byte[100], None));

    [Theory]
    [InlineData("f", FileAttributes.ReadOnly, NtStatus.Success, FileAttributes.ReadOnly)]
    [InlineData("f", FileAttributes.Normal, NtStatus.Success, FileAttributes.Normal)]
    [InlineData("f", FileAttributes.Normal | FileAttributes.Hidden, NtStatus.Success, FileAttributes.Hidden)]
    [InlineData("f", FileAttributes.Hidden | FileAttributes.SparseFile, NtStatus.Success, FileAttributes.Hidden)]
    [InlineData("f", FileAttributes.None, NtStatus.Success, FileAttributes.Archive)]
    [InlineData("f", FileAttributes.Directory, NtStatus.InvalidParameter, FileAttributes.Archive)]
    [InlineData("d", FileAttributes.Hidden, NtStatus.Success, FileAttributes.Hidden | FileAttributes.Directory)]
    [InlineData("d", FileAttributes.Normal, NtStatus.Success, FileAttributes.Directory)]
    [InlineData("d", FileAttributes.Hidden | FileAttributes.Directory, NtStatus.Success, FileAttributes.Hidden | FileAttributes.Directory)]
    [InlineData("d", FileAttributes.Temporary, NtStatus.InvalidParameter, FileAttributes.Directory)]
    public async Task Attributes(string path, FileAttributes wanted, NtStatus status, FileAttributes attributes)
    {
        _share.Store.AddFile("f", [1]);
        _share.Store.AddDirectory("d");
        FileOpen open = await _share.OpenAsync(path);

        Assert.Equal(status, await SetBasicAsync(open, new FileBasicInformation { FileAttributes = wanted }));
        Assert.Equal(attributes, (await open.GetEntryAsync(None))!.Attributes);
    }

    [Theory]
    [InlineData(0L, NtStatus.Success)]
    [InlineData(-1L, NtStatus.Success)]
    [InlineData(-2L, NtStatus.Success)]
    [InlineData(-3L, NtStatus.InvalidParameter)]
    [InlineData(long.MinValue, NtStatus.InvalidParameter)]
    [InlineData(long.MaxValue, NtStatus.InvalidParameter)]
    [InlineData(132000000000000000L, NtStatus.Success)]
    public async Task Values_of_times(long time, NtStatus status)
    {
        FileOpen open = await _share.NewFileAsync();

        Assert.Equal(status, await SetBasicAsync(open, new FileBasicInformation { CreationTime = time }));
        Assert.Equal(status, await SetBasicAsync(open, new FileBasicInformation { LastAccessTime = time }));
        Assert.Equal(status, await SetBasicAsync(open, new FileBasicInformation { LastWriteTime = time }));
        Assert.Equal(status, await SetBasicAsync(open, new FileBasicInformation { ChangeTime = time }));
    }

    [Fact]
    public async Task Times_that_are_set_stay_through_other_changes()
    {
        FileOpen open = await _share.NewFileAsync();
        FileBasicInformation times = new() { CreationTime = 100_000_000, LastAccessTime = 200_000_000, LastWriteTime = 300_000_000, ChangeTime = 400_000_000 };
        Assert.Equal(NtStatus.Success, await SetBasicAsync(open, times with { FileAttributes = FileAttributes.ReadOnly }));
        Assert.Equal(times with { FileAttributes = FileAttributes.ReadOnly }, await BasicAsync(open));

        _share.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(NtStatus.Success, await SetBasicAsync(open, new FileBasicInformation { FileAttributes = FileAttributes.Normal }));
        Assert.Equal(NtStatus.Success, await open.WriteAsync(0, new byte[5], writeThrough: false, owner: 0, None));
        Assert.Equal(NtStatus.Success, await SetEndOfFileAsync(open, 3));

        Assert.Equal(times with { FileAttributes = FileAttributes.Normal }, await BasicAsync(open));
    }

    [Theory]
    [InlineData(-1L, false)]
    [InlineData(-2L, true)]
    [InlineData(0L, true)]
    public async Task Minus_one_stops_the_time_of_writing_and_minus_two_lets_it_go_on(long time, bool moves)
    {
        FileOpen open = await _share.NewFileAsync();
        DateTimeOffset made = _share.Clock.GetUtcNow();
        if (time == -2)
        {
            await SetBasicAsync(open, new FileBasicInformation { LastWriteTime = -1 });
        }

        await SetBasicAsync(open, new FileBasicInformation { LastWriteTime = time });
        _share.Clock.Advance(TimeSpan.FromHours(1));
        await open.WriteAsync(0, new byte[5], writeThrough: false, owner: 0, None);

        Assert.Equal(moves ? _share.Clock.GetUtcNow() : made, (await open.GetEntryAsync(None))!.LastWriteTime);
    }

    [Fact]
    public async Task Times_of_one_open_do_not_hold_another_one_up()
    {
        FileOpen one = await _share.NewFileAsync();
        FileOpen two = await _share.OpenAsync("f");
        await SetBasicAsync(one, new FileBasicInformation { LastWriteTime = -1 });
        _share.Clock.Advance(TimeSpan.FromHours(1));

        await two.WriteAsync(0, new byte[5], writeThrough: false, owner: 0, None);

        Assert.Equal(_share.Clock.GetUtcNow(), (await one.GetEntryAsync(None))!.LastWriteTime);
    }

    [Theory]
    [InlineData(0L, NtStatus.Success, 0L)]
    [InlineData(2L, NtStatus.Success, 2L)]
    [InlineData(37L, NtStatus.Success, 37L)]
    [InlineData(1L << 43, NtStatus.Success, 1L << 43)]
    [InlineData(0xFFFFFFF0000L, NtStatus.DiskFull, 3L)]
    [InlineData(0xFFFFFFF0001L, NtStatus.InvalidParameter, 3L)]
    [InlineData(-1L, NtStatus.InvalidParameter, 3L)]
    public async Task Ends_of_file(long length, NtStatus status, long now)
    {
        FileOpen open = await _share.NewFileAsync(content: [1, 2, 3]);

        Assert.Equal(status, await SetEndOfFileAsync(open, length));
        Assert.Equal(now, (await open.GetEntryAsync(None))!.Length);
    }

    [Theory]
    [InlineData(0L, NtStatus.Success, 0L, 0L)]
    [InlineData(2L, NtStatus.Success, 2L, 512L)]
    [InlineData(4096L, NtStatus.Success, 3L, 4096L)]
    [InlineData(-1L, NtStatus.InvalidParameter, 3L, 512L)]
    public async Task Allocations(long size, NtStatus status, long length, long allocated)
    {
        FileOpen open = await _share.NewFileAsync(content: [1, 2, 3]);

        Assert.Equal(status, await TestTree.SetAsync(open, FileInformationClass.Allocation, 8, new FileAllocationInformation(size).Write));
        FileStandardInformation standard = await TestTree.QueryAsync(open, FileInformationClass.Standard, FileStandardInformation.Read);
        Assert.Equal((length, allocated), (standard.EndOfFile, standard.AllocationSize));
    }

    [Theory]
    [InlineData(0L, NtStatus.Success)]
    [InlineData(3L, NtStatus.Success)]
    [InlineData(4L, NtStatus.InvalidParameter)]
    [InlineData(-1L, NtStatus.InvalidParameter)]
    public async Task Valid_lengths_change_nothing(long length, NtStatus status)
    {
        FileOpen open = await _share.NewFileAsync(content: [1, 2, 3]);

        Assert.Equal(status, await TestTree.SetAsync(open, FileInformationClass.ValidDataLength, 8, new FileValidDataLengthInformation(length).Write));
        Assert.Equal([1, 2, 3], _share.Store.ReadAllBytes("f"));
    }

    [Theory]
    [InlineData(123456L, NtStatus.Success, 123456L)]
    [InlineData(-1L, NtStatus.InvalidParameter, 0L)]
    public async Task Positions(long position, NtStatus status, long now)
    {
        FileOpen open = await _share.NewFileAsync();

        Assert.Equal(status, await TestTree.SetAsync(open, FileInformationClass.Position, 8, new FilePositionInformation(position).Write));
        Assert.Equal(now, (await TestTree.QueryAsync(open, FileInformationClass.Position, FilePositionInformation.Read)).CurrentByteOffset);
    }

    [Theory]
    [InlineData(2u, NtStatus.Success, 2u)]
    [InlineData(0u, NtStatus.Success, 0u)]
    [InlineData(1u, NtStatus.InvalidParameter, 4u)]
    [InlineData(0x1000u, NtStatus.InvalidParameter, 4u)]
    public async Task Modes(uint mode, NtStatus status, uint now)
    {
        FileOpen open = await _share.OpenAsync("f", disposition: CreateDisposition.Create, options: CreateOptions.SequentialOnly | CreateOptions.NonDirectoryFile);

        Assert.Equal(status, await TestTree.SetAsync(open, FileInformationClass.Mode, 4, new FileModeInformation(mode).Write));
        Assert.Equal(now, (await TestTree.QueryAsync(open, FileInformationClass.Mode, FileModeInformation.Read)).Mode);
    }

    [Fact]
    public async Task Directories_have_no_length()
    {
        FileOpen open = await _share.OpenAsync("");

        Assert.Equal(NtStatus.InvalidParameter, await SetEndOfFileAsync(open, 0));
        Assert.Equal(NtStatus.InvalidParameter, await TestTree.SetAsync(open, FileInformationClass.Allocation, 8, new FileAllocationInformation(0).Write));
    }

    private static Task<NtStatus> SetBasicAsync(FileOpen open, FileBasicInformation basic) =>
        TestTree.SetAsync(open, FileInformationClass.Basic, FileBasicInformation.Size, basic.Write);

    private static Task<FileBasicInformation> BasicAsync(FileOpen open) => TestTree.QueryAsync(open, FileInformationClass.Basic, FileBasicInformation.Read);

    private static Task<NtStatus> SetEndOfFileAsync(FileOpen open, long length) =>
        TestTree.SetAsync(open, FileInformationClass.EndOfFile, 8, new FileEndOfFileInformation(length).Write);
}
