using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Exchange.Smb2;
using Xunit;

namespace SmbClient.Tests.Exchange;

/// <summary>Credits are taken in order, come back whole, and nobody waits for more than there can be.</summary>
public class CreditWindowTests
{
    [Fact]
    public async Task Whoever_asks_first_is_served_first_even_if_he_wants_more()
    {
        CreditWindow window = new(initial: 16);
        Assert.Equal(10, await window.TakeAsync(10, default));
        ValueTask<int> large = window.TakeAsync(8, default);
        ValueTask<int> small = window.TakeAsync(1, default);

        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted);
        Assert.True(window.Grant(granted: 10, charge: 10));

        Assert.Equal(8, await large);
        Assert.Equal(1, await small);
        Assert.Equal(7, window.Available);
        Assert.Equal(16, window.Total);
    }

    [Fact]
    public async Task A_transfer_shrinks_to_the_whole_window_instead_of_waiting_for_ever()
    {
        CreditWindow window = new(initial: 3);

        Assert.Equal(3, await window.TakeAsync(16, default));
    }

    [Fact]
    public async Task A_waiter_gets_what_is_left_of_a_window_that_becomes_smaller()
    {
        CreditWindow window = new(initial: 8);
        Assert.Equal(8, await window.TakeAsync(8, default));
        ValueTask<int> waiting = window.TakeAsync(8, default);

        Assert.True(window.Grant(granted: 2, charge: 8));

        Assert.Equal(2, await waiting);
    }

    [Fact]
    public async Task A_waiter_who_leaves_makes_way_for_the_next()
    {
        CreditWindow window = new(initial: 4);
        Assert.Equal(4, await window.TakeAsync(4, default));
        using CancellationTokenSource cancelled = new();
        ValueTask<int> first = window.TakeAsync(4, cancelled.Token);
        ValueTask<int> second = window.TakeAsync(1, default);
        Assert.True(window.Grant(granted: 2, charge: 2));
        Assert.False(second.IsCompleted);

        cancelled.Cancel();

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await first);
        Assert.Equal(1, await second);
        Assert.Equal(1, window.Available);
    }

    [Fact]
    public async Task Unused_credits_come_back()
    {
        CreditWindow window = new(initial: 4);
        await window.TakeAsync(3, default);

        window.Return(3);

        Assert.Equal((4, 4), (window.Available, window.Total));
    }

    [Fact]
    public async Task What_is_missing_to_the_target_is_asked_for()
    {
        CreditWindow window = new(initial: 1);
        int taken = await window.TakeAsync(1, default);

        Assert.Equal(taken + CreditWindow.Target - 1, window.Request(taken));
        Assert.True(window.Grant(CreditWindow.Target, taken));
        Assert.Equal(await window.TakeAsync(5, default), window.Request(5));
    }

    [Fact]
    public async Task What_a_server_gives_beyond_the_target_is_not_asked_for_again()
    {
        CreditWindow window = new(initial: CreditWindow.Target + 10);

        Assert.Equal(6, window.Request(await window.TakeAsync(16, default)));
        Assert.Equal(1, window.Request(await window.TakeAsync(5, default)));
    }

    [Fact]
    public async Task A_server_that_grants_beyond_reason_is_found_out()
    {
        CreditWindow window = new(initial: 1);
        await window.TakeAsync(1, default);

        Assert.False(window.Grant(CreditWindow.Limit + 1, charge: 1));
    }

    [Fact]
    public async Task A_server_that_grants_nothing_is_found_out_when_somebody_waits()
    {
        CreditWindow window = new(initial: 2);
        await window.TakeAsync(2, default);
        Assert.True(window.Grant(granted: 0, charge: 1));
        ValueTask<int> waiting = window.TakeAsync(1, default);

        Assert.False(window.Grant(granted: 0, charge: 1));

        window.Close(() => new IOException("over"));
        await Assert.ThrowsAsync<IOException>(async () => await waiting);
    }

    [Fact]
    public async Task After_the_end_nobody_waits()
    {
        CreditWindow window = new(initial: 1);
        await window.TakeAsync(1, default);
        ValueTask<int> waiting = window.TakeAsync(1, default);

        window.Close(() => new IOException("over"));

        await Assert.ThrowsAsync<IOException>(async () => await waiting);
        await Assert.ThrowsAsync<IOException>(async () => await window.TakeAsync(1, default));
    }
}
