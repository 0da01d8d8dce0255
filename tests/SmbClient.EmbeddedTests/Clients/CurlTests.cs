using System;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Clients;

/// <summary>curl's smb:// speaks SMB1 of the last century: no extended security, NTLM's first version, no Unicode, no signatures.</summary>
public sealed class CurlTests(LabFixture lab)
{
    private const int LoginDenied = 67;
    private const int CouldNotConnect = 7;
    private const int NoSuchFile = 78;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32 * 1024)]
    [InlineData(5_000_001)]
    public async Task Up_and_down(int length)
    {
        LabServer server = await StartAsync("legacy");
        using Workspace local = new();
        local.Create("sent.bin", length);
        string name = string.Create(CultureInfo.InvariantCulture, $"curl-{length}.bin");

        (await RunAsync(server, $"share/{name}", "Passw0rd!", "-T", local.PathOf("sent.bin"))).AssertSuccess();
        Workspace.AssertSameFile(local.PathOf("sent.bin"), server.PathOf("share", name));
        (await RunAsync(server, $"share/{name}", "Passw0rd!", "-o", local.PathOf("back.bin"))).AssertSuccess();
        Octets.AssertSame(await File.ReadAllBytesAsync(local.PathOf("sent.bin")), Path.Exists(local.PathOf("back.bin")) ? await File.ReadAllBytesAsync(local.PathOf("back.bin")) : default);
    }

    [Fact]
    public async Task Refusals()
    {
        LabServer server = await StartAsync("legacy");
        using Workspace local = new();
        local.Create("sent.bin", 10);

        Assert.Equal(LoginDenied, (await RunAsync(server, "share/curl-wrong.bin", "Passw0rd", "-T", local.PathOf("sent.bin"))).ExitCode);
        Assert.Equal(LoginDenied, (await RunAsync(server, "share/hello.txt", "Passw0rd")).ExitCode);
        Assert.Equal(NoSuchFile, (await RunAsync(server, "share/absent.txt", "Passw0rd!")).ExitCode);
        Assert.Equal("hello\n", (await RunAsync(server, "share/hello.txt", "Passw0rd!")).AssertSuccess());
        Assert.NotEqual(0, (await RunAsync(server, "ro/curl.bin", "Passw0rd!", "-T", local.PathOf("sent.bin"))).ExitCode);
        Assert.False(Path.Exists(server.PathOf("share", "curl-wrong.bin")));
        Assert.False(Path.Exists(server.PathOf("ro", "curl.bin")));
    }

    [Fact]
    public async Task Where_the_old_ways_are_off_it_does_not_get_in()
    {
        LabServer server = await StartAsync("auto");
        ClientRun run = await RunAsync(server, "share/hello.txt", "Passw0rd!");
        Assert.Equal((CouldNotConnect, ""), (run.ExitCode, run.Output));
    }

    private static Task<ClientRun> RunAsync(LabServer server, string path, string password, params string[] options) =>
        ClientProgram.RunAsync("curl", ["-q", "-sS", .. options, "-u", $@"LAB\alice:{password}", string.Create(CultureInfo.InvariantCulture, $"smb://{server.Host}:{server.Port}/{path}")]);

    private Task<LabServer> StartAsync(string row)
    {
        ClientProgram.Require("curl");
        return lab.StartAsync(row);
    }
}
