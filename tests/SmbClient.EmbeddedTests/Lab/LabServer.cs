using System;
using System.Threading.Tasks;
using SmbClient.Server;

namespace SmbClient.InteropTests.Lab;

/// <summary>One running server of our own, with the shares and users of the lab's smbd.</summary>
public sealed class LabServer
{
    private static readonly bool InMemory = Environment.GetEnvironmentVariable("EMBEDDED_IN_MEMORY") == "1";

    private readonly SmbServer _server;
    private readonly SignInCounter _signIns;
    private bool _isBehind;

    internal LabServer(string row, SmbServer server, SignInCounter signIns, string directory, string host, int port)
    {
        Row = row;
        _server = server;
        _signIns = signIns;
        Directory = directory;
        Host = host;
        Port = port;
    }

    /// <summary>What the server is: a row of <see cref="LabRows"/>.</summary>
    public string Row { get; }

    public string Host { get; }

    /// <summary>The port for direct TCP.</summary>
    public int Port { get; }

    /// <summary>Where everything of the server is; its shares are below <c>shares</c>.</summary>
    public string Directory { get; }

    public static SmbCredential Alice { get; } = SmbCredential.FromPassword("alice", "Passw0rd!");

    public static SmbCredential Bob { get; } = SmbCredential.FromPassword("bob", "B0b-Secret");

    public static SmbCredential Uni { get; } = SmbCredential.FromPassword("ünï", "Pässwörd€");

    /// <summary>A path of the file system below one of the server's shares.</summary>
    public string PathOf(string share, string name) => System.IO.Path.Combine(Directory, "shares", share, name);

    /// <summary>What the server must say is the number of a file; null, because it has numbers of its own.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Samba's fixture needs the instance.")]
    public Task<ulong?> FileIdAsync(string share, string name) => Task.FromResult<ulong?>(null);

    /// <summary>The server's own view: connections and sessions now, sign-ins since its start.</summary>
    public Task<(int Connections, int Sessions, int SignIns)> CountAsync()
    {
        SmbServerStatistics statistics = _server.GetStatistics();
        return Task.FromResult((statistics.Connections, statistics.Sessions, _signIns.Count));
    }

    /// <summary>Stops the server at once, with all its connections.</summary>
    public Task StopAsync() => _server.DisposeAsync().AsTask();

    /// <summary>Options that speak what the row is about: SMB1, or the newest dialect of SMB2 that the server has.</summary>
    public SmbConnectionOptions Options(SmbClientContext context)
    {
        SmbConnectionOptions options = Reach(new() { Server = Host, Port = Port, Context = context });
        return LabRows.IsOfSmb1(Row) ? options with { AllowSmb1 = true, MaxDialect = SmbDialect.NtLm012 } : options;
    }

    /// <summary>Options that speak one dialect.</summary>
    public SmbConnectionOptions Options(SmbClientContext context, SmbDialect dialect) => Reach(new()
    {
        Server = Host,
        Port = Port,
        Context = context,
        AllowSmb1 = dialect == SmbDialect.NtLm012,
        MinDialect = dialect,
        MaxDialect = dialect,
    });

    /// <summary>The same server, as it is reached through a port of this machine.</summary>
    public LabServer Behind(int port) => new(Row, _server, _signIns, Directory, "127.0.0.1", port) { _isBehind = true };

    /// <summary>Over loopback, or in memory where the run is about that; what passes through a relay has to have a socket.</summary>
    private SmbConnectionOptions Reach(SmbConnectionOptions options) => InMemory && !_isBehind ? _server.InMemory(options) : options;
}
