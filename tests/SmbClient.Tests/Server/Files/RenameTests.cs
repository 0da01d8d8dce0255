using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>New names for files and directories; the cases with an open parent are those of smb2.rename of Samba.</summary>
public class RenameTests
{
    private readonly TestTree _share = new();

    public RenameTests()
    {
        _share.Store.AddFile("f", [1]);
        _share.Store.AddFile("other", [2]);
        _share.Store.AddFile(@"dir\f", [3]);
        _share.Store.AddDirectory("empty");
    }

    [Theory]
    [InlineData("f", "new", false, NtStatus.Success)]
    [InlineData("f", "F", false, NtStatus.Success)]
    [InlineData("f", @"dir\new", false, NtStatus.Success)]
    [InlineData("f", "other", false, NtStatus.ObjectNameCollision)]
    [InlineData("f", "OTHER", true, NtStatus.Success)]
    [InlineData("f", "empty", false, NtStatus.ObjectNameCollision)]
    [InlineData("f", "empty", true, NtStatus.AccessDenied)]
    [InlineData("f", @"no\new", false, NtStatus.ObjectPathNotFound)]
    [InlineData("f", @"no\new", true, NtStatus.ObjectPathNotFound)]
    [InlineData("f", @"other\new", false, NtStatus.ObjectPathNotFound)]
    [InlineData("f", "", false, NtStatus.ObjectNameInvalid)]
    [InlineData("f", "a*", false, NtStatus.ObjectNameInvalid)]
    [InlineData("f", @"..\new", false, NtStatus.ObjectPathSyntaxBad)]
    [InlineData("f", ":stream", false, NtStatus.ObjectNameInvalid)]
    [InlineData("f", @"new\", false, NtStatus.ObjectNameInvalid)]
    [InlineData("dir", "new", false, NtStatus.Success)]
    [InlineData("dir", @"empty\new", false, NtStatus.Success)]
    [InlineData("dir", "empty", true, NtStatus.AccessDenied)]
    [InlineData("dir", @"dir\new", false, NtStatus.InvalidParameter)]
    [InlineData("", "new", false, NtStatus.InvalidParameter)]
    public async Task Names(string from, string to, bool replace, NtStatus status)
    {
        FileOpen open = await _share.OpenAsync(from);

        Assert.Equal(status, await TestTree.RenameAsync(open, to, replace));
        Assert.Equal(status == NtStatus.Success ? to : from, open.Path);
        Assert.Equal(status == NtStatus.Success ? to : from, (await TestTree.QueryAsync(open, FileInformationClass.Name, FileNameInformation.Read)).FileName[1..]);
        await open.CloseAsync();

        Assert.True(_share.Store.Exists(status == NtStatus.Success ? to : from));
        if (status == NtStatus.Success && from == "f")
        {
            Assert.Equal([1], _share.Store.ReadAllBytes(to));
            Assert.Equal(to == "F", _share.Store.Exists(from));
        }
    }

    [Fact]
    public async Task Needs_the_right_to_delete() =>
        Assert.Equal(NtStatus.AccessDenied, await TestTree.RenameAsync(await _share.OpenAsync("f", AccessMask.ReadData | AccessMask.WriteData), "new"));

    [Fact]
    public async Task All_opens_of_the_file_have_the_new_name()
    {
        FileOpen first = await _share.OpenAsync("f");
        FileOpen second = await _share.OpenAsync("f");

        Assert.Equal(NtStatus.Success, await second.RenameAsync(@"dir\new", replaceExisting: false, CancellationToken.None));
        Assert.Equal(@"dir\new", first.Path);
        Assert.Equal(NtStatus.Success, await TestTree.SetDispositionAsync(first, deletes: true));
        Assert.Equal(NtStatus.DeletePending, await _share.TryAsync(@"dir\new"));
        Assert.Equal(NtStatus.Success, await _share.TryAsync("f", disposition: CreateDisposition.Create));
    }

    [Theory]
    [InlineData(true, NtStatus.AccessDenied)]
    [InlineData(false, NtStatus.ObjectNameCollision)]
    public async Task What_is_open_is_not_replaced(bool replace, NtStatus status)
    {
        await _share.OpenAsync("other");

        Assert.Equal(status, await TestTree.RenameAsync(await _share.OpenAsync("f"), "other", replace));
        Assert.Equal([2], _share.Store.ReadAllBytes("other"));
    }

    [Fact]
    public async Task What_is_read_only_is_not_replaced()
    {
        await (await _share.OpenAsync("ro", disposition: CreateDisposition.Create, attributes: FileAttributes.ReadOnly)).CloseAsync();

        Assert.Equal(NtStatus.AccessDenied, await TestTree.RenameAsync(await _share.OpenAsync("f"), "ro", replace: true));
    }

    [Fact]
    public async Task A_directory_with_something_open_below_stays()
    {
        FileOpen below = await _share.OpenAsync(@"dir\f", AccessMask.ReadAttributes);
        FileOpen directory = await _share.OpenAsync("dir");

        Assert.Equal(NtStatus.AccessDenied, await TestTree.RenameAsync(directory, "new"));
        await below.CloseAsync();
        Assert.Equal(NtStatus.Success, await TestTree.RenameAsync(directory, "new"));
        Assert.Equal(NtStatus.Success, await _share.TryAsync(@"new\f"));
    }

    [Fact]
    public async Task Nothing_moves_into_a_directory_that_goes()
    {
        FileOpen directory = await _share.OpenAsync("empty");
        Assert.Equal(NtStatus.Success, await TestTree.SetDispositionAsync(directory, deletes: true));

        Assert.Equal(NtStatus.DeletePending, await TestTree.RenameAsync(await _share.OpenAsync("f"), @"empty\f"));
    }

    /// <summary>Names that change all the time while others open, move and delete: every answer is one that fits, and nothing stays open.</summary>
    [Fact]
    public async Task Many_at_once()
    {
        NtStatus[] expected =
        [
            NtStatus.Success, NtStatus.ObjectNameNotFound, NtStatus.ObjectPathNotFound, NtStatus.ObjectNameCollision, NtStatus.SharingViolation,
            NtStatus.DeletePending, NtStatus.AccessDenied, NtStatus.DirectoryNotEmpty, NtStatus.FileDeleted,
        ];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            Random random = new(worker);
            for (int i = 0; i < 300; i++)
            {
                string path = $@"d{random.Next(2)}\f{random.Next(4)}";
                Assert.Contains(await _share.TryAsync($"d{random.Next(2)}", disposition: CreateDisposition.OpenIf, options: CreateOptions.DirectoryFile), expected);
                CreateOutcome outcome = random.Next(4) == 0
                    ? await _share.CreateAsync(path.Split('\\')[0])
                    : await _share.CreateAsync(path, disposition: CreateDisposition.OpenIf);
                Assert.Contains(outcome.Status, expected);
                if (outcome.Open is { } open)
                {
                    Assert.Contains(await TestTree.RenameAsync(open, open.IsDirectory ? $"d{random.Next(2)}" : $@"d{random.Next(2)}\f{random.Next(4)}", replace: true), expected);
                    Assert.Contains(await TestTree.SetDispositionAsync(open, random.Next(2) == 0), expected);
                    await open.CloseAsync();
                }
            }
        })));

        foreach (string path in (string[])["d0", "d1", "dir", ""])
        {
            Assert.Contains(await _share.TryAsync(path, share: ShareAccess.None), (NtStatus[])[NtStatus.Success, NtStatus.ObjectNameNotFound]);
        }
    }

    [Fact]
    public async Task What_is_about_to_go_stays_where_it_is()
    {
        FileOpen open = await _share.OpenAsync("f");
        Assert.Equal(NtStatus.Success, await TestTree.SetDispositionAsync(open, deletes: true));

        Assert.Equal(NtStatus.AccessDenied, await TestTree.RenameAsync(open, "new"));
    }

    [Theory]
    [InlineData(0x00150182u, 7u, NtStatus.SharingViolation)]
    [InlineData(0x00150182u, 0u, NtStatus.SharingViolation)]
    [InlineData(0x00140182u, 7u, NtStatus.Success)]
    [InlineData(0x00140182u, 0u, NtStatus.SharingViolation)]
    [InlineData(0x00100080u, 0u, NtStatus.Success)]
    public async Task The_parent_is_written(uint parentAccess, uint parentShare, NtStatus status)
    {
        await _share.OpenAsync("dir", (AccessMask)parentAccess, (ShareAccess)parentShare);

        Assert.Equal(status, await TestTree.RenameAsync(await _share.OpenAsync(@"dir\f"), @"dir\new"));
    }

    [Theory]
    [InlineData(0u, 0ul, NtStatus.ObjectNameCollision)]
    [InlineData(1u, 0ul, NtStatus.Success)]
    [InlineData(2u, 0ul, NtStatus.NotSupported)]
    [InlineData(1u, 5ul, NtStatus.InvalidParameter)]
    public async Task The_extended_class_has_flags(uint flags, ulong root, NtStatus status)
    {
        FileRenameInformation rename = new() { FileName = "other", ReplaceIfExists = (flags & 1) != 0, OtherFlags = flags & ~1u, RootDirectory = root };

        Assert.Equal(status, await TestTree.SetAsync(await _share.OpenAsync("f"), FileInformationClass.RenameEx, rename.Size, rename.Write));
    }
}
