using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace SmbClient.EmbeddedTests.Torture;

/// <summary>
/// Samba's smbtorture against our server: the tests of <c>passing.txt</c>, and no others, succeed. What is not in that list has its reason in
/// docs/torture.md. Suites run side by side, each against a server of its own, since some of them spend their time asleep. smbtorture counts on a server that
/// notices at once that a connection is closed, and on time that passes as it thinks: a suite that does not do as listed is run once more by itself, and that run counts.
/// </summary>
public sealed class TortureTests
{
    private const string Program = "/usr/bin/smbtorture";
    private static readonly SemaphoreSlim Places = new(Environment.ProcessorCount + 2);
    private static readonly SemaphoreSlim Alone = new(1);
    private static readonly ConcurrentDictionary<string, Lazy<Task<TortureResult>>> Runs = new();

    public static TheoryData<string> Suites { get; } = [.. TortureSuites.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Suites))]
    public async Task TheListSaysWhatPasses(string name)
    {
        RequireProgram();
        foreach (TortureSuite other in TortureSuites.All)
        {
            _ = Begin(other).Value;
        }

        TortureSuite suite = TortureSuites.All.Single(s => s.Name == name);
        IReadOnlyList<string> listed = [.. List().Where(t => t == name || t.StartsWith(name + '.', StringComparison.Ordinal))];
        TortureResult result = await Begin(suite).Value;
        if (result.Trouble.Count > 0 || !result.Passed.SetEquals(listed))
        {
            await Task.WhenAll(Runs.Values.Select(r => r.Value));
            result = await RunAloneAsync(suite);
        }

        string tail = string.Join('\n', result.Output.Split('\n')[^Math.Min(20, result.Output.Split('\n').Length)..]);
        Assert.True(result.Trouble.Count == 0, $"{string.Join(' ', result.Trouble)}\n{tail}");

        string[] missing = [.. listed.Where(t => !result.Passed.Contains(t))];
        Assert.True(missing.Length == 0, string.Join("\n", missing.Select(t => $"{t} does not pass any more:\n{result.About(suite, t)}")));
        string[] added = [.. result.Passed.Except(listed).Order(StringComparer.Ordinal)];
        Assert.True(added.Length == 0, $"These pass and are not in the list; add them to Torture/passing.txt:\n{string.Join('\n', added)}");
    }

    [Fact]
    public void EveryListedTestBelongsToASuiteThatIsRun()
    {
        string[] stray = [.. List().Where(t => !TortureSuites.All.Any(s => t == s.Name || t.StartsWith(s.Name + '.', StringComparison.Ordinal)))];
        Assert.Empty(stray);
    }

    private static Lazy<Task<TortureResult>> Begin(TortureSuite suite) => Runs.GetOrAdd(suite.Name, _ => new Lazy<Task<TortureResult>>(() => RunAsync(suite)));

    private static async Task<TortureResult> RunAsync(TortureSuite suite)
    {
        await Places.WaitAsync();
        try
        {
            return await TortureRun.RunAsync(suite);
        }
        finally
        {
            Places.Release();
        }
    }

    private static async Task<TortureResult> RunAloneAsync(TortureSuite suite)
    {
        await Alone.WaitAsync();
        try
        {
            return await TortureRun.RunAsync(suite);
        }
        finally
        {
            Alone.Release();
        }
    }

    private static IReadOnlyList<string> List()
    {
        using Stream stream = typeof(TortureTests).Assembly.GetManifestResourceStream("passing.txt")!;
        using StreamReader reader = new(stream);
        return [.. reader.ReadToEnd().Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#'))];
    }

    private static void RequireProgram()
    {
        if (!File.Exists(Program))
        {
            string message = $"NOT TESTED with smbtorture: {Program} is missing. Run tests/lab/install.sh.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(message);
            }

            Assert.Skip(message);
        }
    }
}
