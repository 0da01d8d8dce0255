using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Clients;

/// <summary>
/// impacket's SMBConnection. It does not protect its NTLM messages by a MIC, so the server must not insist. It seals whenever SMB 3.0 lets it, and signs
/// always in SMB 3.1.1.
/// </summary>
public sealed class ImpacketTests(LabFixture lab)
{
    private static readonly string[] Dialects = ["NT1", "202", "210", "300", "311"];

    public static TheoryData<string, string> Cells => new(from row in new[] { "no-mic", "no-mic-mandatory" } from dialect in Dialects select (row, dialect));

    public static TheoryData<string> All => [.. Dialects];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Files(string row, string dialect)
    {
        LabServer server = await StartAsync(row);
        await using Relay relay = new(server);
        using Workspace local = new();

        // It computes AES-CMAC in Python, a third of a megabyte in a second.
        byte[] content = dialect == "311" || (dialect == "300" && row == "no-mic-mandatory") ? local.Create("large.bin", 150_001) : local.CreateLarge("large.bin");
        bool isSigned = row == "no-mic-mandatory" || dialect == "311";
        string folder = $"impacket-{dialect}";

        string output = (await RunAsync(dialect, "127.0.0.1", relay.Port, "Passw0rd!", folder, local)).AssertSuccess();

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string name = dialect switch
        {
            "NT1" => "NT LM 0.12",
            "202" => "0x202",
            "210" => "0x210",
            "300" => "0x300",
            _ => "0x311",
        };
        Assert.Equal(
            [
                $"dialect={name}",
                $"signing={isSigned}",
                "shares=IPC$/encrypted/guest/many/private/ro/share/sparse/uni",
                $"files=kept.bin:{content.Length}/renamed.bin:{content.Length}",
                $"left=kept.bin:{content.Length}",
            ],
            lines);
        Workspace.AssertSameFile(local.PathOf("large.bin"), local.PathOf("back.bin"));
        Workspace.AssertSameFile(local.PathOf("large.bin"), server.PathOf("share", $"{folder}/kept.bin"));
        Assert.Equal(["kept.bin"], Directory.EnumerateFileSystemEntries(server.PathOf("share", folder)).Select(Path.GetFileName));
        if (dialect == "300")
        {
            Assert.Contains(relay.Frames, f => f.Kind == FrameKind.Transform);
            Assert.False(relay.Frames.Contains(content.AsSpan(0, 16)));
        }
        else if (dialect == "NT1")
        {
            Assert.All(relay.Messages.Where(m => m.Command is 0x2E or 0x2F), m => Assert.Equal(isSigned, m.HasSignature));
        }
        else if (isSigned)
        {
            relay.Frames.AssertSigned();
        }
        else
        {
            relay.Frames.AssertUnsigned();
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_wrong_password(string dialect)
    {
        LabServer server = await StartAsync("no-mic");
        using Workspace local = new();
        local.Create("large.bin", 10);

        (await RunAsync(dialect, server.Host, server.Port, "Passw0rd", "impacket-wrong", local)).AssertFailure("STATUS_LOGON_FAILURE");

        Assert.False(Path.Exists(server.PathOf("share", "impacket-wrong")));
    }

    [Fact]
    public async Task Who_has_no_MIC_does_not_get_in_where_it_is_required()
    {
        LabServer server = await StartAsync("auto");
        using Workspace local = new();
        local.Create("large.bin", 10);

        (await RunAsync("210", server.Host, server.Port, "Passw0rd!", "impacket-mic", local)).AssertFailure("STATUS_LOGON_FAILURE");
    }

    private static Task<ClientRun> RunAsync(string dialect, string host, int port, string password, string folder, Workspace local) =>
        ClientProgram.RunAsync("/usr/bin/python3", Path.Combine(ClientProgram.Scripts, "impacket-client.py"), dialect, host, $"{port}", password, "share", folder, local.PathOf("large.bin"), local.PathOf("back.bin"));

    private Task<LabServer> StartAsync(string row)
    {
        ClientProgram.Require("/usr/bin/python3", "/usr/lib/python3/dist-packages/impacket");
        return lab.StartAsync(row);
    }
}
