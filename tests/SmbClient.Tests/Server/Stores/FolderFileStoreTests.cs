using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server;
using Xunit;

namespace SmbClient.Tests.Server.Stores;

/// <summary>What a folder has that a store need not have: names that differ in case, odd files, and other programs.</summary>
public sealed class FolderFileStoreTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FolderFixture _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_names_that_differ_in_case_the_exact_one_is_meant_and_then_the_first()
    {
        _folder.MakeFile("name", "1");
        _folder.MakeFile("Name", "22");
        _folder.MakeFile("nAME", "333");

        Assert.Equal(1, await Length("name"));
        Assert.Equal(2, await Length("Name"));
        Assert.Equal(3, await Length("nAME"));
        Assert.Equal(2, await Length("NAME"));          // 'N' comes before 'n'
        await using ISmbStoreNode node = (await _folder.Open("name")).Node!;
        Assert.Equal(NtStatus.ObjectNameCollision, await node.RenameAsync("Name", false, None));
        Assert.Equal(NtStatus.Success, await node.RenameAsync("naMe", true, None));       // replaces the first, as it would be opened
        Assert.Equal(["nAME", "naMe"], Directory.GetFiles(_folder.Inside).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_others_change_is_seen_in_every_spelling()
    {
        for (int i = 0; i < 20; i++)
        {
            _folder.MakeFile("file");
            Assert.Equal(NtStatus.ObjectNameNotFound, (await _folder.Open("OTHER")).Status);
            Assert.Equal(7, await Length("FILE"));
            File.Delete(_folder.Local("file"));
            Assert.Equal(NtStatus.ObjectNameNotFound, (await _folder.Open("FILE")).Status);
        }
    }

    [Fact]
    public async Task Names_that_no_client_can_say_are_left_out()
    {
        foreach (string name in (string[])["back\\slash", "colon:", "star*", "question?", "new\nline", "pipe|", "quote\"", "fine"])
        {
            _folder.MakeFile(name);
        }

        await using ISmbStoreNode root = (await _folder.Open("")).Node!;
        Assert.Equal(["fine"], (await root.ListAsync(None)).Select(e => e.Name));
    }

    [Theory]
    [InlineData("n", 255, true)]
    [InlineData("n", 256, false)]
    [InlineData("ü", 127, true)]
    [InlineData("ü", 128, false)]
    [InlineData("\U0001F4C1", 63, true)]
    [InlineData("\U0001F4C1", 64, false)]
    public async Task A_name_has_as_many_octets_as_the_system_takes(string unit, int count, bool fits)
    {
        string name = string.Concat(Enumerable.Repeat(unit, count));

        Assert.Equal(fits ? NtStatus.Success : NtStatus.ObjectNameInvalid, (await _folder.Create(name)).Status);
        Assert.Equal(fits ? NtStatus.Success : NtStatus.ObjectNameInvalid, (await _folder.Open(name)).Status);
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_the_system_is_refused()
    {
        string path = string.Join('\\', Enumerable.Repeat(new string('d', 200), 30));

        SmbStoreResult result = await _folder.Open(path);
        Assert.Null(result.Node);
        result = await _folder.Create(path);
        Assert.Null(result.Node);
    }

    [Fact]
    public async Task A_pipe_or_socket_is_refused_and_nobody_waits()
    {
        using var mkfifo = Process.Start("mkfifo", [_folder.Local("fifo")]);
        await mkfifo.WaitForExitAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.Local("socket")));

        Assert.Equal(SmbStoreResult.Refused(NtStatus.AccessDenied), await _folder.Open("fifo"));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.AccessDenied), await _folder.Open("fifo", forWriting: true));
        Assert.Equal(SmbStoreResult.Refused(NtStatus.AccessDenied), await _folder.Open("socket"));
    }

    [Fact]
    public async Task A_file_that_others_renamed_is_deleted_where_it_is()
    {
        _folder.MakeFile("file");
        await using ISmbStoreNode node = (await _folder.Open("file")).Node!;
        File.Move(_folder.Local("file"), _folder.Local("file (deleted)"));
        _folder.MakeFile("file", "another");

        Assert.Equal(NtStatus.Success, await node.RenameAsync("third", false, None));
        Assert.Equal(["file", "third"], Directory.GetFiles(_folder.Inside).Select(Path.GetFileName).Order());
        Assert.Equal(NtStatus.Success, await node.DeleteAsync(None));
        Assert.Equal(NtStatus.FileDeleted, await node.DeleteAsync(None));
        Assert.Equal("another", File.ReadAllText(_folder.Local("file")));
    }

    [Fact]
    public async Task A_file_that_others_deleted_is_not_deleted_again()
    {
        _folder.MakeFile("file");
        await using ISmbStoreNode node = (await _folder.Open("file")).Node!;
        File.Delete(_folder.Local("file"));
        _folder.MakeFile("file", "another");

        Assert.Equal(NtStatus.FileDeleted, await node.DeleteAsync(None));
        Assert.Equal("another", File.ReadAllText(_folder.Local("file")));
    }

    [Fact]
    public async Task What_was_deleted_or_replaced_is_read_by_those_who_have_it_open()
    {
        _folder.MakeFile("deleted", "1");
        _folder.MakeFile("replaced", "22");
        _folder.MakeFile("new", "333");
        await using ISmbStoreNode deleted = (await _folder.Open("deleted")).Node!;
        await using ISmbStoreNode replaced = (await _folder.Open("replaced")).Node!;
        await using ISmbStoreNode added = (await _folder.Open("new")).Node!;
        Assert.Equal(NtStatus.Success, await deleted.DeleteAsync(None));
        Assert.Equal(NtStatus.Success, await added.RenameAsync("replaced", true, None));

        Assert.Equal((1, "deleted"), (await deleted.ReadAsync(0, new byte[9], None), (await deleted.GetEntryAsync(None)).Name));
        Assert.Equal(2, await replaced.ReadAsync(0, new byte[9], None));
        Assert.Equal(3, await added.ReadAsync(0, new byte[9], None));
    }

    [Fact]
    public async Task Numbers_are_the_same_for_another_store_of_the_folder()
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("dir/file");
        await using ISmbStoreNode one = (await _folder.Open(@"dir\file")).Node!;
        await using ISmbStoreNode two = (await new FolderFileStore(_folder.Inside).OpenAsync(@"DIR\FILE", false, None)).Node!;

        Assert.Equal((await one.GetEntryAsync(None)).FileId, (await two.GetEntryAsync(None)).FileId);
    }

    [Fact]
    public async Task A_dot_hides_and_nothing_else_does()
    {
        _folder.MakeFile(".dot");
        _folder.MakeFile("plain");
        await using ISmbStoreNode dot = (await _folder.Open(".dot")).Node!;
        await using ISmbStoreNode plain = (await _folder.Open("plain")).Node!;
        Assert.Equal(FileAttributes.Normal, (await plain.GetEntryAsync(None)).Attributes);
        Assert.Equal(NtStatus.Success, await plain.SetTimesAsync(default, FileAttributes.Hidden | FileAttributes.System | FileAttributes.Archive, None));

        Assert.Equal(FileAttributes.Hidden, (await dot.GetEntryAsync(None)).Attributes);
        Assert.Equal(FileAttributes.Hidden | FileAttributes.System | FileAttributes.Archive, (await plain.GetEntryAsync(None)).Attributes);
    }

    [Fact]
    public async Task What_the_file_system_has_no_place_for_goes_with_the_file()
    {
        DateTimeOffset then = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        ISmbStoreNode node = (await _folder.Create("old")).Node!;
        Assert.Equal(NtStatus.Success, await node.SetTimesAsync(new SmbStoreTimes { CreationTime = then }, FileAttributes.Hidden, None));
        Assert.Equal(NtStatus.Success, await node.RenameAsync("new", false, None));
        await node.DisposeAsync();
        await using ISmbStoreNode another = (await _folder.Create("old")).Node!;
        await using ISmbStoreNode root = (await _folder.Open("")).Node!;

        SmbStoreEntry renamed = (await root.ListAsync(None)).Single(e => e.Name == "new");
        SmbStoreEntry inItsPlace = await another.GetEntryAsync(None);

        Assert.Equal((then, FileAttributes.Hidden), (renamed.CreationTime, renamed.Attributes));
        Assert.NotEqual(then, inItsPlace.CreationTime);
        Assert.Equal(FileAttributes.Normal, inItsPlace.Attributes & ~FileAttributes.Archive);
    }

    [Fact]
    public async Task A_directory_that_may_not_be_written_keeps_files_out()
    {
        _folder.MakeDirectory("dir");
        _folder.MakeFile("dir/file");
        _folder.Protect("dir/file", UnixFileMode.UserRead);
        _folder.Protect("dir", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                // Nothing is denied to root.
                await using ISmbStoreNode made = (await _folder.Create(@"dir\new")).Node!;
                return;
            }

            Assert.Equal(NtStatus.AccessDenied, (await _folder.Create(@"dir\new")).Status);
            Assert.Equal(NtStatus.AccessDenied, (await _folder.Create(@"dir\new", isDirectory: true)).Status);
            Assert.Equal(NtStatus.AccessDenied, (await _folder.Open(@"dir\file", forWriting: true)).Status);
            await using ISmbStoreNode node = (await _folder.Open(@"dir\file")).Node!;
            Assert.Equal(NtStatus.AccessDenied, await node.DeleteAsync(None));
            Assert.Equal(NtStatus.AccessDenied, await node.RenameAsync("elsewhere", false, None));
        }
        finally
        {
            _folder.Protect("dir", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_file_opened_for_reading_is_not_written()
    {
        _folder.MakeFile("file");
        await using ISmbStoreNode node = (await _folder.Open("file")).Node!;

        Assert.Equal(NtStatus.AccessDenied, await node.WriteAsync(0, new byte[1], None));
        Assert.NotEqual(NtStatus.Success, await node.SetLengthAsync(0, None));
        Assert.Equal("content", File.ReadAllText(_folder.Local("file")));
    }

    [Fact]
    public async Task A_closed_file_fails_in_words_of_a_store()
    {
        _folder.MakeFile("file");
        ISmbStoreNode node = (await _folder.Open("file", forWriting: true)).Node!;
        await node.DisposeAsync();
        await node.DisposeAsync();

        Assert.Equal(NtStatus.FileClosed, await node.WriteAsync(0, new byte[1], None));
        Assert.Equal(NtStatus.FileClosed, await node.SetLengthAsync(0, None));
        Assert.Equal(NtStatus.FileClosed, await node.FlushAsync(None));
        await Assert.ThrowsAsync<IOException>(async () => await node.ReadAsync(0, new byte[1], None));
        await Assert.ThrowsAsync<IOException>(async () => await node.GetEntryAsync(None));
    }

    [Fact]
    public async Task A_directory_of_another_file_system_is_not_moved_into()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm") && Directory.Exists("/dev/pts"), "Needs two file systems.");
        var store = new FolderFileStore("/dev");
        string name = "smbclient-" + Guid.NewGuid().ToString("N");
        string local = Path.Join("/dev/shm", name);
        File.WriteAllText(local, "content");
        try
        {
            await using ISmbStoreNode node = (await store.OpenAsync(@"shm\" + name, true, None)).Node!;
            Assert.Equal(NtStatus.NotSameDevice, await node.RenameAsync(name, false, None));
            Assert.Equal(NtStatus.AccessDenied, (await store.OpenAsync("zero", false, None)).Status);
        }
        finally
        {
            File.Delete(local);
        }
    }

    private async Task<long> Length(string path)
    {
        await using ISmbStoreNode node = (await _folder.Open(path)).Node!;
        return (await node.GetEntryAsync(None)).Length;
    }
}
