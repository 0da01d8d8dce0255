using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Hearing of changes, [MS-SMB2] 3.3.5.19.</summary>
public class WatchTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestTree _share = new();

    public WatchTests()
    {
        _share.Store.AddFile(@"d\f", [1]);
        _share.Store.AddFile(@"d\sub\f", [1]);
        _share.Store.AddFile("outside", [1]);
    }

    [Theory]
    [InlineData("make", SmbChangeFilter.FileName, false, "Added new")]
    [InlineData("make", SmbChangeFilter.DirectoryName, false, "")]
    [InlineData("mkdir", SmbChangeFilter.DirectoryName, false, "Added newdir")]
    [InlineData("mkdir", SmbChangeFilter.FileName, false, "")]
    [InlineData("delete", SmbChangeFilter.FileName, false, "Removed f")]
    [InlineData("rename", SmbChangeFilter.FileName, false, "RenamedOldName f, RenamedNewName g")]
    [InlineData("rename", SmbChangeFilter.Size, false, "")]
    [InlineData("rename", SmbChangeFilter.Attributes, false, "Modified g")]
    [InlineData("rename", SmbChangeFilter.FileName | SmbChangeFilter.Creation, false, "RenamedOldName f, RenamedNewName g")]
    [InlineData("down", SmbChangeFilter.FileName, true, @"Removed f, Added sub\g")]
    [InlineData("rename dir", SmbChangeFilter.DirectoryName | SmbChangeFilter.Attributes, false, "RenamedOldName sub, RenamedNewName sub2")]
    [InlineData("leave", SmbChangeFilter.FileName, false, "Removed f")]
    [InlineData("come", SmbChangeFilter.FileName, false, "Added outside")]
    [InlineData("write", SmbChangeFilter.LastWrite, false, "Modified f")]
    [InlineData("write", SmbChangeFilter.Size, false, "Modified f")]
    [InlineData("write", SmbChangeFilter.Attributes, false, "")]
    [InlineData("attributes", SmbChangeFilter.Attributes, false, "Modified f")]
    [InlineData("below", SmbChangeFilter.FileName, false, "")]
    [InlineData("below", SmbChangeFilter.FileName, true, @"Added sub\new")]
    public async Task Changes(string change, SmbChangeFilter filter, bool recursive, string heard)
    {
        FileOpen watch = await _share.OpenAsync("d", AccessMask.ReadData);
        Task<QueryOutcome> waiting = watch.WatchAsync(filter, recursive, 4096, None).AsTask();
        Assert.False(waiting.IsCompleted);

        await ChangeAsync(change);

        if (heard.Length == 0)
        {
            Assert.False(waiting.IsCompleted);
            await watch.CloseAsync();
            Assert.Equal(NtStatus.NotifyCleanup, (await waiting).Status);
        }
        else
        {
            Assert.Equal(heard, Describe(await waiting));
        }
    }

    [Fact]
    public async Task What_happens_between_two_requests_is_kept()
    {
        FileOpen watch = await _share.OpenAsync("d", AccessMask.ReadData);
        Task<QueryOutcome> first = watch.WatchAsync(SmbChangeFilter.Default, recursive: false, 4096, None).AsTask();
        _share.Store.AddFile(@"d\1", []);
        Assert.Equal("Added 1", Describe(await first));
        _share.Store.AddFile(@"d\2", []);
        await ChangeAsync("rename");

        // The filter of the first request counts.
        QueryOutcome second = await watch.WatchAsync(SmbChangeFilter.Attributes, recursive: true, 4096, None);

        Assert.Equal("Modified 1, Added 2, Modified 2, RenamedOldName f, RenamedNewName g", Describe(second));
    }

    [Fact]
    public async Task Nothing_is_kept_before_the_first_request()
    {
        FileOpen watch = await _share.OpenAsync("d", AccessMask.ReadData);
        await ChangeAsync("make");

        Assert.False(watch.WatchAsync(SmbChangeFilter.Default, recursive: false, 4096, None).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Requests_are_answered_in_their_order()
    {
        FileOpen watch = await _share.OpenAsync("d", AccessMask.ReadData);
        Task<QueryOutcome> first = watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None).AsTask();
        Task<QueryOutcome> second = watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None).AsTask();

        _share.Store.AddFile(@"d\1", []);
        Assert.Equal("Added 1", Describe(await first));
        Assert.False(second.IsCompleted);
        _share.Store.AddFile(@"d\2", []);
        Assert.Equal("Added 2", Describe(await second));
    }

    [Theory]
    [InlineData(0, NtStatus.NotifyEnumDir)]
    [InlineData(13, NtStatus.NotifyEnumDir)]
    [InlineData(14, NtStatus.Success)]
    public async Task What_does_not_fit(int room, NtStatus status)
    {
        FileOpen watch = await _share.OpenAsync("d", AccessMask.ReadData);
        Task<QueryOutcome> waiting = watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, room, None).AsTask();
        _share.Store.AddFile(@"d\1", []);

        Assert.Equal(status, (await waiting).Status);

        // The room of the first request counts for all.
        _share.Store.AddFile(@"d\2", []);
        Assert.Equal(status, (await watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None)).Status);
    }

    [Fact]
    public async Task Too_many_to_keep()
    {
        FileOpen watch = await _share.OpenAsync("d", AccessMask.ReadData);
        Task<QueryOutcome> waiting = watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None).AsTask();
        for (int i = 0; i < 5000; i++)
        {
            _share.Store.AddFile($@"d\{i}", []);
        }

        Assert.Equal("Added 0", Describe(await waiting));
        Assert.Equal(NtStatus.NotifyEnumDir, (await watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 1 << 20, None)).Status);
        _share.Store.AddFile(@"d\last", []);
        Assert.Equal("Added last", Describe(await watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None)));
    }

    [Fact]
    public async Task Cancelled()
    {
        FileOpen watch = await _share.OpenAsync("d", AccessMask.ReadData);
        using CancellationTokenSource cancellation = new();
        Task<QueryOutcome> first = watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, cancellation.Token).AsTask();
        Task<QueryOutcome> second = watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None).AsTask();

        await cancellation.CancelAsync();
        Assert.Equal(NtStatus.Cancelled, (await first).Status);
        _share.Store.AddFile(@"d\1", []);

        Assert.Equal("Added 1", Describe(await second));
    }

    [Fact]
    public async Task Closed()
    {
        FileOpen watch = await _share.OpenAsync("d", AccessMask.ReadData);
        Task<QueryOutcome> waiting = watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None).AsTask();

        await watch.CloseAsync();

        Assert.Equal(NtStatus.NotifyCleanup, (await waiting).Status);
        Assert.Equal(NtStatus.NotifyCleanup, (await watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deleted(bool byDisposition)
    {
        _share.Store.AddDirectory("empty");
        FileOpen watch = await _share.OpenAsync("empty");
        Task<QueryOutcome> waiting = watch.WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None).AsTask();

        FileOpen deleting = await _share.OpenAsync("empty", options: byDisposition ? CreateOptions.None : CreateOptions.DeleteOnClose);
        Assert.False(waiting.IsCompleted);
        if (byDisposition)
        {
            Assert.Equal(NtStatus.Success, await TestTree.SetDispositionAsync(deleting, deletes: true));
        }

        await deleting.CloseAsync();

        Assert.Equal(NtStatus.DeletePending, (await waiting).Status);
    }

    [Theory]
    [InlineData("d", 0x00000080u, NtStatus.AccessDenied)]
    [InlineData("outside", 0x00000001u, NtStatus.InvalidParameter)]
    public async Task Rights(string path, uint access, NtStatus status) => Assert.Equal(
        status,
        (await (await _share.OpenAsync(path, (AccessMask)access)).WatchAsync(SmbChangeFilter.FileName, recursive: false, 4096, None)).Status);

    private static string Describe(QueryOutcome outcome)
    {
        Assert.Equal(NtStatus.Success, outcome.Status);
        return string.Join(", ", FileNotifyInformation.ReadList(outcome.Output).Select(c => $"{c.Action} {c.FileName}"));
    }

    private async Task ChangeAsync(string change)
    {
        FileOpen f = await _share.OpenAsync(@"d\f");
        NtStatus status = change switch
        {
            "make" => await _share.TryAsync(@"d\new", disposition: CreateDisposition.Create),
            "mkdir" => await _share.TryAsync(@"d\newdir", disposition: CreateDisposition.Create, options: CreateOptions.DirectoryFile),
            "below" => await _share.TryAsync(@"d\sub\new", disposition: CreateDisposition.Create),
            "delete" => await TestTree.SetDispositionAsync(f, deletes: true),
            "rename" => await TestTree.RenameAsync(f, @"d\g"),
            "down" => await TestTree.RenameAsync(f, @"d\sub\g"),
            "rename dir" => await TestTree.RenameAsync(await _share.OpenAsync(@"d\sub"), @"d\sub2"),
            "leave" => await TestTree.RenameAsync(f, "gone"),
            "come" => await TestTree.RenameAsync(await _share.OpenAsync("outside"), @"d\outside"),
            "write" => await f.WriteAsync(0, new byte[1], writeThrough: false, owner: 0, None),
            "attributes" => await TestTree.SetAsync(f, FileInformationClass.Basic, 40, new FileBasicInformation { FileAttributes = FileAttributes.Hidden }.Write),
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
        Assert.Equal(NtStatus.Success, status);
        await f.CloseAsync();
    }
}
