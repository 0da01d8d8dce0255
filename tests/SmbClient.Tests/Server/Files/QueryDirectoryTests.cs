using System;
using System.Collections.Generic;
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

/// <summary>Listings, [MS-SMB2] 3.3.5.18.</summary>
public class QueryDirectoryTests
{
    private const FileInformationClass Names = FileInformationClass.Names;
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestTree _share = new();

    public QueryDirectoryTests()
    {
        _share.Store.AddFile(@"d\b.txt", [1, 2, 3]);
        _share.Store.AddFile(@"d\A.TXT", []);
        _share.Store.AddFile(@"d\c", []);
        _share.Store.AddDirectory(@"d\Sub");
        _share.Store.AddDirectory("empty");
    }

    [Theory]
    [InlineData("*", ". .. A.TXT b.txt c Sub")]
    [InlineData("", ". .. A.TXT b.txt c Sub")]
    [InlineData("*.txt", "A.TXT b.txt")]
    [InlineData("sub", "Sub")]
    [InlineData("?", ". c")]
    [InlineData("..", "..")]
    [InlineData("<.txt", "A.TXT b.txt")]
    public async Task Patterns(string pattern, string names)
    {
        FileOpen open = await _share.OpenAsync("d");

        Assert.Equal(names.Split(' '), await ListAsync(open, pattern));
        Assert.Equal(NtStatus.NoMoreFiles, (await NextAsync(open, "*")).Status);
    }

    [Theory]
    [InlineData("no", NtStatus.NoSuchFile)]
    [InlineData(@"d\c", NtStatus.ObjectNameInvalid)]
    [InlineData("d/c", NtStatus.ObjectNameInvalid)]
    [InlineData("a\0", NtStatus.ObjectNameInvalid)]
    public async Task Patterns_without_answer(string pattern, NtStatus status)
    {
        FileOpen open = await _share.OpenAsync("d");

        Assert.Equal(status, (await NextAsync(open, pattern)).Status);
    }

    [Fact]
    public async Task Nothing_is_said_once_as_no_such_file()
    {
        FileOpen open = await _share.OpenAsync("d");

        Assert.Equal(NtStatus.NoSuchFile, (await NextAsync(open, "no")).Status);
        Assert.Equal(NtStatus.NoMoreFiles, (await NextAsync(open, "*")).Status);
        Assert.Equal(NtStatus.Success, (await NextAsync(open, "*", restart: true)).Status);
    }

    [Theory]
    [InlineData("d", 0x00000080u, NtStatus.AccessDenied)]
    [InlineData("d", 0x00000001u, NtStatus.Success)]
    [InlineData(@"d\c", 0x00000001u, NtStatus.InvalidParameter)]
    public async Task Rights(string path, uint access, NtStatus status) =>
        Assert.Equal(status, (await NextAsync(await _share.OpenAsync(path, (AccessMask)access), "*")).Status);

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    [InlineData(78)]
    [InlineData(255)]
    public async Task Other_classes(byte informationClass) => Assert.Equal(
        NtStatus.InvalidInfoClass,
        (await (await _share.OpenAsync("d")).QueryDirectoryAsync((FileInformationClass)informationClass, "*", restart: false, single: false, 4096, None)).Status);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(37)]
    [InlineData(38)]
    [InlineData(60)]
    public async Task Every_class_and_every_size_of_buffer(byte informationClass)
    {
        FileInformationClass layout = (FileInformationClass)informationClass;
        FileOpen open = await _share.OpenAsync("d");
        List<DirectoryEntry> whole = Decode(await open.QueryDirectoryAsync(layout, "*", restart: true, single: false, 65536, None), layout);
        int smallest = new DirectoryEntryLayout(layout, Encoding.Unicode).FixedSize + 2;
        for (int room = 0; room < 700; room++)
        {
            QueryOutcome outcome = await open.QueryDirectoryAsync(layout, "*", restart: true, single: false, room, None);
            Assert.Equal(room < smallest ? NtStatus.InfoLengthMismatch : NtStatus.Success, outcome.Status);
            List<DirectoryEntry> entries = room < smallest ? [] : Decode(outcome, layout);
            while (entries.Count is > 0 and < 6)
            {
                // The room that the first one took may be too small for a later one.
                outcome = await open.QueryDirectoryAsync(layout, "*", restart: false, single: false, Math.Max(room, 200), None);
                Assert.Equal(NtStatus.Success, outcome.Status);
                entries.AddRange(Decode(outcome, layout));
            }

            Assert.True(room < smallest || entries.SequenceEqual(whole));
        }
    }

    [Fact]
    public async Task Entries_say_what_the_file_says()
    {
        FileOpen open = await _share.OpenAsync("d");
        FileOpen file = await _share.OpenAsync(@"d\b.txt");
        SmbClient.Server.SmbStoreEntry entry = (await file.GetEntryAsync(None))!;

        DirectoryEntry listed = Decode(await NextAsync(open, "b*", FileInformationClass.IdBothDirectory), FileInformationClass.IdBothDirectory).Single();
        DirectoryEntry sub = Decode(await NextAsync(open, "s*", FileInformationClass.IdExtdDirectory, restart: true), FileInformationClass.IdExtdDirectory).Single();

        long now = FileTime.FromDateTimeOffset(_share.Clock.GetUtcNow());
        Assert.Equal(
            new DirectoryEntry
            {
                FileName = "b.txt",
                ShortName = "",
                CreationTime = now,
                LastAccessTime = now,
                LastWriteTime = now,
                ChangeTime = now,
                EndOfFile = 3,
                AllocationSize = 512,
                FileAttributes = FileAttributes.Archive,
                FileId = entry.FileId,
            },
            listed);
        Assert.Equal((FileAttributes.Directory, 0L), (sub.FileAttributes, sub.EndOfFile));
    }

    [Fact]
    public async Task Dots_are_the_directory_and_its_parent()
    {
        ulong directory = (await (await _share.OpenAsync("d")).GetEntryAsync(None))!.FileId;
        ulong root = (await (await _share.OpenAsync("")).GetEntryAsync(None))!.FileId;

        List<DirectoryEntry> below = Decode(await NextAsync(await _share.OpenAsync("d"), "*", FileInformationClass.IdBothDirectory), FileInformationClass.IdBothDirectory);
        List<DirectoryEntry> above = Decode(await NextAsync(await _share.OpenAsync(""), "*", FileInformationClass.IdBothDirectory), FileInformationClass.IdBothDirectory);

        Assert.Equal([directory, root], below.Take(2).Select(e => e.FileId));
        Assert.Equal([root, root], above.Take(2).Select(e => e.FileId));
    }

    [Fact]
    public async Task One_at_a_time()
    {
        FileOpen open = await _share.OpenAsync("d");
        List<string> names = [];
        QueryOutcome outcome = await open.QueryDirectoryAsync(Names, "*.txt", restart: false, single: true, 4096, None);
        while (outcome.Status == NtStatus.Success)
        {
            names.Add(Decode(outcome, Names).Single().FileName);
            outcome = await open.QueryDirectoryAsync(Names, "ignored", restart: false, single: true, 4096, None);
        }

        Assert.Equal(["A.TXT", "b.txt"], names);
        Assert.Equal(NtStatus.NoMoreFiles, outcome.Status);
    }

    [Fact]
    public async Task A_scan_sees_what_was_there_when_it_began_and_still_is()
    {
        FileOpen open = await _share.OpenAsync("d");
        await open.QueryDirectoryAsync(Names, "*", restart: false, single: true, 4096, None);
        _share.Store.AddFile(@"d\new", []);
        FileOpen file = await _share.OpenAsync(@"d\c", options: CreateOptions.DeleteOnClose);
        await file.CloseAsync();

        Assert.Equal(["..", "A.TXT", "b.txt", "Sub"], await ListAsync(open, "*"));
        Assert.Equal([".", "..", "A.TXT", "b.txt", "new", "Sub"], await ListAsync(open, "*", restart: true));
    }

    [Fact]
    public async Task An_empty_directory_has_its_dots() => Assert.Equal([".", ".."], await ListAsync(await _share.OpenAsync("empty"), "*"));

    [Fact]
    public async Task A_large_directory()
    {
        for (int i = 0; i < 3000; i++)
        {
            _share.Store.AddFile($@"large\file{i:D5}", []);
        }

        FileOpen open = await _share.OpenAsync("large");

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"file{i:D5}"), (await ListAsync(open, "*")).Skip(2));
    }

    private static async Task<QueryOutcome> NextAsync(FileOpen open, string pattern, FileInformationClass layout = Names, bool restart = false) =>
        await open.QueryDirectoryAsync(layout, pattern, restart, single: false, 65536, None);

    private static async Task<List<string>> ListAsync(FileOpen open, string pattern, bool restart = false)
    {
        List<string> names = [];
        QueryOutcome outcome = await NextAsync(open, pattern, restart: restart);
        while (outcome.Status == NtStatus.Success)
        {
            names.AddRange(Decode(outcome, Names).Select(e => e.FileName));
            outcome = await NextAsync(open, pattern);
        }

        Assert.Equal(NtStatus.NoMoreFiles, outcome.Status);
        return names;
    }

    private static List<DirectoryEntry> Decode(QueryOutcome outcome, FileInformationClass layout)
    {
        Assert.Equal(NtStatus.Success, outcome.Status);
        List<DirectoryEntry> entries = [];
        DirectoryEntryReader reader = new(outcome.Output, Encoding.Unicode, layout);
        while (reader.TryReadNext(out DirectoryEntry entry))
        {
            entries.Add(entry);
        }

        return entries;
    }
}
