using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Clients;

/// <summary>Runs clients that others wrote, each of which must end by itself.</summary>
internal static class ClientProgram
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    /// <summary>Where the project's own scripts for clients are.</summary>
    public static string Scripts { get; } = typeof(LabFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "LabScripts").Value!;

    /// <summary>A machine without these commands and files fails in CI and skips loudly elsewhere.</summary>
    public static void Require(params string[] needs)
    {
        if (needs.FirstOrDefault(n => !IsThere(n)) is { } missing)
        {
            string message = $"NOT TESTED with clients of others: {missing} is missing. Run tests/lab/install.sh.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(message);
            }

            Assert.Skip(message);
        }
    }

    /// <summary>What the program said, and how it ended. One that does not end is killed and fails the test.</summary>
    public static async Task<ClientRun> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach ((string name, string value) in new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8", ["HOME"] = "/nonexistent" })
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Longest);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} did not end: {await output}{await error}");
        }

        return new ClientRun(program, process.ExitCode, await output, await error);
    }

    /// <summary>A path, or a command of one of the places where commands are.</summary>
    private static bool IsThere(string need) => need.Contains('/', StringComparison.Ordinal)
        ? Path.Exists(need)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Any(d => File.Exists(Path.Combine(d, need)));
}
