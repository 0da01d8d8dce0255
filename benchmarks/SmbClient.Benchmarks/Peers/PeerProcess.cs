using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace SmbClient.Benchmarks.Peers;

/// <summary>Another client has failed at its work.</summary>
internal sealed class PeerFailedException(string message) : Exception(message);

/// <summary>Runs another client as a process of its own.</summary>
internal static class PeerProcess
{
    /// <summary>How long it took from start to end, and all that it wrote, which is thrown when it fails.</summary>
    /// <param name="program">Found on the PATH.</param>
    /// <param name="arguments">As they are.</param>
    /// <param name="environment">Added to ours.</param>
    /// <param name="input">What the program reads, or null for nothing.</param>
    /// <param name="keepOutput">False for a program whose output is what it transfers: it goes to /dev/null.</param>
    public static async Task<(TimeSpan Elapsed, string Output)> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string? input = null, bool keepOutput = true)
    {
        ProcessStartInfo start = keepOutput
            ? new(program, arguments)
            : new("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null", program, .. arguments]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input ?? "");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended early: its exit code says why.
        }

        await process.WaitForExitAsync();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        string written = await output + await error;
        return process.ExitCode == 0 ? (elapsed, written) : throw new PeerFailedException($"{program} ended with {process.ExitCode}: {written}");
    }
}
