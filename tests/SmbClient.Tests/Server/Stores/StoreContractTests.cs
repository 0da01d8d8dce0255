using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server;
using Xunit;

namespace SmbClient.Tests.Server.Stores;

/// <summary>What every store promises: each sentence of ISmbFileStore and ISmbStoreNode. A derived class supplies the store.</summary>
public abstract partial class StoreContractTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    protected StoreContractTests(ISmbFileStore store) => Store = store;

    protected ISmbFileStore Store { get; }

    [Fact]
    public async Task The_root_is_a_directory_without_a_name()
    {
        await using ISmbStoreNode root = await Open("");
        SmbStoreEntry entry = await root.GetEntryAsync(None);

        Assert.Equal("", entry.Name);
        Assert.True(entry.IsDirectory);
        Assert.Equal(0, entry.Length);
        Assert.Empty(await root.ListAsync(None));
    }

    [Fact]
    public async Task A_volume_has_a_short_label_and_room()
    {
        Assert.InRange(Store.Volume.Label.Length, 0, 32);
        Assert.InRange(Store.Volume.MaxNameLength, 1, 255);
        SmbStoreSpace space = await Store.GetSpaceAsync(None);
        Assert.InRange(space.FreeOctets, 1, space.TotalOctets);
    }

    [Fact]
    public async Task A_new_file_is_empty_and_open_for_writing()
    {
        DateTimeOffset before = (await Entry("")).LastWriteTime.AddDays(-1);
        await using ISmbStoreNode node = await Create("Report.txt");
        SmbStoreEntry entry = await node.GetEntryAsync(None);

        Assert.Equal("Report.txt", entry.Name);
        Assert.False(entry.IsDirectory);
        Assert.Equal(0, entry.Length);
        Assert.Equal(0, entry.AllocationSize);
        Assert.Equal(1, entry.LinkCount);
        Assert.All([entry.CreationTime, entry.LastWriteTime, entry.LastAccessTime, entry.ChangeTime], t => Assert.InRange(t, before, before.AddDays(3)));
        Assert.Equal(NtStatus.Success, await node.WriteAsync(0, "abc"u8.ToArray(), None));
    }

    [Fact]
    public async Task A_new_directory_is_empty()
    {
        await using ISmbStoreNode node = await Create("Folder", isDirectory: true);
        SmbStoreEntry entry = await node.GetEntryAsync(None);

        Assert.Equal("Folder", entry.Name);
        Assert.True(entry.IsDirectory);
        Assert.True((entry.Attributes & FileAttributes.Directory) != 0);
        Assert.Equal(0, entry.Length);
        Assert.Empty(await node.ListAsync(None));
    }

    [Theory]
    [InlineData("missing", NtStatus.ObjectNameNotFound)]
    [InlineData(@"missing\file", NtStatus.ObjectPathNotFound)]
    [InlineData(@"missing\deeper\file", NtStatus.ObjectPathNotFound)]
    [InlineData(@"dir\missing", NtStatus.ObjectNameNotFound)]
    [InlineData(@"dir\missing\file", NtStatus.ObjectPathNotFound)]
    [InlineData(@"file\below", NtStatus.ObjectPathNotFound)]
    [InlineData(@"file\below\deeper", NtStatus.ObjectPathNotFound)]
    public async Task What_is_not_there_is_not_opened(string path, NtStatus expected)
    {
        await Make("dir", isDirectory: true);
        await Make("file");

        Assert.Equal(SmbStoreResult.Refused(expected), await Store.OpenAsync(path, forWriting: false, None));
        Assert.Equal(SmbStoreResult.Refused(expected), await Store.OpenAsync(path, forWriting: true, None));
    }

    [Theory]
    [InlineData("file", false, NtStatus.ObjectNameCollision)]
    [InlineData("file", true, NtStatus.ObjectNameCollision)]
    [InlineData("dir", false, NtStatus.ObjectNameCollision)]
    [InlineData("dir", true, NtStatus.ObjectNameCollision)]
    [InlineData("FILE", false, NtStatus.ObjectNameCollision)]
    [InlineData("DIR", true, NtStatus.ObjectNameCollision)]
    [InlineData("", true, NtStatus.ObjectNameCollision)]
    [InlineData(@"missing\file", false, NtStatus.ObjectPathNotFound)]
    [InlineData(@"missing\dir", true, NtStatus.ObjectPathNotFound)]
    [InlineData(@"file\below", false, NtStatus.ObjectPathNotFound)]
    [InlineData(@"file\below", true, NtStatus.ObjectPathNotFound)]
    public async Task What_cannot_be_made_is_not_made(string path, bool isDirectory, NtStatus expected)
    {
        await Make("dir", isDirectory: true);
        await Make("file");

        Assert.Equal(SmbStoreResult.Refused(expected), await Store.CreateAsync(path, isDirectory, FileAttributes.Normal, None));
        Assert.Equal(["dir", "file"], await Names(""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_many_who_make_the_same_one_succeeds(bool isDirectory)
    {
        using var start = new Barrier(8);
        Task<SmbStoreResult>[] tasks = [.. Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Store.CreateAsync(i % 2 == 0 ? "same" : "SAME", isDirectory, FileAttributes.Normal, None).AsTask();
            },
            None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap())];
        SmbStoreResult[] results = await Task.WhenAll(tasks);

        SmbStoreResult one = Assert.Single(results, r => r.Status == NtStatus.Success);
        Assert.All(results.Where(r => r != one), r => Assert.Equal(SmbStoreResult.Refused(NtStatus.ObjectNameCollision), r));
        await one.Node!.DisposeAsync();
        Assert.Single(await Names(""));
    }

    [Fact]
    public async Task Many_who_make_rename_and_delete_the_same_names_get_statuses_and_nothing_is_lost()
    {
        await Make("a", isDirectory: true);
        await Make("b", isDirectory: true);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 60; i++)
            {
                string path = $"{"ab"[random.Next(2)]}\\{"xXyY"[random.Next(4)]}";
                string other = $"{"ab"[random.Next(2)]}\\{"xXyY"[random.Next(4)]}";
                SmbStoreResult made = await Store.CreateAsync(path, random.Next(3) == 0, FileAttributes.Normal, None);
                SmbStoreResult opened = await Store.OpenAsync(other, forWriting: true, None);
                if (made.Node is { } node)
                {
                    await node.RenameAsync(other, random.Next(2) == 0, None);
                    await node.DisposeAsync();
                }

                if (opened.Node is { } old)
                {
                    await old.DeleteAsync(None);
                    await old.DisposeAsync();
                }

                Assert.InRange((await Names("a")).Length + (await Names("b")).Length, 0, 4);
            }
        })));

        foreach (string name in (await Names("a")).Select(n => $"a\\{n}").Concat((await Names("b")).Select(n => $"b\\{n}")))
        {
            await Delete(name);
        }

        Assert.Empty((await Names("a")).Concat(await Names("b")));
    }

    [Fact]
    public async Task Names_compare_without_case_and_keep_their_spelling()
    {
        await Make("Ordner", isDirectory: true);
        await Make(@"ORDNER\Größe.TXT");

        await using ISmbStoreNode node = await Open(@"ordner\GRÖßE.txt");
        Assert.Equal("Größe.TXT", (await node.GetEntryAsync(None)).Name);
        Assert.Equal(["Ordner"], await Names(""));
        Assert.Equal(["Größe.TXT"], await Names("oRDNER"));
    }

    [Theory]
    [InlineData("with spaces and (signs) & more; +=[]!@#$%^'`{}~,-_.ext")]
    [InlineData("日本語のファイル名.txt")]
    [InlineData("emoji \U0001F4C1 pair")]
    [InlineData("many.dots.in.a.name")]
    [InlineData(".hidden")]
    [InlineData("ümlaut e\u0301 composed and not")]
    public async Task Names_of_all_kinds_come_back_as_they_were(string name)
    {
        await Write(name, "content");

        Assert.Equal([name], await Names(""));
        Assert.Equal("content", await Read(name));
        Assert.Equal(name, (await Entry(name)).Name);
    }

    [Fact]
    public async Task The_longest_name_is_kept_and_longer_ones_are_refused()
    {
        string longest = new('n', Store.Volume.MaxNameLength);
        await Make(longest);

        Assert.Equal([longest], await Names(""));
        Assert.Null((await Store.CreateAsync(longest + "n", false, FileAttributes.Normal, None)).Node);
    }

    [Fact]
    public async Task A_listing_says_what_opening_says()
    {
        await Make("dir", isDirectory: true);
        await Write(@"dir\a", "some content");
        await Make(@"dir\b", isDirectory: true);

        await using ISmbStoreNode dir = await Open("dir");
        IReadOnlyList<SmbStoreEntry> entries = await dir.ListAsync(None);

        Assert.Equal(["a", "b"], entries.Select(e => e.Name).Order(StringComparer.Ordinal));
        foreach (SmbStoreEntry entry in entries)
        {
            Assert.Equal(await Entry(@"dir\" + entry.Name), entry);
        }
    }

    [Fact]
    public async Task Many_entries_are_all_listed()
    {
        string[] names = [.. Enumerable.Range(0, 300).Select(i => $"file {i:D4}")];
        foreach (string name in names)
        {
            await Make(name);
        }

        Assert.Equal(names, await Names(""));
    }

    [Fact]
    public async Task Numbers_differ_between_files_and_stay_with_them()
    {
        await Make("dir", isDirectory: true);
        await Make("a");
        await Make(@"dir\a");
        ulong[] before = [await Id(""), await Id("dir"), await Id("a"), await Id(@"dir\a")];
        Assert.Equal(before.Length, before.Distinct().Count());
        Assert.DoesNotContain(0UL, before);

        await Rename("dir", "other");
        await Rename("a", @"other\b");
        await Make("a");

        ulong[] after = [await Id("other"), await Id(@"other\b"), await Id(@"other\a")];
        Assert.Equal(before[1..], after);
        Assert.DoesNotContain(await Id("a"), before);
        Assert.Equal(before[0], await Id(""));
    }

    [Fact]
    public async Task Changes_are_told_until_the_watch_is_disposed()
    {
        await Make("dir", isDirectory: true);
        await Make(@"dir\sub", isDirectory: true);
        var heard = new ChangeRecorder();
        using (Store.Watch("dir", recursive: false, heard.Hear))
        {
            await Make(@"dir\one");
            Assert.Contains(SmbChangeFilter.FileName, Split(await heard.Next(SmbDirectoryChangeKind.Added, "one")));
            await Write(@"dir\one", "content");
            Assert.Contains(SmbChangeFilter.Size, Split(await heard.Next(SmbDirectoryChangeKind.Modified, "one")));
            await Rename(@"dir\one", @"dir\two");
            Assert.Equal("one", (await heard.Next(SmbDirectoryChangeKind.RenamedTo, "two")).OldPath);
            await Make(@"dir\sub\unheard");
            await Make(@"dir\folder", isDirectory: true);
            Assert.Contains(SmbChangeFilter.DirectoryName, Split(await heard.Next(SmbDirectoryChangeKind.Added, "folder")));
            await Delete(@"dir\two");
            Assert.Contains(SmbChangeFilter.FileName, Split(await heard.Next(SmbDirectoryChangeKind.Removed, "two")));
        }

        Assert.DoesNotContain(heard.All, c => c?.Path.Contains("unheard", StringComparison.Ordinal) == true);
        int count = heard.All.Count;
        await Make(@"dir\three");
        Assert.Equal(count, heard.All.Count);
    }

    [Fact]
    public async Task A_recursive_watch_hears_of_what_is_below()
    {
        await Make("dir", isDirectory: true);
        await Make(@"dir\sub", isDirectory: true);
        var heard = new ChangeRecorder();
        using IDisposable watch = Store.Watch("", recursive: true, heard.Hear);

        await Make(@"dir\sub\deep");
        await heard.Next(SmbDirectoryChangeKind.Added, @"dir\sub\deep");
        await Delete(@"dir\sub\deep");
        await heard.Next(SmbDirectoryChangeKind.Removed, @"dir\sub\deep");
    }

    protected async Task<ISmbStoreNode> Open(string path, bool forWriting = false)
    {
        SmbStoreResult result = await Store.OpenAsync(path, forWriting, None);
        Assert.Equal(NtStatus.Success, result.Status);
        return result.Node!;
    }

    protected async Task<ISmbStoreNode> Create(string path, bool isDirectory = false, FileAttributes attributes = FileAttributes.Normal)
    {
        SmbStoreResult result = await Store.CreateAsync(path, isDirectory, attributes, None);
        Assert.Equal(NtStatus.Success, result.Status);
        return result.Node!;
    }

    protected async Task Make(string path, bool isDirectory = false) => await (await Create(path, isDirectory)).DisposeAsync();

    protected async Task Write(string path, string content)
    {
        SmbStoreResult made = await Store.CreateAsync(path, false, FileAttributes.Normal, None);
        await using ISmbStoreNode node = made.Node ?? await Open(path, forWriting: true);
        Assert.Equal(NtStatus.Success, await node.SetLengthAsync(0, None));
        Assert.Equal(NtStatus.Success, await node.WriteAsync(0, Encoding.UTF8.GetBytes(content), None));
    }

    protected async Task<string> Read(string path)
    {
        await using ISmbStoreNode node = await Open(path);
        return await Read(node);
    }

    protected static async Task<string> Read(ISmbStoreNode node)
    {
        byte[] buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, await node.ReadAsync(0, buffer, None));
    }

    protected async Task<SmbStoreEntry> Entry(string path)
    {
        await using ISmbStoreNode node = await Open(path);
        return await node.GetEntryAsync(None);
    }

    protected async Task<ulong> Id(string path) => (await Entry(path)).FileId;

    protected async Task<string[]> Names(string path)
    {
        await using ISmbStoreNode node = await Open(path);
        return [.. (await node.ListAsync(None)).Select(e => e.Name).Order(StringComparer.Ordinal)];
    }

    protected async Task Rename(string path, string to, bool replaceExisting = false)
    {
        await using ISmbStoreNode node = await Open(path);
        Assert.Equal(NtStatus.Success, await node.RenameAsync(to, replaceExisting, None));
    }

    protected async Task Delete(string path)
    {
        await using ISmbStoreNode node = await Open(path);
        Assert.Equal(NtStatus.Success, await node.DeleteAsync(None));
    }

    protected async Task AssertMissing(string path) => Assert.Equal(NtStatus.ObjectNameNotFound, (await Store.OpenAsync(path, false, None)).Status);

    private static SmbChangeFilter[] Split(SmbStoreChange change) => [.. Enum.GetValues<SmbChangeFilter>().Where(f => (change.Aspects & f) == f)];
}
