using System.IO;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>How files and directories go.</summary>
public class DeleteTests
{
    private readonly TestTree _share = new();

    public DeleteTests()
    {
        _share.Store.AddFile("f", [1]);
        _share.Store.AddFile(@"full\f", [1]);
        _share.Store.AddDirectory("empty");
    }

    [Theory]
    [InlineData("f")]
    [InlineData("empty")]
    public async Task On_close(string path)
    {
        FileOpen open = await _share.OpenAsync(path, AccessMask.Delete, options: CreateOptions.DeleteOnClose);
        Assert.True(_share.Store.Exists(path));

        await open.CloseAsync();

        Assert.False(_share.Store.Exists(path));
    }

    [Theory]
    [InlineData("f")]
    [InlineData("empty")]
    public async Task By_disposition_when_the_last_open_is_closed(string path)
    {
        FileOpen first = await _share.OpenAsync(path);
        FileOpen second = await _share.OpenAsync(path);

        Assert.Equal(NtStatus.Success, await TestTree.SetDispositionAsync(first, deletes: true));
        await first.CloseAsync();

        Assert.True(_share.Store.Exists(path));
        Assert.Equal(NtStatus.DeletePending, await _share.TryAsync(path));
        Assert.Equal(NtStatus.DeletePending, await _share.TryAsync(path, disposition: CreateDisposition.Create));
        Assert.True((await TestTree.QueryAsync(second, FileInformationClass.Standard, FileStandardInformation.Read)).DeletePending);
        await second.CloseAsync();
        Assert.False(_share.Store.Exists(path));
        Assert.Equal(NtStatus.Success, await _share.TryAsync(path, disposition: CreateDisposition.Create));
    }

    [Fact]
    public async Task A_disposition_can_be_taken_back()
    {
        FileOpen open = await _share.OpenAsync("f");
        Assert.Equal(NtStatus.Success, await TestTree.SetDispositionAsync(open, deletes: true));
        Assert.Equal(0u, (await TestTree.QueryAsync(open, FileInformationClass.Standard, FileStandardInformation.Read)).NumberOfLinks);

        Assert.Equal(NtStatus.Success, await TestTree.SetDispositionAsync(open, deletes: false));
        Assert.Equal(1u, (await TestTree.QueryAsync(open, FileInformationClass.Standard, FileStandardInformation.Read)).NumberOfLinks);
        await open.CloseAsync();

        Assert.True(_share.Store.Exists("f"));
    }

    [Fact]
    public async Task An_open_that_deletes_on_close_marks_the_file_when_it_goes()
    {
        FileOpen deleting = await _share.OpenAsync("f", options: CreateOptions.DeleteOnClose);
        FileOpen other = await _share.OpenAsync("f");
        await deleting.CloseAsync();

        Assert.Equal(NtStatus.DeletePending, await _share.TryAsync("f"));
        Assert.True(_share.Store.Exists("f"));
        await other.CloseAsync();
        Assert.False(_share.Store.Exists("f"));
    }

    [Theory]
    [InlineData("full", 0x00010000u, NtStatus.DirectoryNotEmpty)]
    [InlineData("f", 0x00000080u, NtStatus.AccessDenied)]
    [InlineData("", 0x00010000u, NtStatus.CannotDelete)]
    [InlineData("empty", 0x00010000u, NtStatus.Success)]
    public async Task Dispositions(string path, uint access, NtStatus status) =>
        Assert.Equal(status, await TestTree.SetDispositionAsync(await _share.OpenAsync(path, (AccessMask)access), deletes: true));

    [Theory]
    [InlineData(0x01u, NtStatus.CannotDelete)]
    [InlineData(0x11u, NtStatus.Success)]
    [InlineData(0x03u, NtStatus.NotSupported)]
    [InlineData(0x10u, NtStatus.Success)]
    public async Task Read_only_files_stay_unless_it_is_said_otherwise(uint flags, NtStatus status)
    {
        await (await _share.OpenAsync("ro", disposition: CreateDisposition.Create, attributes: FileAttributes.ReadOnly)).CloseAsync();
        FileOpen open = await _share.OpenAsync("ro", AccessMask.Delete);

        Assert.Equal(NtStatus.CannotDelete, await TestTree.SetDispositionAsync(open, deletes: true));
        Assert.Equal(status, await TestTree.SetAsync(open, FileInformationClass.DispositionEx, 4, new FileDispositionInformationEx(flags).Write));
        await open.CloseAsync();

        Assert.Equal(flags != 0x11, _share.Store.Exists("ro"));
    }

    [Theory]
    [InlineData(0x09u, false)]
    [InlineData(0x08u, true)]
    public async Task Deletion_on_close_can_be_switched(uint flags, bool stays)
    {
        FileOpen open = await _share.OpenAsync("f", options: stays ? CreateOptions.DeleteOnClose : CreateOptions.None);
        Assert.Equal(NtStatus.Success, await TestTree.SetAsync(open, FileInformationClass.DispositionEx, 4, new FileDispositionInformationEx(flags).Write));
        await open.CloseAsync();

        Assert.Equal(stays, _share.Store.Exists("f"));
    }

    [Fact]
    public async Task A_directory_that_filled_up_meanwhile_stays()
    {
        FileOpen open = await _share.OpenAsync("empty", options: CreateOptions.DeleteOnClose);
        _share.Store.AddFile(@"empty\f", [1]);
        await open.CloseAsync();

        Assert.True(_share.Store.Exists(@"empty\f"));
        Assert.Equal(NtStatus.Success, await _share.TryAsync("empty"));
    }

    [Fact]
    public async Task Nothing_is_made_in_a_directory_that_goes()
    {
        FileOpen open = await _share.OpenAsync("empty");
        Assert.Equal(NtStatus.Success, await TestTree.SetDispositionAsync(open, deletes: true));

        Assert.Equal(NtStatus.DeletePending, await _share.TryAsync(@"empty\new", disposition: CreateDisposition.OpenIf));
    }

    [Fact]
    public async Task Closing_twice_is_closing_once()
    {
        FileOpen first = await _share.OpenAsync("f", options: CreateOptions.DeleteOnClose);
        FileOpen second = await _share.OpenAsync("f");
        await first.CloseAsync();
        await first.CloseAsync();

        Assert.True(_share.Store.Exists("f"));
        await second.CloseAsync();
        Assert.False(_share.Store.Exists("f"));
    }
}
