using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Opening and making files and directories, [MS-SMB2] 3.3.5.9.</summary>
public class CreateTests
{
    private const uint Maximum = 0x02000000;
    private const uint Read = 0x80000000;
    private const uint Write = 0x40000000;
    private const uint Delete = 0x00010000;

    private readonly TestTree _share = new();

    public CreateTests()
    {
        _share.Store.AddFile("there", [1, 2, 3]);
        _share.Store.AddFile(@"dir\below", [1]);
    }

    [Theory]
    [InlineData(0u, true, NtStatus.Success, 0u, 0)]
    [InlineData(1u, true, NtStatus.Success, 1u, 3)]
    [InlineData(2u, true, NtStatus.ObjectNameCollision, 0u, 0)]
    [InlineData(3u, true, NtStatus.Success, 1u, 3)]
    [InlineData(4u, true, NtStatus.Success, 3u, 0)]
    [InlineData(5u, true, NtStatus.Success, 3u, 0)]
    [InlineData(0u, false, NtStatus.Success, 2u, 0)]
    [InlineData(1u, false, NtStatus.ObjectNameNotFound, 0u, 0)]
    [InlineData(2u, false, NtStatus.Success, 2u, 0)]
    [InlineData(3u, false, NtStatus.Success, 2u, 0)]
    [InlineData(4u, false, NtStatus.ObjectNameNotFound, 0u, 0)]
    [InlineData(5u, false, NtStatus.Success, 2u, 0)]
    [InlineData(6u, true, NtStatus.InvalidParameter, 0u, 0)]
    public async Task Dispositions(uint disposition, bool exists, NtStatus status, uint action, int length)
    {
        CreateOutcome outcome = await _share.CreateAsync(exists ? "There" : "new", disposition: (CreateDisposition)disposition);

        Assert.Equal(status, outcome.Status);
        Assert.Equal((CreateAction)action, outcome.Action);
        Assert.Equal(status == NtStatus.Success, outcome.Open is not null);
        if (status == NtStatus.Success)
        {
            Assert.Equal(length, outcome.Entry!.Length);
        }
    }

    [Theory]
    [InlineData("there", 1u, 0x01u, NtStatus.NotADirectory)]
    [InlineData("there", 3u, 0x01u, NtStatus.NotADirectory)]
    [InlineData("there", 2u, 0x01u, NtStatus.ObjectNameCollision)]
    [InlineData("there", 1u, 0x40u, NtStatus.Success)]
    [InlineData("dir", 1u, 0x01u, NtStatus.Success)]
    [InlineData("dir", 1u, 0x00u, NtStatus.Success)]
    [InlineData("dir", 3u, 0x01u, NtStatus.Success)]
    [InlineData("dir", 2u, 0x01u, NtStatus.ObjectNameCollision)]
    [InlineData("dir", 1u, 0x40u, NtStatus.FileIsADirectory)]
    [InlineData("dir", 5u, 0x40u, NtStatus.FileIsADirectory)]
    [InlineData("dir", 4u, 0x00u, NtStatus.FileIsADirectory)]
    [InlineData("dir", 0u, 0x01u, NtStatus.InvalidParameter)]
    [InlineData("dir", 4u, 0x01u, NtStatus.InvalidParameter)]
    [InlineData("dir", 5u, 0x01u, NtStatus.InvalidParameter)]
    [InlineData("dir", 1u, 0x41u, NtStatus.InvalidParameter)]
    [InlineData("", 1u, 0x01u, NtStatus.Success)]
    [InlineData("", 3u, 0x01u, NtStatus.Success)]
    [InlineData("", 2u, 0x01u, NtStatus.ObjectNameCollision)]
    [InlineData("", 1u, 0x40u, NtStatus.FileIsADirectory)]
    [InlineData("", 1u, 0x1001u, NtStatus.CannotDelete)]
    [InlineData(@"dir\", 1u, 0x00u, NtStatus.Success)]
    [InlineData(@"there\", 1u, 0x00u, NtStatus.ObjectNameInvalid)]
    [InlineData(@"new\", 2u, 0x00u, NtStatus.ObjectNameInvalid)]
    [InlineData(@"new\", 2u, 0x01u, NtStatus.Success)]
    [InlineData("there::$DATA", 1u, 0x00u, NtStatus.Success)]
    [InlineData("dir::$DATA", 1u, 0x00u, NtStatus.FileIsADirectory)]
    [InlineData("there:stream", 3u, 0x00u, NtStatus.ObjectNameInvalid)]
    [InlineData(@"dir\no", 1u, 0x00u, NtStatus.ObjectNameNotFound)]
    [InlineData(@"no\no", 1u, 0x00u, NtStatus.ObjectPathNotFound)]
    [InlineData(@"no\no", 2u, 0x00u, NtStatus.ObjectPathNotFound)]
    [InlineData(@"there\no", 1u, 0x00u, NtStatus.ObjectPathNotFound)]
    [InlineData(@"there\no", 2u, 0x01u, NtStatus.ObjectPathNotFound)]
    [InlineData(@"\there", 1u, 0x00u, NtStatus.InvalidParameter)]
    [InlineData(@"dir\..\there", 1u, 0x00u, NtStatus.ObjectPathSyntaxBad)]
    [InlineData("th*", 1u, 0x00u, NtStatus.ObjectNameInvalid)]
    public async Task Kinds_and_names(string path, uint disposition, uint options, NtStatus status) =>
        Assert.Equal(status, await _share.TryAsync(path, disposition: (CreateDisposition)disposition, options: (CreateOptions)options));

    /// <summary>What smb2.create.gentest of Samba wants of every single option, opening a file.</summary>
    [Fact]
    public async Task Options_one_by_one()
    {
        uint good = 0;
        uint unsupported = 0;
        uint invalid = 0;
        for (int bit = 1; bit < 32; bit++)
        {
            uint option = 1u << bit;
            NtStatus status = option == (uint)CreateOptions.DeleteOnClose ? NtStatus.Pending : await _share.TryAsync("there", options: (CreateOptions)option);
            good |= status == NtStatus.Success ? option : 0;
            unsupported |= status == NtStatus.NotSupported ? option : 0;
            invalid |= status == NtStatus.InvalidParameter ? option : 0;
        }

        Assert.Equal(0x00EFCF7Eu, good);
        Assert.Equal(0x00102080u, unsupported);
        Assert.Equal(0xFF000000u, invalid);
    }

    /// <summary>What smb2.create.gentest of Samba wants of every single attribute of a new file.</summary>
    [Fact]
    public async Task Attributes_one_by_one()
    {
        uint good = 0;
        uint invalid = 0;
        uint kept = 0;
        for (int bit = 0; bit < 32; bit++)
        {
            uint attribute = 1u << bit;
            CreateOutcome outcome = await _share.CreateAsync($"new{bit}", disposition: CreateDisposition.Create, attributes: (FileAttributes)attribute);
            good |= outcome.Status == NtStatus.Success ? attribute : 0;
            invalid |= outcome.Status == NtStatus.InvalidParameter ? attribute : 0;
            kept |= (uint)(outcome.Entry?.Attributes ?? 0);
        }

        Assert.Equal(0x00003FB7u, good);
        Assert.Equal(0xFFFF8048u, invalid);
        Assert.Equal(0x00001127u, kept);
        Assert.Equal(NtStatus.AccessDenied, await _share.TryAsync("e", disposition: CreateDisposition.Create, attributes: FileAttributes.Encrypted));
    }

    [Theory]
    [InlineData(0u, NtStatus.AccessDenied, 0u)]
    [InlineData(0x00000080u, NtStatus.Success, 0x00000080u)]
    [InlineData(0x00100000u, NtStatus.Success, 0x00100000u)]
    [InlineData(0x80000000u, NtStatus.Success, 0x00120089u)]
    [InlineData(0x40000000u, NtStatus.Success, 0x00120116u)]
    [InlineData(0x20000000u, NtStatus.Success, 0x001200A0u)]
    [InlineData(0x10000000u, NtStatus.Success, 0x001F01FFu)]
    [InlineData(0x02000000u, NtStatus.Success, 0x001F01FFu)]
    [InlineData(0x02000001u, NtStatus.Success, 0x001F01FFu)]
    [InlineData(0x01000000u, NtStatus.PrivilegeNotHeld, 0u)]
    [InlineData(0x04000000u, NtStatus.AccessDenied, 0u)]
    [InlineData(0x08000000u, NtStatus.AccessDenied, 0u)]
    [InlineData(0x00000200u, NtStatus.AccessDenied, 0u)]
    [InlineData(0x00800000u, NtStatus.AccessDenied, 0u)]
    public async Task Rights(uint desired, NtStatus status, uint granted)
    {
        CreateOutcome outcome = await _share.CreateAsync("there", (AccessMask)desired);

        Assert.Equal(status, outcome.Status);
        Assert.Equal(granted, (uint)(outcome.Open?.GrantedAccess ?? 0));
    }

    [Theory]
    [InlineData("there", 1u, Read, 0u, NtStatus.Success, 0x00120089u)]
    [InlineData("there", 1u, 0x20000000u, 0u, NtStatus.Success, 0x001200A0u)]
    [InlineData("there", 1u, Maximum, 0u, NtStatus.Success, 0x001200A9u)]
    [InlineData("there", 3u, Maximum, 0u, NtStatus.Success, 0x001200A9u)]
    [InlineData("there", 1u, Write, 0u, NtStatus.AccessDenied, 0u)]
    [InlineData("there", 1u, Delete, 0u, NtStatus.AccessDenied, 0u)]
    [InlineData("there", 1u, 0x100u, 0u, NtStatus.AccessDenied, 0u)]
    [InlineData("there", 1u, 0x02000002u, 0u, NtStatus.AccessDenied, 0u)]
    [InlineData("there", 1u, Maximum, 0x1000u, NtStatus.AccessDenied, 0u)]
    [InlineData("there", 5u, Maximum, 0u, NtStatus.AccessDenied, 0u)]
    [InlineData("there", 0u, Read, 0u, NtStatus.AccessDenied, 0u)]
    [InlineData("new", 2u, Read, 0u, NtStatus.AccessDenied, 0u)]
    [InlineData("new", 3u, Maximum, 0x01u, NtStatus.AccessDenied, 0u)]
    [InlineData("new", 1u, Read, 0u, NtStatus.ObjectNameNotFound, 0u)]
    public async Task Read_only_shares(string path, uint disposition, uint desired, uint options, NtStatus status, uint granted)
    {
        TestTree share = new(isReadOnly: true);
        share.Store.AddFile("there", [1, 2, 3]);

        CreateOutcome outcome = await share.CreateAsync(path, (AccessMask)desired, disposition: (CreateDisposition)disposition, options: (CreateOptions)options);

        Assert.Equal(status, outcome.Status);
        Assert.Equal(granted, (uint)(outcome.Open?.GrantedAccess ?? 0));
        Assert.Equal([1, 2, 3], share.Store.ReadAllBytes("there"));
        Assert.False(share.Store.Exists("new"));
    }

    [Theory]
    [InlineData(1u, Read, 0u, NtStatus.Success)]
    [InlineData(1u, Write, 0u, NtStatus.AccessDenied)]
    [InlineData(1u, 4u, 0u, NtStatus.AccessDenied)]
    [InlineData(1u, 0x100u, 0u, NtStatus.Success)]
    [InlineData(1u, Delete, 0u, NtStatus.Success)]
    [InlineData(1u, Delete, 0x1000u, NtStatus.CannotDelete)]
    [InlineData(5u, Read, 0u, NtStatus.AccessDenied)]
    [InlineData(0u, Maximum, 0u, NtStatus.AccessDenied)]
    [InlineData(1u, Maximum, 0u, NtStatus.Success)]
    public async Task Read_only_files(uint disposition, uint desired, uint options, NtStatus status)
    {
        await (await _share.OpenAsync("ro", disposition: CreateDisposition.Create, attributes: FileAttributes.ReadOnly)).CloseAsync();

        CreateOutcome outcome = await _share.CreateAsync("ro", (AccessMask)desired, disposition: (CreateDisposition)disposition, options: (CreateOptions)options);

        Assert.Equal(status, outcome.Status);
        Assert.Equal(AccessMask.None, (outcome.Open?.GrantedAccess ?? 0) & FileRights.Writing);
    }

    [Fact]
    public async Task Who_makes_a_read_only_file_may_write_it()
    {
        FileOpen open = await _share.OpenAsync("ro", disposition: CreateDisposition.Create, attributes: FileAttributes.ReadOnly);

        Assert.Equal(NtStatus.Success, await open.WriteAsync(0, new byte[] { 1 }, writeThrough: true, owner: 0, CancellationToken.None));
    }

    [Theory]
    [InlineData(Read, 0x1000u, 0u, NtStatus.InvalidParameter)]
    [InlineData(Delete, 0x1000u, 0u, NtStatus.Success)]
    [InlineData(Maximum, 0x1000u, 0u, NtStatus.Success)]
    [InlineData(Maximum, 0x1000u, 1u, NtStatus.CannotDelete)]
    public async Task Deletion_on_close(uint desired, uint options, uint attributes, NtStatus status) => Assert.Equal(
        status,
        await _share.TryAsync("new", (AccessMask)desired, disposition: CreateDisposition.Create, options: (CreateOptions)options, attributes: (FileAttributes)attributes));

    [Theory]
    [InlineData(FileAttributes.Hidden, FileAttributes.Archive, NtStatus.AccessDenied)]
    [InlineData(FileAttributes.System, FileAttributes.Hidden, NtStatus.AccessDenied)]
    [InlineData(FileAttributes.Hidden, FileAttributes.Hidden, NtStatus.Success)]
    [InlineData(FileAttributes.Normal, FileAttributes.Hidden, NtStatus.Success)]
    public async Task Overwriting_what_is_hidden(FileAttributes there, FileAttributes wanted, NtStatus status)
    {
        await (await _share.OpenAsync("h", disposition: CreateDisposition.Create, attributes: there)).CloseAsync();

        CreateOutcome outcome = await _share.CreateAsync("h", disposition: CreateDisposition.OverwriteIf, attributes: wanted);

        Assert.Equal(status, outcome.Status);
        if (status == NtStatus.Success)
        {
            Assert.Equal(wanted | FileAttributes.Archive, outcome.Entry!.Attributes);
        }
    }

    [Fact]
    public async Task Octets_are_set_aside_in_name_only()
    {
        CreateOutcome outcome = await _share.CreateAsync("new", disposition: CreateDisposition.Create, allocationSize: 0x100000);

        Assert.Equal(0x100000, outcome.Entry!.AllocationSize);
        Assert.Equal(0, outcome.Entry.Length);
        Assert.Equal(NtStatus.DiskFull, (await _share.CreateAsync("big", disposition: CreateDisposition.Create, allocationSize: long.MaxValue)).Status);
        Assert.Equal(NtStatus.InvalidParameter, (await _share.CreateAsync("big", disposition: CreateDisposition.Create, allocationSize: -1)).Status);
        Assert.False(_share.Store.Exists("big"));
    }

    [Fact]
    public async Task Directories_set_nothing_aside()
    {
        CreateOutcome outcome = await _share.CreateAsync("new", disposition: CreateDisposition.Create, options: CreateOptions.DirectoryFile, allocationSize: 1L << 40);

        Assert.Equal((NtStatus.Success, 0L), (outcome.Status, outcome.Entry!.AllocationSize));
    }

    [Fact]
    public async Task Rights_that_are_none_are_refused_before_attributes_are() =>
        Assert.Equal(NtStatus.AccessDenied, await _share.TryAsync("there", (AccessMask)0x08000000, attributes: (FileAttributes)8));

    [Fact]
    public async Task Of_many_that_make_the_same_file_one_does()
    {
        CreateOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => _share.CreateAsync("race", disposition: CreateDisposition.OpenIf))));

        Assert.All(outcomes, o => Assert.Equal(NtStatus.Success, o.Status));
        Assert.Single(outcomes, o => o.Action == CreateAction.Created);
    }
}
