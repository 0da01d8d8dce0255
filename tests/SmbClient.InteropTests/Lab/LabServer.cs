using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace SmbClient.InteropTests.Lab;

/// <summary>One running server of the lab.</summary>
public sealed partial class LabServer
{
    private readonly string _script;

    internal LabServer(string row, string script, string directory, string host, int port, int netBiosPort)
    {
        Row = row;
        _script = script;
        Directory = directory;
        Host = host;
        Port = port;
        NetBiosPort = netBiosPort;
    }

    /// <summary>What the server is: a row of <see cref="LabRows"/>.</summary>
    public string Row { get; }

    public string Host { get; }

    /// <summary>The port for direct TCP.</summary>
    public int Port { get; }

    /// <summary>The port for the NetBIOS session service.</summary>
    public int NetBiosPort { get; }

    /// <summary>Where everything of the server is; its shares are below <c>shares</c>.</summary>
    public string Directory { get; }

    public static SmbCredential Alice { get; } = SmbCredential.FromPassword("alice", "Passw0rd!");

    public static SmbCredential Bob { get; } = SmbCredential.FromPassword("bob", "B0b-Secret");

    public static SmbCredential Uni { get; } = SmbCredential.FromPassword("ünï", "Pässwörd€");

    /// <summary>A path of the server's file system below one of its shares.</summary>
    public string PathOf(string share, string name) => System.IO.Path.Combine(Directory, "shares", share, name);

    /// <summary>What the server must say is the number of a file, where the file system knows; null where it does not.</summary>
    public async Task<ulong?> FileIdAsync(string share, string name) =>
        ulong.Parse(await Shell.RunAsync("stat", ["--format=%i", PathOf(share, name)]), CultureInfo.InvariantCulture);

    /// <summary>The server's own view: connections and sessions now, sign-ins since its start.</summary>
    public async Task<(int Connections, int Sessions, int SignIns)> CountAsync()
    {
        Match match = Counts().Match(await Shell.RunAsync(_script, ["count", Directory]));
        return (Number(match, 1), Number(match, 2), Number(match, 3));
    }

    /// <summary>Stops the server at once, with all its connections.</summary>
    public Task StopAsync() => Shell.RunAsync(_script, ["stop", Directory]);

    /// <summary>Options that speak what the row is about: SMB1, or the newest dialect of SMB2 that the server has.</summary>
    public SmbConnectionOptions Options(SmbClientContext context)
    {
        SmbConnectionOptions options = new() { Server = Host, Port = Port, Context = context };
        return LabRows.IsOfSmb1(Row) ? options with { AllowSmb1 = true, MaxDialect = SmbDialect.NtLm012 } : options;
    }

    /// <summary>Options that speak one dialect.</summary>
    public SmbConnectionOptions Options(SmbClientContext context, SmbDialect dialect) => new()
    {
        Server = Host,
        Port = Port,
        Context = context,
        AllowSmb1 = dialect == SmbDialect.NtLm012,
        MinDialect = dialect,
        MaxDialect = dialect,
    };

    /// <summary>The same server, as it is reached through a port of this machine.</summary>
    public LabServer Behind(int port) => new(Row, _script, Directory, "127.0.0.1", port, 0);

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"connections=(\d+) sessions=(\d+) signins=(\d+)")]
    private static partial Regex Counts();
}
