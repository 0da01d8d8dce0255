using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SmbClient.Benchmarks;

/// <summary>Another client's rate, and the ratios of its times to ours in order.</summary>
internal sealed record Rival(string Name, double Rate, double[] Ratios);

/// <summary>One line of the table; rates are units a second.</summary>
internal sealed record Result(string What, string Profile, string Unit, double Rate, Rival[] Rivals, double AllocatedPerUnit, Allocations Allocations);

/// <summary>Collects the results, says each when it is there, and prints the table at the end.</summary>
internal sealed class Report
{
    private static readonly string Header =
        $"{"",-22}{"",-18}{"ours",10} {"",-10}{"against",-34}{"rate",10}{"ratio",8}{"min",8}{"max",8}{"alloc/unit",12}{"gen0/1/2",12}";

    private readonly List<Result> _results = [];

    public void Add(Result result)
    {
        if (_results.Count == 0)
        {
            Console.WriteLine(Header);
        }

        _results.Add(result);
        Print(result);
    }

    public void PrintAll()
    {
        Console.WriteLine();
        Console.WriteLine("Medians of the rounds. ratio = the other's time / ours, round by round: more than 1 where ours is faster. alloc/unit = octets that ours allocates for one unit; gen = its collections in all rounds, warm-up left out.");
        Console.WriteLine(Header);
        _results.ForEach(Print);
    }

    private static void Print(Result result)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"{result.What,-22}{result.Profile,-18}{Round(result.Rate),10} {result.Unit + "/s",-10}");
        string collections = $"{result.Allocations.Gen0}/{result.Allocations.Gen1}/{result.Allocations.Gen2}";
        string allocated = string.Create(CultureInfo.InvariantCulture, $"{result.AllocatedPerUnit,12:0}{collections,12}");
        if (result.Rivals.Length == 0)
        {
            Console.WriteLine($"{own}{"",-68}{allocated}");
        }

        foreach ((Rival rival, int i) in result.Rivals.Select((r, i) => (r, i)))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(i == 0 ? own : new string(' ', own.Length))}{rival.Name,-34}{Round(rival.Rate),10}{Ratio(Comparison.Median(rival.Ratios)),8}{Ratio(rival.Ratios.FirstOrDefault(double.NaN)),8}{Ratio(rival.Ratios.LastOrDefault(double.NaN)),8}{(i == 0 ? allocated : "")}"));
        }
    }

    private static string Ratio(double ratio) => double.IsNaN(ratio) ? "-" : ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Round(double rate) => double.IsNaN(rate) ? "-" : rate.ToString(rate < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
