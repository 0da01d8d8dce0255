using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Server;
using Xunit;

namespace SmbClient.Tests.Server.Stores;

/// <summary>What every store promises of open files: content, times, renaming and deletion.</summary>
public abstract partial class StoreContractTests
{
    [Fact]
    public async Task What_is_written_is_read()
    {
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        await using ISmbStoreNode node = await Create("file");
        for (int at = 0; at < content.Length; at += 100_000)
        {
            Assert.Equal(NtStatus.Success, await node.WriteAsync(at, content.AsMemory(at, 100_000), None));
        }

        Assert.Equal(NtStatus.Success, await node.FlushAsync(None));
        byte[] read = new byte[400_000];
        Assert.Equal(300_000, await node.ReadAsync(0, read, None));
        Assert.Equal(content, read[..300_000]);
        Assert.Equal(10, await node.ReadAsync(299_990, read.AsMemory(0, 100), None));
        Assert.Equal(content[299_990..], read[..10]);
        SmbStoreEntry entry = await node.GetEntryAsync(None);
        Assert.Equal(300_000, entry.Length);
        Assert.True(entry.AllocationSize >= 300_000);
    }

    [Fact]
    public async Task There_is_nothing_at_the_end_and_beyond()
    {
        await Write("file", "abc");
        await using ISmbStoreNode node = await Open("file");

        Assert.Equal(0, await node.ReadAsync(3, new byte[10], None));
        Assert.Equal(0, await node.ReadAsync(1L << 40, new byte[10], None));
        Assert.Equal(0, await node.ReadAsync(0, Memory<byte>.Empty, None));
    }

    [Fact]
    public async Task A_gap_is_zeros()
    {
        await using ISmbStoreNode node = await Create("file");
        Assert.Equal(NtStatus.Success, await node.WriteAsync(2, new byte[] { 1 }, None));
        Assert.Equal(NtStatus.Success, await node.WriteAsync(10_000, new byte[] { 2 }, None));

        byte[] read = new byte[20_000];
        Assert.Equal(10_001, await node.ReadAsync(0, read, None));
        Assert.Equal([0, 0, 1, 0], read[..4]);
        Assert.Equal(2, read[10_000]);
        Assert.DoesNotContain(read[3..10_000], b => b != 0);
    }

    [Fact]
    public async Task Nothing_written_changes_nothing()
    {
        await using ISmbStoreNode node = await Create("file");

        Assert.Equal(NtStatus.Success, await node.WriteAsync(100, ReadOnlyMemory<byte>.Empty, None));
        Assert.Equal(0, (await node.GetEntryAsync(None)).Length);
    }

    [Fact]
    public async Task A_file_is_cut_and_extended_with_zeros()
    {
        await Write("file", "0123456789");
        await using ISmbStoreNode node = await Open("file", forWriting: true);

        Assert.Equal(NtStatus.Success, await node.SetLengthAsync(4, None));
        Assert.Equal("0123", await Read("file"));
        Assert.Equal(NtStatus.Success, await node.SetLengthAsync(8, None));
        Assert.Equal("0123\0\0\0\0", await Read("file"));
        Assert.Equal(8, (await node.GetEntryAsync(None)).Length);
    }

    [Fact]
    public async Task Absurd_offsets_are_refused()
    {
        await using ISmbStoreNode node = await Create("file");

        Assert.NotEqual(NtStatus.Success, await node.WriteAsync(long.MaxValue, new byte[10], None));
        Assert.NotEqual(NtStatus.Success, await node.WriteAsync(-1, new byte[10], None));
        Assert.NotEqual(NtStatus.Success, await node.SetLengthAsync(-1, None));
        Assert.Equal(0, (await node.GetEntryAsync(None)).Length);
    }

    [Fact]
    public async Task Two_who_have_a_file_open_see_the_same()
    {
        await using ISmbStoreNode one = await Create("file");
        await using ISmbStoreNode two = await Open("FILE", forWriting: true);

        Assert.Equal(NtStatus.Success, await one.WriteAsync(0, "one"u8.ToArray(), None));
        Assert.Equal("one", await Read(two));
        Assert.Equal(NtStatus.Success, await two.WriteAsync(3, "two"u8.ToArray(), None));
        Assert.Equal("onetwo", await Read(one));
    }

    [Fact]
    public async Task Reads_and_writes_side_by_side_do_not_mix()
    {
        const int Size = 10_000;
        await using ISmbStoreNode node = await Create("file");
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
        {
            byte[] mine = new byte[Size];
            Array.Fill(mine, (byte)(i + 1));
            Assert.Equal(NtStatus.Success, await node.WriteAsync(i * Size, mine, None));
            byte[] back = new byte[Size];
            Assert.Equal(Size, await node.ReadAsync(i * Size, back, None));
            Assert.Equal(mine, back);
        })));

        Assert.Equal(32 * Size, (await node.GetEntryAsync(None)).Length);
    }

    [Fact]
    public async Task Times_are_set_and_others_left()
    {
        await Write("file", "content");
        await Make("dir", isDirectory: true);
        DateTimeOffset written = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        DateTimeOffset accessed = new(2002, 3, 4, 5, 6, 7, TimeSpan.Zero);
        foreach (string name in (string[])["file", "dir"])
        {
            await using (ISmbStoreNode node = await Open(name))
            {
                Assert.Equal(NtStatus.Success, await node.SetTimesAsync(new SmbStoreTimes { LastWriteTime = written }, null, None));
                Assert.Equal(NtStatus.Success, await node.SetTimesAsync(new SmbStoreTimes { LastAccessTime = accessed }, null, None));
            }

            SmbStoreEntry entry = await Entry(name);
            Assert.Equal(written, entry.LastWriteTime);
            Assert.Equal(accessed, entry.LastAccessTime);
        }
    }

    [Fact]
    public async Task ReadOnly_is_kept_and_taken_away()
    {
        await using (ISmbStoreNode node = await Create("file", attributes: FileAttributes.ReadOnly))
        {
            Assert.True(((await node.GetEntryAsync(None)).Attributes & FileAttributes.ReadOnly) != 0);
            Assert.Equal(NtStatus.Success, await node.WriteAsync(0, "still open for writing"u8.ToArray(), None));
            Assert.Equal(NtStatus.Success, await node.SetTimesAsync(default, FileAttributes.Normal, None));
            Assert.True(((await node.GetEntryAsync(None)).Attributes & FileAttributes.ReadOnly) == 0);
            Assert.Equal(NtStatus.Success, await node.SetTimesAsync(default, FileAttributes.ReadOnly, None));
        }

        Assert.True(((await Entry("file")).Attributes & FileAttributes.ReadOnly) != 0);
        Assert.True(((await Entry("file")).Attributes & FileAttributes.Directory) == 0);
    }

    [Fact]
    public async Task Attributes_cannot_make_a_directory_of_a_file_or_the_other_way()
    {
        await Make("file");
        await Make("dir", isDirectory: true);
        await using ISmbStoreNode file = await Open("file");
        await using ISmbStoreNode dir = await Open("dir");

        await file.SetTimesAsync(default, FileAttributes.Directory, None);
        await dir.SetTimesAsync(default, FileAttributes.Normal, None);

        Assert.False((await file.GetEntryAsync(None)).IsDirectory);
        Assert.True((await dir.GetEntryAsync(None)).IsDirectory);
    }

    [Fact]
    public async Task A_file_stays_open_when_it_is_renamed()
    {
        await Write("old", "content");
        await Make("dir", isDirectory: true);
        await using ISmbStoreNode node = await Open("old", forWriting: true);
        await using ISmbStoreNode other = await Open("old");

        Assert.Equal(NtStatus.Success, await node.RenameAsync(@"dir\New", false, None));

        Assert.Equal("New", (await node.GetEntryAsync(None)).Name);
        Assert.Equal("New", (await other.GetEntryAsync(None)).Name);
        Assert.Equal("content", await Read(other));
        Assert.Equal(NtStatus.Success, await node.WriteAsync(0, "CON"u8.ToArray(), None));
        Assert.Equal("CONtent", await Read(@"dir\new"));
        await AssertMissing("old");
        Assert.Equal(NtStatus.Success, await other.RenameAsync("again", false, None));
        Assert.Equal("again", (await node.GetEntryAsync(None)).Name);
    }

    [Fact]
    public async Task What_is_open_below_a_renamed_directory_stays_open()
    {
        await Make("dir", isDirectory: true);
        await Make(@"dir\sub", isDirectory: true);
        await Write(@"dir\sub\file", "content");
        await using ISmbStoreNode dir = await Open("dir");
        await using ISmbStoreNode sub = await Open(@"dir\sub");
        await using ISmbStoreNode file = await Open(@"dir\sub\file", forWriting: true);

        Assert.Equal(NtStatus.Success, await dir.RenameAsync("moved", false, None));

        Assert.Equal("moved", (await dir.GetEntryAsync(None)).Name);
        Assert.Equal("file", Assert.Single(await sub.ListAsync(None)).Name);
        Assert.Equal("content", await Read(file));
        Assert.Equal("content", await Read(@"moved\sub\file"));
        Assert.Equal(NtStatus.Success, await file.RenameAsync("here", false, None));
        Assert.Equal(["here", "moved"], await Names(""));
        Assert.Equal(NtStatus.Success, await sub.DeleteAsync(None));
        Assert.Empty(await Names("moved"));
    }

    [Theory]
    [InlineData("file", "other", false, NtStatus.ObjectNameCollision)]
    [InlineData("file", "OTHER", false, NtStatus.ObjectNameCollision)]
    [InlineData("file", "dir", false, NtStatus.ObjectNameCollision)]
    [InlineData("file", "dir", true, NtStatus.AccessDenied)]
    [InlineData("dir", "other", false, NtStatus.ObjectNameCollision)]
    [InlineData("dir", "second", false, NtStatus.ObjectNameCollision)]
    [InlineData("dir", "second", true, NtStatus.AccessDenied)]
    [InlineData("file", @"missing\file", false, NtStatus.ObjectPathNotFound)]
    [InlineData("file", @"other\file", false, NtStatus.ObjectPathNotFound)]
    public async Task What_may_not_be_renamed_stays(string path, string to, bool replaceExisting, NtStatus expected)
    {
        await Write("file", "file");
        await Write("other", "other");
        await Make("dir", isDirectory: true);
        await Make("second", isDirectory: true);
        await using (ISmbStoreNode node = await Open(path))
        {
            Assert.Equal(expected, await node.RenameAsync(to, replaceExisting, None));
            Assert.Equal(path, (await node.GetEntryAsync(None)).Name);
        }

        Assert.Equal(["dir", "file", "other", "second"], await Names(""));
        Assert.Equal("other", await Read("other"));
    }

    [Fact]
    public async Task A_directory_does_not_go_below_itself_and_the_root_stays()
    {
        await Make("dir", isDirectory: true);
        await using ISmbStoreNode dir = await Open("dir");
        await using ISmbStoreNode root = await Open("");

        Assert.NotEqual(NtStatus.Success, await dir.RenameAsync(@"dir\inner", false, None));
        Assert.NotEqual(NtStatus.Success, await root.RenameAsync("other", false, None));
        Assert.NotEqual(NtStatus.Success, await dir.RenameAsync("", true, None));
        Assert.NotEqual(NtStatus.Success, await root.DeleteAsync(None));
        Assert.Equal(["dir"], await Names(""));
    }

    [Fact]
    public async Task A_file_is_replaced_and_those_who_have_it_open_do_not_get_the_new_one()
    {
        await Write("new", "new");
        await Write("Target", "old");
        await using ISmbStoreNode replaced = await Open("target");
        await Rename("new", "target", replaceExisting: true);

        Assert.Equal(["target"], await Names(""));
        Assert.Equal("new", await Read("target"));
        Assert.NotEqual("new", await Read(replaced));
        Assert.NotEqual(NtStatus.Success, await replaced.DeleteAsync(None));
        Assert.Equal(["target"], await Names(""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_of_case_is_no_collision(bool isDirectory)
    {
        await Make("name", isDirectory);
        await Rename("name", "NAME");

        Assert.Equal(["NAME"], await Names(""));
        await Rename("name", "NAME");
        Assert.Equal(["NAME"], await Names(""));
    }

    [Fact]
    public async Task What_is_deleted_is_gone_and_is_not_what_comes_after_it()
    {
        await Write("file", "content");
        await using ISmbStoreNode node = await Open("file", forWriting: true);
        await using ISmbStoreNode other = await Open("file", forWriting: true);

        Assert.Equal(NtStatus.Success, await node.DeleteAsync(None));

        await AssertMissing("file");
        Assert.Empty(await Names(""));
        await Write("file", "another");
        Assert.NotEqual(NtStatus.Success, await other.DeleteAsync(None));
        Assert.NotEqual(NtStatus.Success, await other.RenameAsync("back", false, None));
        Assert.Equal("another", await Read("file"));
        Assert.Equal(["file"], await Names(""));
    }

    [Fact]
    public async Task A_directory_is_deleted_when_it_is_empty()
    {
        await Make("dir", isDirectory: true);
        await Make(@"dir\file");
        await using ISmbStoreNode dir = await Open("dir");

        Assert.Equal(NtStatus.DirectoryNotEmpty, await dir.DeleteAsync(None));
        await Delete(@"dir\file");
        Assert.Equal(NtStatus.Success, await dir.DeleteAsync(None));
        await AssertMissing("dir");
        Assert.Equal(NtStatus.ObjectPathNotFound, (await Store.CreateAsync(@"dir\file", false, FileAttributes.Normal, None)).Status);
    }

    [Fact]
    public async Task A_deleted_name_is_free_in_every_spelling()
    {
        for (int i = 0; i < 10; i++)
        {
            string name = i % 2 == 0 ? "Name" : "nAME";
            await Make(name, isDirectory: i % 3 == 0);
            Assert.Equal([name], await Names(""));
            await Delete("name");
        }

        Assert.Empty(await Names(""));
    }
}
