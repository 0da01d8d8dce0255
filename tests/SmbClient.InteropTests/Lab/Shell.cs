using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace SmbClient.InteropTests.Lab;

/// <summary>Runs programs of the lab.</summary>
internal static class Shell
{
    /// <summary>What Samba's smbclient said to commands for a share, as alice; any dialect unless an option says which.</summary>
    public static Task<string> SmbclientAsync(string host, int port, string share, string commands, params string[] options) => RunAsync("smbclient", [
        "--configfile=/dev/null", "--option=client min protocol=NT1", .. options, "-p", $"{port}", "-U", "alice%Passw0rd!", $"//{host}/{share}", "-c", commands]);

    /// <summary>What the program wrote to its standard output; throws with what it wrote to either when it fails.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{await error}");
    }
}
