using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Benchmarks.Peers;

namespace SmbClient.Benchmarks;

/// <summary>One client of a comparison: a name and one timing of the work.</summary>
internal sealed record Contender(string Name, Func<Task<TimeSpan>> RunAsync);

/// <summary>The same work by this library and by others, in turn against one server, so that a machine that drifts drifts for all.</summary>
internal sealed class Comparison
{
    /// <summary>How often a peer that fails is tried in one round, before the round goes on without it. Ours has to succeed.</summary>
    private const int Attempts = 3;

    private readonly int _rounds;
    private readonly Report _report;

    public Comparison(int rounds, Report report)
    {
        _rounds = rounds;
        _report = report;
    }

    /// <param name="what">What is done.</param>
    /// <param name="profile">What with.</param>
    /// <param name="amount">How much of it a timing does.</param>
    /// <param name="unit">What the amount counts.</param>
    /// <param name="ours">This library. What it allocates is counted.</param>
    /// <param name="others">The ratio to each is its time by ours, round by round: more than 1 where ours is faster.</param>
    public Task RunAsync(string what, Profile profile, double amount, string unit, Contender ours, params Contender?[] others) =>
        RunAsync(what, profile.ToString(), amount, unit, ours, others);

    /// <inheritdoc cref="RunAsync(string, Profile, double, string, Contender, Contender[])"/>
    public async Task RunAsync(string what, string profile, double amount, string unit, Contender ours, params Contender?[] others)
    {
        Contender[] present = [.. others.OfType<Contender>()];
        List<double> own = [];
        List<double>[] theirs = [.. present.Select(_ => new List<double>())];
        int[] failures = new int[present.Length];
        Allocations allocations = default;
        for (int round = -1; round < _rounds; round++)
        {
            // Whoever comes after a writer finds the server's disk busy: so it is ours first, and ours last, in turn.
            if (round % 2 == 0)
            {
                await RunOursAsync(round);
            }

            for (int i = 0; i < present.Length; i++)
            {
                (double time, int failed) = await RunOtherAsync(present[i]);
                failures[i] += failed;
                if (round >= 0)
                {
                    theirs[i].Add(time);
                }
            }

            if (round % 2 != 0)
            {
                await RunOursAsync(round);
            }
        }

        _report.Add(new Result(
            what,
            profile,
            unit,
            amount / Median(own),
            [.. present.Select((p, i) => Compare(p.Name, amount, own, theirs[i], failures[i]))],
            allocations.Octets / (_rounds * amount),
            allocations));

        async Task RunOursAsync(int round)
        {
            Allocations before = Allocations.Now;
            double time = (await ours.RunAsync()).TotalSeconds;
            if (round >= 0)
            {
                allocations += Allocations.Now - before;
                own.Add(time);
            }
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The seconds, NaN where every attempt failed, and how many did.</summary>
    private static async Task<(double Time, int Failures)> RunOtherAsync(Contender other)
    {
        for (int failures = 0; ; failures++)
        {
            try
            {
                return ((await other.RunAsync()).TotalSeconds, failures);
            }
            catch (PeerFailedException e)
            {
                if (failures + 1 == Attempts)
                {
                    Console.Error.WriteLine(e.Message);
                    return (double.NaN, Attempts);
                }
            }
        }
    }

    private static Rival Compare(string name, double amount, List<double> own, List<double> theirs, int failures)
    {
        (double Theirs, double Own)[] pairs = [.. theirs.Zip(own).Where(p => !double.IsNaN(p.First))];
        string remark = failures == 0 ? "" : pairs.Length == 0 ? ", always failed" : $", failed {failures} times";
        return new Rival(name + remark, amount / Median(pairs.Select(p => p.Theirs)), [.. pairs.Select(p => p.Theirs / p.Own).Order()]);
    }
}

/// <summary>What this process has allocated and collected.</summary>
internal readonly record struct Allocations(long Octets, int Gen0, int Gen1, int Gen2)
{
    public static Allocations Now => new(GC.GetTotalAllocatedBytes(precise: true), GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));

    public static Allocations operator +(Allocations a, Allocations b) => new(a.Octets + b.Octets, a.Gen0 + b.Gen0, a.Gen1 + b.Gen1, a.Gen2 + b.Gen2);

    public static Allocations operator -(Allocations a, Allocations b) => new(a.Octets - b.Octets, a.Gen0 - b.Gen0, a.Gen1 - b.Gen1, a.Gen2 - b.Gen2);
}
