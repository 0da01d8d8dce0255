using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.InteropTests.Lab;
using SmbClient.Server;
using Xunit;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(LabFixture))]

namespace SmbClient.InteropTests.Lab;

/// <summary>Servers of our own, each started when the first test asks for it, with the users, shares and files of the lab's smbd.</summary>
public sealed class LabFixture : IAsyncLifetime
{
    private static readonly string[] Shares = ["share", "ro", "guest", "many", "uni", "private", "encrypted", "sparse"];

    private readonly ConcurrentDictionary<string, Lazy<LabServer>> _servers = new();
    private readonly ConcurrentBag<IAsyncDisposable> _owned = [];
    private readonly ConcurrentBag<IDisposable> _authenticators = [];
    private readonly string _root = Directory.CreateTempSubdirectory("smbclient-embedded-").FullName;
    private int _lastHost;

    public ValueTask InitializeAsync() => default;

    /// <summary>The server of a row, started at the first call.</summary>
    public Task<LabServer> StartAsync(string row) => Task.FromResult(_servers.GetOrAdd(row, r => new Lazy<LabServer>(() => Start(r, shared: true))).Value);

    /// <summary>A server of this row that nobody else uses, for tests that count.</summary>
    public Task<LabServer> StartOwnAsync(string row) => Task.FromResult(Start(row, shared: false));

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable server in _owned)
        {
            await server.DisposeAsync();
        }

        foreach (IDisposable authenticator in _authenticators)
        {
            authenticator.Dispose();
        }

        Directory.Delete(_root, recursive: true);
    }

    private static void Fill(string shares, bool manyFiles)
    {
        foreach (string share in Shares)
        {
            Directory.CreateDirectory(Path.Combine(shares, share));
        }

        void Write(string share, string name, string content) => File.WriteAllText(Path.Combine(shares, share, name), content + "\n");
        Write("share", "hello.txt", "hello");
        Write("ro", "ro.txt", "ro");
        Write("guest", "guest.txt", "guest");
        Write("private", "bob.txt", "bob");
        Write("encrypted", "encrypted.txt", "encrypted");
        foreach (string name in new[] { "naïve.txt", "žluťoučký kůň.txt", "日本語.txt", "😀 emoji.txt", "Σίσυφος ς.txt" })
        {
            Write("uni", name, name);
        }

        for (int i = 1; i <= (manyFiles ? 10000 : 10); i++)
        {
            File.Create(Path.Combine(shares, "many", $"file{i:00000}.txt")).Dispose();
        }
    }

    private static IReadOnlyList<SmbServerShare> Serve(string shares)
    {
        static bool IsUser(SmbIdentity identity) => !identity.IsGuest && !identity.IsAnonymous;
        return [.. Shares.Select(name => new SmbServerShare(name, new FolderFileStore(Path.Combine(shares, name)))
        {
            IsReadOnly = name is "ro" or "many",
            RequireEncryption = name == "encrypted",
            Authorize = name switch
            {
                "guest" => null,
                "private" => i => IsUser(i) && i.User == "bob",
                _ => IsUser,
            },
        })];
    }

    private static MemoryAccountStore Accounts()
    {
        MemoryAccountStore accounts = new();
        return accounts
            .Add("alice", "Passw0rd!")
            .Add("bob", "B0b-Secret")
            .Add("ünï", "Pässwörd€")
            .Add(new SmbAccount { User = "disabled", Status = NtStatus.AccountDisabled }, "x");
    }

    private LabServer Start(string row, bool shared)
    {
        const int Port = 4450;

        // An address of its own for each server and each run: nobody has to wait for a port to be free.
        int number = Interlocked.Increment(ref _lastHost);
        int block = number / 250;
        string host = $"127.{64 + 64 * block + (Environment.ProcessId >> 8 & 63)}.{Environment.ProcessId & 255}.{1 + number % 250}";
        string directory = Path.Combine(_root, $"{row}-{number}");
        Fill(Path.Combine(directory, "shares"), shared && LabRows.WithLargeDirectory.Contains(row));
        SignInCounter log = new();
        SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions
        {
            NetBiosName = "LABSRV",
            Accounts = Accounts(),
            FailureDelay = SmbFailureDelay.None,
            DiscloseAccountState = true,
            AllowAnonymous = true,
            MapToGuest = row != "strict",
            AllowNonExtendedSecurity = row == "legacy",
            AllowNtlmV1 = row == "legacy",
            AllowLanManager = row == "legacy",
            RequireMic = !row.StartsWith("no-mic", StringComparison.Ordinal),
        });
        _authenticators.Add(authenticator);
        SmbServer server = SmbServer.Start(LabRows.All[row](new SmbServerOptions
        {
            Authenticator = authenticator,
            Shares = Serve(Path.Combine(directory, "shares")),
            EndPoints = [new IPEndPoint(IPAddress.Parse(host), Port)],
            AllowSmb1 = true,
            RequireSigning = false,
            LoggerFactory = log,
        }));
        _owned.Add(server);
        return new LabServer(row, server, log, directory, host, Port);
    }
}
