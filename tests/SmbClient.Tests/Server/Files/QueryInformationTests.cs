using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>What clients are told of files, volumes and security.</summary>
public class QueryInformationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestTree _share = new();

    /// <summary>The sizes that smb2.getinfo.qfile_buffercheck of Samba tries one by one; the file is <c>d\bufsize.txt</c>.</summary>
    [Theory]
    [InlineData(4, 40, 40)]
    [InlineData(5, 24, 24)]
    [InlineData(6, 8, 8)]
    [InlineData(7, 4, 4)]
    [InlineData(8, 4, 4)]
    [InlineData(9, 8, 32)]
    [InlineData(14, 8, 8)]
    [InlineData(16, 4, 4)]
    [InlineData(17, 4, 4)]
    [InlineData(18, 104, 128)]
    [InlineData(21, 8, 26)]
    [InlineData(22, 32, 38)]
    [InlineData(28, 16, 16)]
    [InlineData(34, 56, 56)]
    [InlineData(35, 8, 8)]
    [InlineData(59, 24, 24)]
    public async Task Every_size_of_buffer(byte informationClass, int fixedSize, int size)
    {
        _share.Store.AddFile(@"d\bufsize.txt", [1, 2, 3]);
        FileOpen open = await _share.OpenAsync(@"d\bufsize.txt");
        byte[] whole = (await open.QueryInformationAsync((FileInformationClass)informationClass, 65536, None)).Output.ToArray();
        Assert.Equal(size, whole.Length);

        for (int room = 0; room <= size + 1; room++)
        {
            QueryOutcome outcome = await open.QueryInformationAsync((FileInformationClass)informationClass, room, None);
            Assert.Equal(room < fixedSize ? NtStatus.InfoLengthMismatch : room < size ? NtStatus.BufferOverflow : NtStatus.Success, outcome.Status);
            Assert.Equal(room < fixedSize ? [] : whole.Take(room), outcome.Output.ToArray());
        }
    }

    [Theory]
    [InlineData(15, NtStatus.NoEasOnFile)]
    [InlineData(48, NtStatus.NotSupported)]
    [InlineData(21, NtStatus.ObjectNameNotFound)]
    [InlineData(1, NtStatus.InvalidInfoClass)]
    [InlineData(10, NtStatus.InvalidInfoClass)]
    [InlineData(23, NtStatus.InvalidInfoClass)]
    [InlineData(0, NtStatus.InvalidInfoClass)]
    [InlineData(255, NtStatus.InvalidInfoClass)]
    public async Task What_is_not_told(byte informationClass, NtStatus status)
    {
        FileOpen open = await _share.NewFileAsync("long name.text");
        Assert.Equal(status, (await open.QueryInformationAsync((FileInformationClass)informationClass, 4096, None)).Status);
    }

    [Theory]
    [InlineData(0x00100000u, "4 15 18 34 35")]
    [InlineData(0x00000080u, "15")]
    [InlineData(0x00000008u, "4 18 34 35")]
    public async Task Rights(uint access, string refused)
    {
        _share.Store.AddFile("f", [1]);
        FileOpen open = await _share.OpenAsync("f", (AccessMask)access);
        byte[] denied = [.. refused.Split(' ').Select(byte.Parse)];
        foreach (byte informationClass in (byte[])[4, 5, 6, 7, 8, 9, 14, 15, 16, 17, 18, 21, 22, 28, 34, 35, 59])
        {
            QueryOutcome outcome = await open.QueryInformationAsync((FileInformationClass)informationClass, 4096, None);
            Assert.Equal(denied.Contains(informationClass), outcome.Status == NtStatus.AccessDenied);
        }
    }

    [Fact]
    public async Task All_of_a_file()
    {
        _share.Store.AddFile(@"Dir\File", new byte[700]);
        FileOpen open = await _share.OpenAsync(@"Dir\File", AccessMask.ReadData | AccessMask.ReadAttributes, options: CreateOptions.WriteThrough);
        await open.ReadAsync(0, new byte[10], owner: 0, None);

        FileAllInformation all = await TestTree.QueryAsync(open, FileInformationClass.All, FileAllInformation.Read);

        long now = FileTime.FromDateTimeOffset(_share.Clock.GetUtcNow());
        Assert.Equal(new FileBasicInformation { CreationTime = now, LastAccessTime = now, LastWriteTime = now, ChangeTime = now, FileAttributes = FileAttributes.Archive }, all.Basic);
        Assert.Equal(new FileStandardInformation { AllocationSize = 1024, EndOfFile = 700, NumberOfLinks = 1 }, all.Standard);
        Assert.Equal((await open.GetEntryAsync(None))!.FileId, all.IndexNumber);
        Assert.Equal(AccessMask.ReadData | AccessMask.ReadAttributes, all.AccessFlags);
        Assert.Equal(10, all.CurrentByteOffset);
        Assert.Equal(2u, all.Mode);
        Assert.Equal(@"\Dir\File", all.FileName);
    }

    [Fact]
    public async Task A_directory_has_no_streams_and_says_what_it_is()
    {
        FileOpen root = await _share.OpenAsync("");

        QueryOutcome streams = await root.QueryInformationAsync(FileInformationClass.Stream, 4096, None);
        FileStandardInformation standard = await TestTree.QueryAsync(root, FileInformationClass.Standard, FileStandardInformation.Read);
        FileAttributeTagInformation tag = await TestTree.QueryAsync(root, FileInformationClass.AttributeTag, FileAttributeTagInformation.Read);

        Assert.Equal((NtStatus.Success, 0), (streams.Status, streams.Output.Length));
        Assert.True(standard.Directory);
        Assert.Equal(FileAttributes.Directory, tag.FileAttributes);
        Assert.Equal(@"\", (await TestTree.QueryAsync(root, FileInformationClass.All, FileAllInformation.Read)).FileName);
    }

    [Fact]
    public async Task A_file_has_its_data_as_stream()
    {
        FileOpen open = await _share.NewFileAsync(content: new byte[5]);

        FileStreamInformation stream = Assert.Single(FileStreamInformation.ReadList((await open.QueryInformationAsync(FileInformationClass.Stream, 4096, None)).Output));

        Assert.Equal(("::$DATA", 5L), (stream.StreamName, stream.StreamSize));
    }

    /// <summary>The sizes that smb2.getinfo.qfs_buffercheck of Samba tries one by one.</summary>
    [Theory]
    [InlineData(1, 24, 30)]
    [InlineData(3, 24, 24)]
    [InlineData(4, 8, 8)]
    [InlineData(5, 16, 20)]
    [InlineData(6, 48, 48)]
    [InlineData(7, 32, 32)]
    [InlineData(8, 64, 64)]
    [InlineData(11, 28, 28)]
    public async Task Every_size_of_buffer_for_volumes(byte informationClass, int fixedSize, int size)
    {
        byte[] whole = (await _share.Tree.QueryVolumeAsync((FsInformationClass)informationClass, 4096, None)).Output.ToArray();
        Assert.Equal(size, whole.Length);

        for (int room = 0; room <= size + 1; room++)
        {
            QueryOutcome outcome = await _share.Tree.QueryVolumeAsync((FsInformationClass)informationClass, room, None);
            Assert.Equal(room < fixedSize ? NtStatus.InfoLengthMismatch : room < size ? NtStatus.BufferOverflow : NtStatus.Success, outcome.Status);
            Assert.Equal(room < fixedSize ? [] : whole.Take(room), outcome.Output.ToArray());
        }
    }

    [Fact]
    public async Task Volumes()
    {
        TestTree share = new(isReadOnly: true, capacity: 1 << 20);
        FsFullSizeInformation size = TestTree.Decode((await share.Tree.QueryVolumeAsync(FsInformationClass.FullSize, 4096, None)).Output, FsFullSizeInformation.Read);
        FsFullSizeInformation shortSize = TestTree.Decode((await share.Tree.QueryVolumeAsync(FsInformationClass.Size, 4096, None)).Output, FsFullSizeInformation.ReadSize);
        ReadOnlyMemory<byte> attribute = (await share.Tree.QueryVolumeAsync(FsInformationClass.Attribute, 4096, None)).Output;
        ReadOnlyMemory<byte> volume = (await share.Tree.QueryVolumeAsync(FsInformationClass.Volume, 4096, None)).Output;

        Assert.Equal(1 << 20, size.TotalAllocationUnits * size.SectorsPerAllocationUnit * size.BytesPerSector);
        Assert.Equal(size, shortSize);
        Assert.Equal(share.Store.Volume.Label, TestTree.Decode(volume, (ref SmbClient.Wire.WireReader r) => FsVolumeInformation.Read(ref r, Encoding.Unicode)).VolumeLabel);
        FsAttributeInformation features = TestTree.Decode(attribute, (ref SmbClient.Wire.WireReader r) => FsAttributeInformation.Read(ref r, Encoding.Unicode));
        Assert.Equal((255, 0x00080000u), (features.MaximumComponentNameLength, features.FileSystemAttributes & 0x00080000));
        Assert.Equal(NtStatus.InvalidInfoClass, (await share.Tree.QueryVolumeAsync((FsInformationClass)99, 4096, None)).Status);
    }

    [Theory]
    [InlineData(7u, 20 + 16 + 16 + 28)]
    [InlineData(1u, 20 + 16)]
    [InlineData(2u, 20 + 16)]
    [InlineData(4u, 20 + 28)]
    [InlineData(0u, 20)]
    [InlineData(0xFFFFFFFFu, 20 + 16 + 16 + 28)]
    public async Task Security(uint parts, int size)
    {
        FileOpen open = await _share.NewFileAsync();

        for (int room = 0; room < size; room++)
        {
            QueryOutcome outcome = open.QuerySecurity(parts, room);
            Assert.Equal((NtStatus.BufferTooSmall, size), (outcome.Status, BitConverter.ToInt32(outcome.Output.Span)));
        }

        Assert.Equal((NtStatus.Success, size), (open.QuerySecurity(parts, size).Status, open.QuerySecurity(parts, size).Output.Length));
    }

    /// <summary>The descriptor as a whole: O:BAG:BAD:(A;;0x1200a9;;;WD) of a share that nobody changes.</summary>
    [Fact]
    public async Task A_security_descriptor()
    {
        TestTree share = new(isReadOnly: true);
        share.Store.AddFile("f", [1]);
        FileOpen open = await share.OpenAsync("f", AccessMask.ReadControl);

        Assert.Equal(
            "0100048014000000240000000000000034000000" + "01020000000000052000000020020000" + "01020000000000052000000020020000"
            + "02001C0001000000" + "00001400A9001200" + "010100000000000100000000",
            Convert.ToHexString(open.QuerySecurity(7, 4096).Output.Span));
        Assert.Equal(NtStatus.AccessDenied, (await share.OpenAsync("f", AccessMask.ReadAttributes)).QuerySecurity(7, 4096).Status);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("README.TXT", true)]
    [InlineData("abcdefgh.abc", true)]
    [InlineData("abcdefghi.abc", false)]
    [InlineData("a.abcd", false)]
    [InlineData("a.b.c", false)]
    [InlineData("a b", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("", false)]
    [InlineData("ä", false)]
    public void Short_names(string name, bool isShort) => Assert.Equal(isShort, ShortNames.IsShort(name));
}
