using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Clients;

/// <summary>rclone's SMB back end, which speaks every dialect of SMB2 and never SMB1.</summary>
public sealed class RcloneTests(LabFixture lab)
{
    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb2_10")]
    [InlineData("smb3_00")]
    [InlineData("smb3_02")]
    [InlineData("smb2-mandatory")]
    [InlineData("encrypt-required")]
    public async Task Trees_there_and_back(string row)
    {
        LabServer server = await StartAsync(row);
        await using Relay relay = new(server);
        using Workspace local = new();
        local.CreateTree("tree");
        local.CreateLarge("tree/large.bin");
        string tree = local.PathOf("tree");
        string remote = await RemoteAsync("127.0.0.1", relay.Port, "Passw0rd!");
        string onServer = server.PathOf("share", "rclone");

        (await RunAsync("copy", tree, $"{remote}/rclone")).AssertSuccess();
        Workspace.AssertSameTree(tree, onServer);
        (await RunAsync("check", "--download", tree, $"{remote}/rclone")).AssertSuccess();
        (await RunAsync("copy", $"{remote}/rclone", local.PathOf("back"))).AssertSuccess();
        Workspace.AssertSameTree(tree, local.PathOf("back"));

        (await RunAsync("moveto", $"{remote}/rclone/first.bin", $"{remote}/rclone/below/moved.bin")).AssertSuccess();
        Workspace.AssertSameFile(local.PathOf("tree/first.bin"), Path.Combine(onServer, "below/moved.bin"));
        Assert.False(Path.Exists(Path.Combine(onServer, "first.bin")));
        (await RunAsync("purge", $"{remote}/rclone")).AssertSuccess();
        Assert.False(Path.Exists(onServer));

        if (row == "encrypt-required")
        {
            Assert.All(relay.Frames.OfConnection(1).AfterSignIn, f => Assert.Equal(FrameKind.Transform, f.Kind));
            Assert.False(relay.Frames.Contains(File.ReadAllBytes(local.PathOf("tree/large.bin")).AsSpan(0, 16)));
        }
        else if (row == "smb2-mandatory")
        {
            Assert.All(relay.Frames.Smb2.Where(m => m is { Command: RecordedSmb2.Read or RecordedSmb2.Write, IsInterim: false }), m => Assert.True(m.IsSigned, $"not signed: {m}"));
        }
    }

    [Fact]
    public async Task A_wrong_password()
    {
        LabServer server = await StartAsync("auto");
        using Workspace local = new();
        local.CreateTree("tree");

        (await RunAsync("copy", local.PathOf("tree"), $"{await RemoteAsync(server.Host, server.Port, "Passw0rd")}/rclone-wrong")).AssertFailure("The attempted logon is invalid");

        Assert.False(Path.Exists(server.PathOf("share", "rclone-wrong")));
    }

    /// <summary>A remote of the command line; rclone wants the password in a form of its own.</summary>
    private static async Task<string> RemoteAsync(string host, int port, string password)
    {
        string obscured = (await ClientProgram.RunAsync("rclone", "obscure", password)).AssertSuccess().Trim();
        return $":smb,host={host},port={port},user=alice,pass={obscured},domain=LAB:share";
    }

    /// <summary>One attempt: what fails once shall be seen.</summary>
    private static Task<ClientRun> RunAsync(params string[] arguments) =>
        ClientProgram.RunAsync("rclone", ["--config", "/dev/null", "--retries", "1", "--low-level-retries", "1", .. arguments]);

    private Task<LabServer> StartAsync(string row)
    {
        ClientProgram.Require("rclone");
        return lab.StartOwnAsync(row); // those that everybody uses have ten thousand files, where they speak one dialect
    }
}
