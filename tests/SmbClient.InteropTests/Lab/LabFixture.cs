using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(LabFixture))]

namespace SmbClient.InteropTests.Lab;

/// <summary>
/// The servers of the lab, each started when the first test asks for it and stopped at the end, or by its watchdog when this process dies.
/// A machine without them fails in CI and skips loudly elsewhere.
/// </summary>
public sealed class LabFixture : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<LabServer>>> _servers = new();
    private readonly string _root = Directory.CreateTempSubdirectory("smbclient-lab-").FullName;
    private readonly string _scripts = typeof(LabFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "LabScripts").Value!;
    private int _lastHost;

    public ValueTask InitializeAsync()
    {
        // smbd becomes the user who signs in: the way to its shares must be open.
        File.SetUnixFileMode(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return default;
    }

    /// <summary>The server of a row, started at the first call.</summary>
    public Task<LabServer> StartAsync(string row)
    {
        RequireLab();
        return _servers.GetOrAdd(row, r => new Lazy<Task<LabServer>>(() => StartOnceAsync(r, shared: true))).Value;
    }

    /// <summary>A server of this row that nobody else uses, for tests that count.</summary>
    public Task<LabServer> StartOwnAsync(string row)
    {
        RequireLab();
        return StartOnceAsync(row, shared: false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string directory in Directory.GetDirectories(_root))
        {
            string script = Path.GetFileName(directory).StartsWith("impacket", StringComparison.Ordinal) ? "impacket.sh" : "smbd.sh";
            await Shell.RunAsync(Path.Combine(_scripts, script), ["stop", directory]);
        }

        Directory.Delete(_root, recursive: true);
    }

    private static void RequireLab()
    {
        if (new[] { "/usr/sbin/smbd", "/usr/bin/smbclient", "/usr/lib/python3/dist-packages/impacket" }.FirstOrDefault(p => !Path.Exists(p)) is { } missing)
        {
            string message = $"NOT TESTED against real servers: {missing} is missing. Run tests/lab/install.sh.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(message);
            }

            Assert.Skip(message);
        }
    }

    private async Task<LabServer> StartOnceAsync(string row, bool shared)
    {
        const int Port = 4450;
        const int NetBiosPort = 4139;

        // An address of its own for each server and each run: nobody has to wait for a port to be free.
        int number = Interlocked.Increment(ref _lastHost);
        int block = number / 250;
        string host = $"127.{64 + 64 * block + (Environment.ProcessId >> 8 & 63)}.{Environment.ProcessId & 255}.{1 + number % 250}";
        string directory = Path.Combine(_root, $"{row}-{number}");
        Dictionary<string, string> environment = new() { ["LAB_OWNER"] = $"{Environment.ProcessId}", ["LAB_MANY"] = shared && LabRows.WithLargeDirectory.Contains(row) ? "10000" : "10" };
        if (LabRows.Impacket.TryGetValue(row, out string[]? options))
        {
            string impacket = Path.Combine(_scripts, "impacket.sh");
            await Shell.RunAsync(impacket, ["start", directory, host, $"{Port}", .. options], environment);
            return new LabServer(row, impacket, directory, host, Port, 0);
        }

        string smbd = Path.Combine(_scripts, "smbd.sh");
        await Shell.RunAsync(smbd, ["start", directory, host, $"{Port} {NetBiosPort}", .. LabRows.Samba[row]], environment);
        return new LabServer(row, smbd, directory, host, Port, NetBiosPort);
    }
}
