using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Clients;

/// <summary>jCIFS 1.3, which speaks SMB1 with extended security and without, and sends NTLM without a MIC.</summary>
public sealed class JcifsTests(LabFixture lab)
{
    private const string Library = "/usr/share/java/jcifs.jar";
    private const string WithoutExtendedSecurity = "-Djcifs.smb.client.useExtendedSecurity=false";

    [Theory]
    [InlineData("no-mic", false)]
    [InlineData("no-mic", true, "-Djcifs.smb.client.signingPreferred=true")]
    [InlineData("no-mic-mandatory", true)]
    [InlineData("legacy", false, WithoutExtendedSecurity, "-Djcifs.smb.lmCompatibility=0")]
    [InlineData("legacy", false, WithoutExtendedSecurity, "-Djcifs.smb.lmCompatibility=3")]
    public async Task Files(string row, bool isSigned, params string[] options)
    {
        LabServer server = await StartAsync(row);
        await using Relay relay = new(server);
        using Workspace local = new();
        local.CreateLarge("large.bin");
        string folder = $"jcifs{string.Concat(options)}";

        string output = (await RunAsync("127.0.0.1", relay.Port, "Passw0rd!", folder, local, options)).AssertSuccess();

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("shares=IPC$/encrypted/guest/many/private/ro/share/sparse/uni", lines[0].Replace("//", "/", StringComparison.Ordinal));
        Assert.Contains("hello.txt", lines[1]);
        Assert.Equal(["files=kept.bin/renamed.bin of 3158073", "left=kept.bin"], lines[2..]);
        Workspace.AssertSameFile(local.PathOf("large.bin"), local.PathOf("back.bin"));
        Workspace.AssertSameFile(local.PathOf("large.bin"), server.PathOf("share", $"{folder}/kept.bin"));
        Assert.Equal(["kept.bin"], Directory.EnumerateFileSystemEntries(server.PathOf("share", folder)).Select(Path.GetFileName));
        RecordedMessage[] writes = [.. relay.Messages.Where(m => m.Command == 0x2F)];
        Assert.NotEmpty(writes);
        Assert.All(writes, m => Assert.Equal(isSigned, m.HasSignature));
    }

    [Theory]
    [InlineData("no-mic")]
    [InlineData("legacy", WithoutExtendedSecurity, "-Djcifs.smb.lmCompatibility=3")]
    public async Task A_wrong_password(string row, params string[] options)
    {
        LabServer server = await StartAsync(row);
        using Workspace local = new();
        local.Create("large.bin", 10);

        (await RunAsync(server.Host, server.Port, "Passw0rd", "jcifs-wrong", local, options)).AssertFailure("C000006D");

        Assert.False(Path.Exists(server.PathOf("share", "jcifs-wrong")));
    }

    /// <summary>Without the two options about names it would ask the network for them.</summary>
    private static Task<ClientRun> RunAsync(string host, int port, string password, string folder, Workspace local, string[] options) =>
        ClientProgram.RunAsync("java", ["-Djcifs.resolveOrder=DNS", "-Djcifs.smb.client.dfs.disabled=true", .. options, "-cp", Library, Path.Combine(ClientProgram.Scripts, "JcifsClient.java"),
            $"smb://{host}:{port}/", "share", password, folder, local.PathOf("large.bin"), local.PathOf("back.bin")]);

    private Task<LabServer> StartAsync(string row)
    {
        ClientProgram.Require("java", Library);
        return lab.StartAsync(row);
    }
}
