using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace SmbClient.InteropTests.Lab.Kerberos;

/// <summary>What a program said that uses the lab's Kerberos, and how it ended.</summary>
internal sealed record KerberosProgram(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public string Everything => Output + Error;

    /// <summary>Runs a program, which must end by itself, with the lab's realms and, without DNS, the names of its hosts.</summary>
    public static async Task<KerberosProgram> RunAsync(KerberosLab lab, string program, IEnumerable<string> arguments, string input = "", params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        (string, string)[] common =
        [
            ("LC_ALL", "C.UTF-8"),
            ("HOME", "/nonexistent"),
            ("KRB5_CONFIG", lab.Configuration),
            ("LD_PRELOAD", "libnss_wrapper.so"),
            ("NSS_WRAPPER_HOSTS", lab.Hosts),
        ];
        foreach ((string name, string value) in (IEnumerable<(string, string)>)[.. common, .. variables])
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Longest);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} did not end: {await output}{await error}");
        }

        return new KerberosProgram(process.ExitCode, await output, await error);
    }
}
