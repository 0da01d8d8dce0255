using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.InteropTests.Lab;
using SmbClient.Server;

namespace SmbClient.EmbeddedTests.Torture;

/// <summary>Runs one suite of smbtorture against a server of its own in this process.</summary>
internal static class TortureRun
{
    private const string User = "alice";
    private const string Password = "secret";
    private const string Share = "share";

    /// <summary>No suite that is run takes half of this on a quiet machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan LimitOfEmptiness = TimeSpan.FromSeconds(15);

    public static async Task<TortureResult> RunAsync(TortureSuite suite)
    {
        using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions
        {
            NetBiosName = "TORTURE",
            Accounts = new MemoryAccountStore().Add(User, Password),
            FailureDelay = SmbFailureDelay.None,
            AllowNonExtendedSecurity = true,
            AllowNtlmV1 = true,
        });
        SignInCounter log = new();
        await using SmbServer server = SmbServer.Start(new SmbServerOptions
        {
            Authenticator = authenticator,
            Shares = [new SmbServerShare(Share, new MemoryFileStore())],
            EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            AllowSmb1 = true,
            RequireSigning = suite.RequireSigning,
            MaxCredits = 8192,
            LoggerFactory = log,
        });
        int port = ((IPEndPoint)server.EndPoints[0]).Port;
        List<string> trouble = [];
        string output = await TortureAsync(suite, port, trouble);
        await CheckEmptyAsync(server, trouble);
        await CheckAliveAsync(port, trouble);
        if (log.Errors > 0)
        {
            trouble.Add($"The server has logged {log.Errors} errors of its own.");
        }

        return new TortureResult(TortureResult.ReadPassed(suite, output), output, trouble);
    }

    private static async Task<string> TortureAsync(TortureSuite suite, int port, List<string> trouble)
    {
        string directory = Directory.CreateTempSubdirectory("smbclient-torture-").FullName;
        ProcessStartInfo start = new("smbtorture",
        [
            "-s", "/dev/null", "--option=client min protocol=NT1", $"--basedir={directory}", "-p", $"{port}", "-U", $"{User}%{Password}",
            $"//127.0.0.1/{Share}", .. suite.Arguments,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        StringBuilder output = new();
        void Keep(string? line)
        {
            lock (output)
            {
                output.Append(line).Append('\n');
            }
        }

        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using CancellationTokenSource limit = new(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode is not (0 or 1))
            {
                trouble.Add($"smbtorture ended with {process.ExitCode}.");
            }
        }
        catch (OperationCanceledException)
        {
            trouble.Add($"smbtorture was not done after {Limit.TotalSeconds} s.");
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        Directory.Delete(directory, recursive: true);
        lock (output)
        {
            return output.ToString();
        }
    }

    /// <summary>Nothing may be left of clients that are gone.</summary>
    private static async Task CheckEmptyAsync(SmbServer server, List<string> trouble)
    {
        static bool IsEmpty(SmbServerStatistics s) => s is { Connections: 0, Sessions: 0, Opens: 0, OctetsInFlight: 0 };
        Stopwatch watch = Stopwatch.StartNew();
        while (!IsEmpty(server.GetStatistics()) && watch.Elapsed < LimitOfEmptiness)
        {
            await Task.Delay(20);       // smbtorture's connections end when the system says so
        }

        SmbServerStatistics statistics = server.GetStatistics();
        if (!IsEmpty(statistics))
        {
            trouble.Add($"The server is not empty: {statistics}.");
        }
    }

    private static async Task CheckAliveAsync(int port, List<string> trouble)
    {
        try
        {
            await using SmbClientContext context = new();
            SmbConnectionOptions options = new() { Server = "127.0.0.1", Port = port, Context = context };
            await using SmbConnection connection = await SmbConnection.OpenAsync(options, SmbCredential.FromPassword(User, Password));
            await using SmbShare share = await connection.OpenShareAsync(Share);
            await share.WriteAllBytesAsync("alive.txt", "alive"u8.ToArray());
        }
        catch (IOException e)
        {
            trouble.Add($"The server does not serve any more: {e}");
        }
    }
}
