using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Byte-range locks; many cases are those of smb2.lock of Samba.</summary>
public class RangeLockTests
{
    private const ulong Max = ulong.MaxValue;
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestTree _share = new();

    /// <summary>The second lock is another open's, or the same one's; both exclusive unless "s".</summary>
    [Theory]
    [InlineData(0ul, 1ul, "x", 0ul, 1ul, "x", false, false)]
    [InlineData(0ul, 1ul, "s", 0ul, 1ul, "s", true, true)]
    [InlineData(0ul, 1ul, "x", 0ul, 1ul, "s", false, true)]
    [InlineData(0ul, 1ul, "s", 0ul, 1ul, "x", false, false)]
    [InlineData(0ul, 10ul, "x", 10ul, 1ul, "x", true, true)]
    [InlineData(0ul, 10ul, "x", 9ul, 1ul, "x", false, false)]
    [InlineData(5ul, 5ul, "x", 0ul, 5ul, "x", true, true)]
    [InlineData(5ul, 5ul, "x", 0ul, 6ul, "x", false, false)]
    [InlineData(5ul, 5ul, "x", 0ul, 99ul, "x", false, false)]
    [InlineData(0x7FFFFFFFFFFFFFFFul, 1ul, "x", 0x7FFFFFFFFFFFFFFFul, 1ul, "x", false, false)]
    [InlineData(0x8000000000000000ul, 1ul, "x", 0x8000000000000000ul, 1ul, "x", false, false)]
    [InlineData(Max, 1ul, "x", Max, 1ul, "x", false, false)]
    [InlineData(Max, 0ul, "x", Max, 0ul, "x", true, true)]
    [InlineData(0ul, Max, "x", Max - 1, 1ul, "x", false, false)]
    [InlineData(1ul, Max, "x", Max, 1ul, "x", false, false)]

    // Zero octets stand only in the way of what lies on both sides of them.
    [InlineData(10ul, 0ul, "x", 10ul, 0ul, "x", true, true)]
    [InlineData(10ul, 0ul, "x", 9ul, 1ul, "x", true, true)]
    [InlineData(10ul, 0ul, "x", 10ul, 1ul, "x", true, true)]
    [InlineData(10ul, 0ul, "x", 11ul, 1ul, "x", true, true)]
    [InlineData(10ul, 0ul, "x", 9ul, 2ul, "x", false, false)]
    [InlineData(10ul, 0ul, "x", 10ul, 2ul, "x", true, true)]
    [InlineData(10ul, 0ul, "x", 9ul, 3ul, "x", false, false)]
    [InlineData(9ul, 1ul, "x", 10ul, 0ul, "x", true, true)]
    [InlineData(10ul, 1ul, "x", 10ul, 0ul, "x", true, true)]
    [InlineData(9ul, 2ul, "x", 10ul, 0ul, "x", false, false)]
    [InlineData(0ul, 0ul, "x", 0ul, 0ul, "x", true, true)]
    public async Task Two_locks(ulong offset1, ulong length1, string kind1, ulong offset2, ulong length2, string kind2, bool others, bool own)
    {
        RangeLock first = new(0, offset1, length1, kind1 == "x");
        RangeLock second = new(0, offset2, length2, kind2 == "x");
        FileOpen one = await _share.NewFileAsync();
        FileOpen two = await _share.OpenAsync("f");
        Assert.Equal(NtStatus.Success, await TryAsync(one, first));

        Assert.Equal(others ? NtStatus.Success : NtStatus.LockNotGranted, await TryAsync(two, second));
        if (others)
        {
            Assert.Equal(NtStatus.Success, two.Unlock([second]));
        }

        Assert.Equal(own ? NtStatus.Success : NtStatus.LockNotGranted, await TryAsync(one, second));
    }

    [Theory]
    [InlineData(Max, 2ul, NtStatus.InvalidLockRange)]
    [InlineData(2ul, Max, NtStatus.InvalidLockRange)]
    [InlineData(1ul, Max, NtStatus.Success)]
    [InlineData(Max, 1ul, NtStatus.Success)]
    [InlineData(Max, 0ul, NtStatus.Success)]
    public async Task Ends_of_ranges(ulong offset, ulong length, NtStatus status) =>
        Assert.Equal(status, await TryAsync(await _share.NewFileAsync(), new RangeLock(0, offset, length, IsExclusive: true)));

    /// <summary>A shared lock stops every write, its owner's too; an exclusive one whoever else there is.</summary>
    [Theory]
    [InlineData(true, NtStatus.Success, NtStatus.Success, NtStatus.FileLockConflict, NtStatus.FileLockConflict)]
    [InlineData(false, NtStatus.Success, NtStatus.FileLockConflict, NtStatus.Success, NtStatus.FileLockConflict)]
    public async Task Reads_and_writes(bool isExclusive, NtStatus ownRead, NtStatus ownWrite, NtStatus othersRead, NtStatus othersWrite)
    {
        FileOpen one = await _share.NewFileAsync(content: new byte[100]);
        FileOpen two = await _share.OpenAsync("f");
        Assert.Equal(NtStatus.Success, await TryAsync(one, new RangeLock(0, 10, 10, isExclusive)));

        Assert.Equal(ownRead, (await one.ReadAsync(5, new byte[10], owner: 0, None)).Status);
        Assert.Equal(ownWrite, await one.WriteAsync(5, new byte[10], writeThrough: false, owner: 0, None));
        Assert.Equal(othersRead, (await two.ReadAsync(5, new byte[10], owner: 0, None)).Status);
        Assert.Equal(othersWrite, await two.WriteAsync(5, new byte[10], writeThrough: false, owner: 0, None));
        Assert.Equal(othersRead, (await one.ReadAsync(5, new byte[10], owner: 7, None)).Status);
        Assert.Equal(NtStatus.Success, (await two.ReadAsync(0, new byte[10], owner: 0, None)).Status);
        Assert.Equal(NtStatus.Success, (await two.ReadAsync(12, default, owner: 0, None)).Status);
        Assert.Equal(NtStatus.Success, await two.WriteAsync(20, new byte[10], writeThrough: false, owner: 0, None));
    }

    [Fact]
    public async Task Owners_within_one_open_are_apart()
    {
        FileOpen open = await _share.NewFileAsync();
        RangeLock first = new(1, 0, 10, IsExclusive: true);
        Assert.Equal(NtStatus.Success, await TryAsync(open, first));

        Assert.Equal(NtStatus.LockNotGranted, await TryAsync(open, first with { Owner = 2, IsExclusive = false }));
        Assert.Equal(NtStatus.RangeNotLocked, open.Unlock([first with { Owner = 2 }]));
        Assert.Equal(NtStatus.Success, open.Unlock([first]));
    }

    [Theory]
    [InlineData(0ul, 10ul, NtStatus.Success)]
    [InlineData(0ul, 5ul, NtStatus.RangeNotLocked)]
    [InlineData(1ul, 10ul, NtStatus.RangeNotLocked)]
    public async Task Unlocking_takes_the_range_that_was_locked(ulong offset, ulong length, NtStatus status)
    {
        FileOpen one = await _share.NewFileAsync();
        FileOpen two = await _share.OpenAsync("f");
        await TryAsync(one, new RangeLock(0, 0, 10, IsExclusive: true));

        Assert.Equal(NtStatus.RangeNotLocked, two.Unlock([new RangeLock(0, offset, length, IsExclusive: false)]));
        Assert.Equal(status, one.Unlock([new RangeLock(0, offset, length, IsExclusive: false)]));
    }

    [Fact]
    public async Task Of_stacked_locks_the_exclusive_one_goes_first()
    {
        FileOpen one = await _share.NewFileAsync();
        FileOpen two = await _share.OpenAsync("f");
        RangeLock range = new(0, 0, 10, IsExclusive: true);
        await TryAsync(one, range);
        await TryAsync(one, range with { IsExclusive = false });

        Assert.Equal(NtStatus.Success, one.Unlock([range]));
        Assert.Equal(NtStatus.Success, await TryAsync(two, range with { IsExclusive = false }));
        Assert.Equal(NtStatus.Success, one.Unlock([range]));
        Assert.Equal(NtStatus.RangeNotLocked, one.Unlock([range]));
    }

    [Fact]
    public async Task Several_are_locked_together_or_not_at_all()
    {
        FileOpen one = await _share.NewFileAsync();
        FileOpen two = await _share.OpenAsync("f");
        RangeLock[] ranges = [new(0, 0, 10, IsExclusive: true), new(0, 20, 10, IsExclusive: true)];
        await TryAsync(one, ranges[1]);

        Assert.Equal(NtStatus.LockNotGranted, await two.LockAsync(ranges, wait: false, None));
        Assert.Equal(NtStatus.Success, await TryAsync(one, ranges[0]));
        Assert.Equal(NtStatus.RangeNotLocked, one.Unlock([ranges[1], new RangeLock(0, 50, 1, IsExclusive: true), ranges[0]]));
        Assert.Equal(NtStatus.LockNotGranted, await TryAsync(two, ranges[0]));
        Assert.Equal(NtStatus.Success, await TryAsync(two, ranges[1]));
    }

    [Fact]
    public async Task Who_waits_is_served_in_order()
    {
        FileOpen[] opens = [await _share.NewFileAsync(), await _share.OpenAsync("f"), await _share.OpenAsync("f"), await _share.OpenAsync("f")];
        RangeLock range = new(0, 0, 10, IsExclusive: true);
        RangeLock shared = range with { IsExclusive = false };
        await TryAsync(opens[0], range);
        Task<NtStatus> first = opens[1].LockAsync([shared], wait: true, None).AsTask();
        Task<NtStatus> second = opens[2].LockAsync([range], wait: true, None).AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);

        opens[0].Unlock([range]);
        Assert.Equal(NtStatus.Success, await first);

        // A shared lock would be free, but somebody waits for an exclusive one already.
        Task<NtStatus> third = opens[3].LockAsync([shared], wait: true, None).AsTask();
        Assert.False(second.IsCompleted || third.IsCompleted);
        opens[1].Unlock([shared]);
        Assert.Equal(NtStatus.Success, await second);
        Assert.False(third.IsCompleted);
        await opens[2].CloseAsync();
        Assert.Equal(NtStatus.Success, await third);
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        FileOpen one = await _share.NewFileAsync();
        FileOpen two = await _share.OpenAsync("f");
        RangeLock range = new(0, 0, 10, IsExclusive: true);
        await TryAsync(one, range);
        using CancellationTokenSource cancellation = new();
        Task<NtStatus> waiting = two.LockAsync([range], wait: true, cancellation.Token).AsTask();
        Task<NtStatus> behind = two.LockAsync([range with { Offset = 5 }], wait: true, None).AsTask();

        await cancellation.CancelAsync();

        Assert.Equal(NtStatus.Cancelled, await waiting);
        Assert.Equal(NtStatus.RangeNotLocked, two.Unlock([range]));
        one.Unlock([range]);
        Assert.Equal(NtStatus.Success, await behind);
    }

    [Fact]
    public async Task Closing_frees_what_is_locked_and_ends_what_waits()
    {
        FileOpen one = await _share.NewFileAsync();
        FileOpen two = await _share.OpenAsync("f");
        RangeLock range = new(0, 0, 10, IsExclusive: true);
        await TryAsync(one, range);
        Task<NtStatus> waiting = two.LockAsync([range], wait: true, None).AsTask();

        await two.CloseAsync();
        Assert.Equal(NtStatus.RangeNotLocked, await waiting);
        Assert.Equal(NtStatus.FileClosed, await two.LockAsync([range with { Offset = 99 }], wait: true, None));

        FileOpen three = await _share.OpenAsync("f");
        await one.CloseAsync();
        Assert.Equal(NtStatus.Success, await TryAsync(three, range));
    }

    [Theory]
    [InlineData(0x00000001u, NtStatus.Success)]
    [InlineData(0x00000002u, NtStatus.Success)]
    [InlineData(0x00000080u, NtStatus.AccessDenied)]
    public async Task Rights(uint access, NtStatus status)
    {
        _share.Store.AddFile("f", []);
        Assert.Equal(status, await TryAsync(await _share.OpenAsync("f", (AccessMask)access), new RangeLock(0, 0, 1, IsExclusive: true)));
    }

    [Fact]
    public async Task There_is_an_end_to_what_one_file_can_have_locked()
    {
        FileOpen open = await _share.NewFileAsync();
        RangeLock[] ranges = [.. Enumerable.Range(0, RangeLocks.MaxRanges).Select(i => new RangeLock(0, (ulong)i, 1, IsExclusive: false))];
        Assert.Equal(NtStatus.Success, await open.LockAsync(ranges, wait: false, None));

        Assert.Equal(NtStatus.InsufficientResources, await TryAsync(open, ranges[0]));
        Assert.Equal(NtStatus.Success, open.Unlock([ranges[5]]));
        Assert.Equal(NtStatus.Success, await TryAsync(open, ranges[5]));
    }

    private static async Task<NtStatus> TryAsync(FileOpen open, RangeLock range) => await open.LockAsync([range], wait: false, None);
}
