using System.Collections.Generic;
using System.Linq;

namespace SmbClient.EmbeddedTests.Torture;

/// <summary>What one suite gave, and what it left of the server.</summary>
/// <param name="Passed">Names of tests, as the list has them.</param>
/// <param name="Output">All that smbtorture wrote.</param>
/// <param name="Trouble">What may never be: a time limit that was reached, a server that is dead or still holds something.</param>
internal sealed record TortureResult(IReadOnlySet<string> Passed, string Output, IReadOnlyList<string> Trouble)
{
    private const string Success = "success: ";

    /// <summary>The tests that succeeded, read from the output in subunit's format; a name that fails once has failed.</summary>
    public static IReadOnlySet<string> ReadPassed(TortureSuite suite, string output)
    {
        HashSet<string> passed = [];
        HashSet<string> failed = [];
        foreach (string line in output.Split('\n'))
        {
            if (line.StartsWith(Success, System.StringComparison.Ordinal))
            {
                passed.Add(suite.NameOf(line[Success.Length..].Trim()));
            }
            else if ((line.StartsWith("failure: ", System.StringComparison.Ordinal) || line.StartsWith("error: ", System.StringComparison.Ordinal)) && line.EndsWith(" [", System.StringComparison.Ordinal))
            {
                failed.Add(suite.NameOf(line[(line.IndexOf(' ', System.StringComparison.Ordinal) + 1)..^2].Trim()));
            }
        }

        return passed.Except(failed).ToHashSet();
    }

    /// <summary>The part of the output that is about a test, for a message.</summary>
    public string About(TortureSuite suite, string name)
    {
        string[] lines = Output.Split('\n');
        int begin = System.Array.FindIndex(lines, l => l.StartsWith("test: ", System.StringComparison.Ordinal) && suite.NameOf(l["test: ".Length..].Trim()) == name);
        return begin < 0 ? "It was not run." : string.Join('\n', lines[begin..].TakeWhile((l, i) => i == 0 || !l.StartsWith("test: ", System.StringComparison.Ordinal)).Take(40));
    }
}
