using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Clients;

/// <summary>Samba's smbclient in every dialect: in the clear, signed and sealed, by its own wish and by the server's.</summary>
public sealed class SmbclientTests(LabFixture lab)
{
    private const string Password = "alice%Passw0rd!";

    /// <summary>What -m takes; SMB3 is whatever is best of it.</summary>
    private static readonly string[] Dialects = ["NT1", "SMB2_02", "SMB2_10", "SMB3_00", "SMB3_02", "SMB3", "SMB3_11"];

    private static readonly string[] SealingDialects = ["SMB3_00", "SMB3_02", "SMB3", "SMB3_11"];

    public static TheoryData<string> All => [.. Dialects];

    public static TheoryData<string> Sealing => [.. SealingDialects];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Files_in_the_clear(string dialect)
    {
        await using Relay relay = await WalkAsync("auto", dialect, "--client-protection=off");
        AssertDialect(relay, dialect);
        if (dialect == "NT1")
        {
            Assert.All(relay.Messages, m => Assert.False(m.HasSignature));
        }
        else
        {
            relay.Frames.AssertUnsigned();
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Files_signed_because_the_client_wants_it(string dialect)
    {
        await using Relay relay = await WalkAsync("auto", dialect, "--client-protection=sign");
        AssertDialect(relay, dialect);
        AssertSigned(relay, dialect);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Files_signed_because_the_server_requires_it(string dialect)
    {
        await using Relay relay = await WalkAsync("mandatory", dialect);
        AssertDialect(relay, dialect);
        AssertSigned(relay, dialect);
    }

    [Theory]
    [MemberData(nameof(Sealing))]
    public async Task Files_sealed_because_the_client_wants_it(string dialect)
    {
        await using Relay relay = await WalkAsync("auto", dialect, "--client-protection=encrypt");
        AssertDialect(relay, dialect);
        relay.Frames.AssertSealed();
    }

    [Theory]
    [MemberData(nameof(Sealing))]
    public async Task Files_sealed_because_the_server_requires_it(string dialect)
    {
        await using Relay relay = await WalkAsync("encrypt-required", dialect);
        AssertDialect(relay, dialect);
        relay.Frames.AssertSealed();
    }

    [Theory]
    [InlineData("NT1")]
    [InlineData("SMB2_02")]
    [InlineData("SMB2_10")]
    public async Task Who_cannot_seal_does_not_get_in_where_it_is_required(string dialect)
    {
        LabServer server = await StartAsync("encrypt-required");
        ClientRun run = await RunAsync(server.Host, server.Port, "share", Password, "ls", dialect);
        run.AssertFailure("NT_STATUS_");
        Assert.DoesNotContain("hello.txt", run.Everything);
    }

    [Theory]
    [MemberData(nameof(Sealing))]
    public async Task A_sealed_share(string dialect)
    {
        LabServer server = await StartAsync("auto");
        await using Relay relay = new(server);
        using Workspace local = new();
        byte[] content = local.CreateLarge("secret.bin");
        string name = $"sealed-{dialect}.bin";

        (await RunAsync("127.0.0.1", relay.Port, "encrypted", Password, $"lcd {local.Folder}; put secret.bin {name}; get {name} back.bin", dialect)).AssertSuccess();

        Workspace.AssertSameFile(local.PathOf("secret.bin"), server.PathOf("encrypted", name));
        Workspace.AssertSameFile(local.PathOf("secret.bin"), local.PathOf("back.bin"));
        Assert.Contains(relay.Frames, f => f.Kind == FrameKind.Transform);
        Assert.False(relay.Frames.Contains(content.AsSpan(0, 16)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Trees_there_and_back(string dialect)
    {
        LabServer server = await StartAsync("auto");
        using Workspace local = new();
        local.CreateTree($"tree-{dialect}");
        Directory.CreateDirectory(local.PathOf("back"));
        string remote = server.PathOf("share", $"tree-{dialect}");

        (await RunAsync(server.Host, server.Port, "share", Password, $"recurse on; prompt off; lcd {local.Folder}; mput tree-{dialect}; lcd back; mget tree-{dialect}", dialect)).AssertSuccess();

        Workspace.AssertSameTree(local.PathOf($"tree-{dialect}"), remote);
        Workspace.AssertSameTree(local.PathOf($"tree-{dialect}"), local.PathOf($"back/tree-{dialect}"));
        (await RunAsync(server.Host, server.Port, "share", Password, $"deltree tree-{dialect}", dialect)).AssertSuccess();
        Assert.False(Path.Exists(remote));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Shares_are_listed(string dialect)
    {
        LabServer server = await StartAsync("auto");

        string output = (await ClientProgram.RunAsync("smbclient", [.. Options(server.Port, Password, dialect), "-g", "-L", server.Host])).AssertSuccess();

        string[] shares = [.. output.Split('\n').Where(l => l.StartsWith("Disk|", StringComparison.Ordinal) || l.StartsWith("IPC|", StringComparison.Ordinal)).Select(l => l.Split('|')[1]).Order(StringComparer.Ordinal)];
        Assert.Equal(["IPC$", "encrypted", "guest", "many", "private", "ro", "share", "sparse", "uni"], shares);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Refusals(string dialect)
    {
        LabServer server = await StartAsync("auto");
        Task<ClientRun> Run(string share, string user, string commands) => RunAsync(server.Host, server.Port, share, user, commands, dialect);

        ClientRun wrong = await Run("share", "alice%Passw0rd", "ls");
        wrong.AssertFailure("NT_STATUS_LOGON_FAILURE");
        Assert.DoesNotContain("hello.txt", wrong.Everything);
        (await Run("share", "disabled%x", "ls")).AssertFailure("NT_STATUS_ACCOUNT_DISABLED");
        (await Run("nowhere", Password, "ls")).AssertFailure("NT_STATUS_BAD_NETWORK_NAME");
        (await Run("private", Password, "ls")).AssertFailure("NT_STATUS_ACCESS_DENIED");
        (await Run("share", Password, "get absent.txt /dev/null")).AssertFailure("NT_STATUS_OBJECT_NAME_NOT_FOUND");
        Assert.Contains("NT_STATUS_ACCESS_DENIED", (await Run("ro", Password, "mkdir forbidden")).Everything);
        Assert.False(Path.Exists(server.PathOf("ro", "forbidden")));
    }

    [Theory]
    [InlineData("SMB2_02", 0x0202)]
    [InlineData("SMB2_10", 0x0210)]
    [InlineData("SMB3_11", 0x0311)]
    public async Task A_negotiation_that_begins_in_SMB1(string dialect, int expected)
    {
        LabServer server = await StartAsync("auto");
        await using Relay relay = new(server);

        string output = (await RunAsync("127.0.0.1", relay.Port, "share", Password, "ls hello.txt", dialect, "--option=client min protocol=NT1")).AssertSuccess();

        Assert.Contains("hello.txt", output);
        Assert.Equal(FrameKind.Smb1, relay.Frames[0].Kind);
        Assert.Equal(expected, relay.Frames.Negotiation!.Dialect);
    }

    [Fact]
    public async Task Names_and_passwords_beyond_ASCII()
    {
        LabServer server = await StartAsync("auto");
        using Workspace local = new();
        string name = "Σίσυφος 日本 😀.bin";
        local.Create(name, 1000);
        foreach (string dialect in Dialects)
        {
            (await RunAsync(server.Host, server.Port, "share", "ünï%Pässwörd€", $"lcd {local.Folder}; put \"{name}\" \"{dialect} {name}\"; get \"{dialect} {name}\" back", dialect)).AssertSuccess();
            Workspace.AssertSameFile(local.PathOf(name), server.PathOf("share", $"{dialect} {name}"));
            Workspace.AssertSameFile(local.PathOf(name), local.PathOf("back"));
        }
    }

    /// <summary>What a day at the office does with files, in a folder of its own; the relay has seen it.</summary>
    private async Task<Relay> WalkAsync(string row, string dialect, params string[] options)
    {
        LabServer server = await StartAsync(row);
        Relay relay = new(server);
        using Workspace local = new();
        local.CreateLarge("large.bin");
        local.Create("small.bin", 99);
        string folder = $"smbclient-{dialect}{string.Concat(options)}";

        ClientRun run = await RunAsync("127.0.0.1", relay.Port, "share", Password, string.Join("; ",
            $"mkdir {folder}", $"cd {folder}", $"lcd {local.Folder}",
            "put large.bin", "put small.bin", "get large.bin back.bin", "allinfo large.bin",
            "mkdir inner", "rename small.bin inner\\moved.bin", "mkdir empty", "rmdir empty",
            "put small.bin doomed.bin", "del doomed.bin", "ls", "ls inner\\*"), dialect, options);

        string output = run.AssertSuccess();
        Assert.DoesNotContain("NT_STATUS_", run.Everything);
        Assert.Matches(@"(?m)^  large\.bin +[A-Z]* +3158073  ", output);
        Assert.Matches(@"(?m)^  inner +D[A-Z]* +0  ", output);
        Assert.Matches(@"(?m)^  moved\.bin +[A-Z]* +99  ", output);
        Assert.Contains("stream: [::$DATA], 3158073 bytes", output);
        Assert.DoesNotMatch(@"(?m)^  (doomed|empty|small)", output);
        Workspace.AssertSameFile(local.PathOf("large.bin"), local.PathOf("back.bin"));
        Workspace.AssertSameFile(local.PathOf("large.bin"), server.PathOf("share", $"{folder}/large.bin"));
        Workspace.AssertSameFile(local.PathOf("small.bin"), server.PathOf("share", $"{folder}/inner/moved.bin"));
        Assert.Equal(["inner", "large.bin"], Directory.EnumerateFileSystemEntries(server.PathOf("share", folder)).Select(Path.GetFileName).Order());
        return relay;
    }

    private Task<LabServer> StartAsync(string row)
    {
        ClientProgram.Require("smbclient");
        return lab.StartAsync(row);
    }

    private static Task<ClientRun> RunAsync(string host, int port, string share, string user, string commands, string dialect, params string[] options) =>
        ClientProgram.RunAsync("smbclient", [.. Options(port, user, dialect), .. options, $"//{host}/{share}", "-c", commands]);

    /// <summary>One dialect alone, whatever this machine's own configuration says.</summary>
    private static string[] Options(int port, string user, string dialect) =>
        ["--configfile=/dev/null", $"--option=client min protocol={dialect}", "-m", dialect, "-p", $"{port}", "-U", user];

    private static void AssertDialect(Relay relay, string dialect) => Assert.Equal(dialect switch
    {
        "NT1" => null,
        "SMB2_02" => 0x0202,
        "SMB2_10" => 0x0210,
        "SMB3_00" => 0x0300,
        "SMB3_02" => 0x0302,
        _ => (int?)0x0311,
    }, relay.Frames.Negotiation?.Dialect);

    /// <summary>After the sign-in everything is signed; in SMB1 the server's answer to it, too.</summary>
    private static void AssertSigned(Relay relay, string dialect)
    {
        if (dialect != "NT1")
        {
            relay.Frames.AssertSigned();
            return;
        }

        RecordedMessage[] signed = [.. relay.Messages.SkipWhile(m => m is not { FromClient: false, Command: 0x73, Status: 0 })];
        Assert.Contains(signed, m => m.FromClient);
        Assert.All(signed, m => Assert.True(m.HasSignature));
    }
}
