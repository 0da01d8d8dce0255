using System;
using SmbClient.Transfers;
using Xunit;

namespace SmbClient.Tests.Transfers;

/// <summary>How many pieces of a transfer are under way, for pipes of several lengths that are simulated here.</summary>
public class TransferPacerTests
{
    private const int Piece = 1 << 20;

    [Fact]
    public void A_long_pipe_is_filled_within_a_few_round_trips()
    {
        Clock clock = new();
        TransferPacer pacer = new(new TransferSettings(Piece, null), limit: 32, clock);

        // 20 ms there and back, whatever the depth: each round brings as many pieces as were under way.
        int rounds = Rounds(pacer, clock, depth => TimeSpan.FromMilliseconds(20), until: 32);

        Assert.InRange(rounds, 3, 5);
    }

    [Fact]
    public void A_short_pipe_stays_shallow()
    {
        Clock clock = new();
        TransferPacer pacer = new(new TransferSettings(Piece, null), limit: 32, clock);

        // Nothing but bandwidth: a round of twice as many pieces takes twice as long.
        for (int round = 0; round < 20; round++)
        {
            Round(pacer, clock, depth => TimeSpan.FromMilliseconds(depth));
        }

        Assert.InRange(pacer.Depth, 4, 8);
    }

    [Fact]
    public void A_pipe_that_becomes_longer_is_noticed()
    {
        Clock clock = new();
        TransferPacer pacer = new(new TransferSettings(Piece, null), limit: 32, clock);
        for (int round = 0; round < 20; round++)
        {
            Round(pacer, clock, depth => TimeSpan.FromMilliseconds(depth));
        }

        int rounds = Rounds(pacer, clock, depth => TimeSpan.FromMilliseconds(50), until: 32);

        Assert.InRange(rounds, 3, 80);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_fixed_depth_stays(int depth)
    {
        Clock clock = new();
        TransferPacer pacer = new(new TransferSettings(Piece, depth), limit: 32, clock);

        for (int round = 0; round < 20; round++)
        {
            Round(pacer, clock, _ => TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal(depth, pacer.Depth);
    }

    [Fact]
    public void No_depth_exceeds_what_the_server_allows()
    {
        Assert.Equal(3, new TransferPacer(new TransferSettings(Piece, null), limit: 3, new Clock()).Depth);
        Assert.Equal(3, new TransferPacer(new TransferSettings(Piece, 100), limit: 3, new Clock()).Depth);
        Assert.Equal(1, new TransferPacer(new TransferSettings(Piece, null), limit: 0, new Clock()).Depth);
    }

    private static int Rounds(TransferPacer pacer, Clock clock, Func<int, TimeSpan> duration, int until)
    {
        int rounds = 0;
        while (pacer.Depth < until && rounds < 1000)
        {
            Round(pacer, clock, duration);
            rounds++;
        }

        return rounds;
    }

    private static void Round(TransferPacer pacer, Clock clock, Func<int, TimeSpan> duration)
    {
        int depth = pacer.Depth;
        clock.Now += duration(depth);
        for (int i = 0; i < depth; i++)
        {
            pacer.Completed(Piece);
        }
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
