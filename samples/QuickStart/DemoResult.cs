using System.Collections.Generic;
using Spectre.Console;

namespace QuickStart;

/// <summary>What one scenario showed.</summary>
internal sealed record DemoResult(string Dialect, string Signing, string Cipher, double WriteRate, double ReadRate, bool IsAsPromised)
{
    /// <summary>A line for each scenario. Rates are MiB a second, as one run on one machine has them.</summary>
    public static void Print(IReadOnlyList<DemoResult> results)
    {
        Table table = new();
        table.AddColumns("dialect", "signing", "cipher", "write MiB/s", "read MiB/s", "result");
        foreach (DemoResult r in results)
        {
            table.AddRow(r.Dialect, r.Signing, r.Cipher, $"{r.WriteRate:0}", $"{r.ReadRate:0}", r.IsAsPromised ? "as promised" : "NOT as promised");
        }

        AnsiConsole.Write(table);
    }
}
