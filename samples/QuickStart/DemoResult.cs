using System;
using System.Collections.Generic;

namespace QuickStart;

/// <summary>What one scenario showed.</summary>
internal sealed record DemoResult(string Dialect, string Signing, string Cipher, double WriteRate, double ReadRate, bool IsAsPromised)
{
    /// <summary>A line for each scenario. Rates are MiB a second, as one run on one machine has them.</summary>
    public static void Print(IReadOnlyList<DemoResult> results)
    {
        Console.WriteLine($"{"dialect",-10} {"signing",-11} {"cipher",-11} {"write MiB/s",12} {"read MiB/s",12}  result");
        foreach (DemoResult r in results)
        {
            Console.WriteLine($"{r.Dialect,-10} {r.Signing,-11} {r.Cipher,-11} {r.WriteRate,12:0} {r.ReadRate,12:0}  {(r.IsAsPromised ? "as promised" : "NOT as promised")}");
        }
    }
}
