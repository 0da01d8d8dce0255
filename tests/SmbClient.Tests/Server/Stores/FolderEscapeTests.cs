using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server;
using Xunit;

namespace SmbClient.Tests.Server.Stores;

/// <summary>No path and no link leads out of a shared folder. The files of this class need a system where anyone can make links.</summary>
public sealed class FolderEscapeTests : IDisposable
{
    private readonly FolderFixture _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(@"..")]
    [InlineData(@"..\outside\secret")]
    [InlineData(@"dir\..\..\outside\secret")]
    [InlineData(@"../outside/secret")]
    [InlineData(@"dir/../../outside/secret")]
    [InlineData(@"/etc/passwd")]
    [InlineData(@"\etc\passwd")]
    [InlineData(@"dir\\file")]
    [InlineData(@"dir\")]
    [InlineData(@".")]
    [InlineData(@"dir\.\file")]
    [InlineData("dir\\file\0")]
    [InlineData("..\0")]
    [InlineData(@"C:\secret")]
    [InlineData(@"file:stream")]
    [InlineData("file\n")]
    [InlineData("*")]
    [InlineData("half \ud83d pair")]
    [InlineData("wrong \udcc1\ud83d order")]
    public async Task Paths_that_are_not_below_are_refused(string path)
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("dir/file");

        Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectNameInvalid), await _folder.Open(path));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectNameInvalid), await _folder.Create(path));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectNameInvalid), await _folder.Create(path, isDirectory: true));
        await using ISmbStoreNode node = (await _folder.Open(@"dir\file")).Node!;
        Assert.Equal(NtStatus.ObjectNameInvalid, await node.RenameAsync(path, true, CancellationToken.None));
    }

    [Theory]
    [InlineData("{outside}/secret")]                    // absolute
    [InlineData("../outside/secret")]                   // relative
    [InlineData("./.././outside//secret")]
    [InlineData("dir/../../outside/secret")]
    [InlineData("../inside-too/secret")]                // the root is a prefix of its name
    [InlineData("{inside}/../outside/secret")]
    [InlineData("/proc/self/root/etc/hostname")]
    [InlineData("nowhere")]                             // dangling
    [InlineData("link")]                                // itself
    [InlineData("../outside/nothing")]
    [InlineData("dir/file/")]                           // below a file
    [InlineData("dir/file/..")]
    [InlineData("second")]                              // a chain that leads out
    [InlineData("loop")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("up/outside")]
    public async Task A_link_that_leads_out_or_nowhere_is_not_there(string target)
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("dir/file");
        _folder.Link("second", "third");
        _folder.Link("third", "{outside}/secret");
        _folder.Link("loop", "pool");
        _folder.Link("pool", "loop");
        _folder.Link("up", "..");
        _folder.Link("link", target);

        Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectNameNotFound), await _folder.Open("link"));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectNameNotFound), await _folder.Open("LINK", forWriting: true));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectPathNotFound), await _folder.Open(@"link\secret"));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.AccessDenied), await _folder.Create("link"));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.AccessDenied), await _folder.Create("Link", isDirectory: true));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectPathNotFound), await _folder.Create(@"link\new"));
        Assert.Throws<DirectoryNotFoundException>(() => _folder.Store.Watch("link", false, _ => { }));

        await using ISmbStoreNode file = (await _folder.Open(@"dir\file")).Node!;
        Assert.Equal(NtStatus.AccessDenied, await file.RenameAsync("link", true, CancellationToken.None));
        Assert.Equal(NtStatus.ObjectPathNotFound, await file.RenameAsync(@"link\file", true, CancellationToken.None));
        await using ISmbStoreNode root = (await _folder.Open("")).Node!;
        Assert.Equal(["dir"], (await root.ListAsync(CancellationToken.None)).Select(e => e.Name));
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(_folder.Outside).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("dir/file")]
    [InlineData("./dir/../dir//file")]
    [InlineData("{inside}/dir/file")]
    [InlineData("../inside/dir/file")]
    [InlineData("to-dir/file")]
    [InlineData("chain")]
    [InlineData("to-dir/back/dir/file")]
    public async Task A_link_to_a_sibling_works(string target)
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("dir/file");
        _folder.Link("to-dir", "dir");
        _folder.Link("dir/back", "..");
        _folder.Link("chain", "chain-2");
        _folder.Link("chain-2", "to-dir/file");
        _folder.Link("link", target);

        await using ISmbStoreNode node = (await _folder.Open("LINK", forWriting: true)).Node!;
        SmbStoreEntry entry = await node.GetEntryAsync(CancellationToken.None);
        Assert.Equal("link", entry.Name);
        Assert.Equal(7, entry.Length);
        Assert.Equal(FileAttributes.Normal, entry.Attributes);
        await using ISmbStoreNode same = (await _folder.Open(@"to-dir\BACK\Dir\file")).Node!;
        Assert.Equal(entry.FileId, (await same.GetEntryAsync(CancellationToken.None)).FileId);
        await using ISmbStoreNode root = (await _folder.Open("")).Node!;
        Assert.Equal(entry, Assert.Single(await root.ListAsync(CancellationToken.None), e => e.Name == "link"));
        Assert.Equal(NtStatus.ObjectNameCollision, (await _folder.Create("link")).Status);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("dir")]
    public async Task Deleting_a_link_leaves_what_it_leads_to(string target)
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("file");
        _folder.Link("link", target);
        await using ISmbStoreNode node = (await _folder.Open("link")).Node!;

        Assert.Equal(NtStatus.Success, await node.RenameAsync("other", false, CancellationToken.None));
        Assert.Equal(target, new FileInfo(_folder.Local("other")).LinkTarget);
        Assert.Equal(NtStatus.AccessDenied, await node.RenameAsync(@"dir\other", false, CancellationToken.None));
        Assert.Equal(NtStatus.Success, await node.DeleteAsync(CancellationToken.None));

        Assert.Equal(["dir", "file"], Directory.GetFileSystemEntries(_folder.Inside).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task More_links_than_the_system_follows_are_not_followed()
    {
        _folder.MakeFile("link00");
        for (int i = 1; i <= 45; i++)
        {
            _folder.Link($"link{i:D2}", $"link{i - 1:D2}");
        }

        await using ISmbStoreNode node = (await _folder.Open("link40")).Node!;
        Assert.Equal(NtStatus.ObjectNameNotFound, (await _folder.Open("link41")).Status);
    }

    [Fact]
    public async Task A_link_put_there_between_check_and_open_is_noticed()
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("dir/secret", "harmless");
        int swaps = 0;
        _folder.Store.Checked = _ =>
        {
            swaps++;
            Directory.Move(_folder.Local("dir"), _folder.Local("dir-" + swaps));
            _folder.Link("dir", "{outside}");
        };

        SmbStoreResult result = await _folder.Open(@"dir\secret");

        Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectPathNotFound), result);      // found out, and looked up again
        Assert.Equal(1, swaps);
    }

    [Fact]
    public async Task A_file_swapped_for_a_link_again_and_again_is_given_up()
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("dir/secret", "harmless");
        int swaps = 0;
        string original = "";
        _folder.Store.Checked = path =>
        {
            original = path;
            File.Delete(path);
            File.CreateSymbolicLink(path, Path.Join(_folder.Outside, "secret"));
            if (++swaps < 3)
            {
                // The next look sees a file again: as if an attacker were lucky every time.
                File.Delete(path);
                File.CreateSymbolicLink(path, "../other");
                File.WriteAllText(_folder.Local("other"), "harmless");
            }
        };

        Assert.Null((await _folder.Open(@"dir\secret")).Node);
        Assert.NotEqual("", original);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_made_where_a_link_was_put_is_not_handed_out(bool isDirectory)
    {
        _folder.MakeDirectory("dir");
        _folder.Store.Checked = _ =>
        {
            Directory.Delete(_folder.Local("dir"));
            _folder.Link("dir", "{outside}");
        };

        Assert.Equal(SmbStoreResult.Refused(NtStatus.AccessDenied), await _folder.Create(@"dir\new", isDirectory));
    }

    [Fact]
    public async Task An_open_directory_that_becomes_a_link_is_not_listed()
    {
        _folder.MakeDirectory("dir");
        await using ISmbStoreNode dir = (await _folder.Open("dir")).Node!;
        Directory.Delete(_folder.Local("dir"));
        _folder.Link("dir", "{outside}");

        await Assert.ThrowsAsync<DirectoryNotFoundException>(async () => await dir.ListAsync(CancellationToken.None));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(async () => await dir.GetEntryAsync(CancellationToken.None));
        Assert.Equal(NtStatus.FileDeleted, await dir.SetTimesAsync(new SmbStoreTimes { LastWriteTime = DateTimeOffset.UnixEpoch }, null, CancellationToken.None));
        Assert.Equal(NtStatus.FileDeleted, await dir.DeleteAsync(CancellationToken.None));
        Assert.NotEqual(DateTime.UnixEpoch, Directory.GetLastWriteTimeUtc(_folder.Outside));
    }

    [Fact]
    public async Task An_open_file_is_not_deleted_by_a_name_that_is_another_file_now()
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("dir/secret");
        await using ISmbStoreNode node = (await _folder.Open(@"dir\secret")).Node!;
        Directory.Move(_folder.Local("dir"), _folder.Local("moved"));
        _folder.Link("dir", "{outside}");

        Assert.Equal(NtStatus.Success, await node.DeleteAsync(CancellationToken.None));        // where it is now

        Assert.Equal("secret", File.ReadAllText(Path.Join(_folder.Outside, "secret")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Local("moved")));
    }

    [Fact]
    public async Task A_file_that_was_moved_out_is_let_alone()
    {
        _folder.MakeFile("file");
        await using ISmbStoreNode node = (await _folder.Open("file")).Node!;
        string elsewhere = Path.Join(_folder.Outside, "file");
        File.Move(_folder.Local("file"), elsewhere);

        Assert.Equal(NtStatus.AccessDenied, await node.DeleteAsync(CancellationToken.None));
        Assert.Equal(NtStatus.AccessDenied, await node.RenameAsync("back", false, CancellationToken.None));
        Assert.True(File.Exists(elsewhere));
    }

    [Fact]
    public void The_folder_itself_may_be_a_link_and_must_be_there()
    {
        string link = Path.Join(_folder.Outside, "link");
        File.CreateSymbolicLink(link, _folder.Inside);

        Assert.Equal(_folder.Inside, new FolderFileStore(link).Folder);
        Assert.Throws<DirectoryNotFoundException>(() => new FolderFileStore(Path.Join(_folder.Outside, "secret")));
        Assert.Throws<DirectoryNotFoundException>(() => new FolderFileStore(Path.Join(_folder.Outside, "missing")));
    }
}
