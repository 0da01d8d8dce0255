using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>What a server may be called, and what comes of a name that no ticket can be had for.</summary>
public sealed class KerberosNameTests(KerberosLab lab)
{
    [Theory]
    [InlineData("files.lab.test")]
    [InlineData("FILES.LAB.TEST")]
    [InlineData("Files.Lab.Test")]
    [InlineData("files")]
    [InlineData("FILES")]
    [InlineData("filesalias.lab.test")]
    [InlineData(@"\\files.lab.test")]
    public async Task Names_of_the_server(string name)
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential alice = server.Password("alice");

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { Server = name }, alice);

        await AssertServesAsync(connection);
    }

    [Theory]
    [InlineData("files.lab.test", "cifs/files.lab.test@LAB.TEST")]
    [InlineData("files.lab.test", "cifs/files.lab.test")]
    [InlineData("a-name-of-our-own", "cifs/files.lab.test@LAB.TEST")]
    [InlineData("127.0.0.1", "cifs/files.lab.test@LAB.TEST")]
    [InlineData("files.lab.test", "host/files.lab.test")]
    public async Task A_service_named_apart_from_the_server(string name, string service)
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential alice = server.Password("alice");

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { Server = name, ServicePrincipalName = service }, alice);

        await AssertServesAsync(connection);
    }

    [Theory]
    [InlineData("unknown.lab.test")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Where_there_is_no_ticket_for_the_name_NTLM_serves_if_it_may(string name)
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential alice = SmbCredential.FromPassword(@"LAB\alice", KerberosLab.PasswordOf("alice", KerberosLab.Domain));
        using SmbCredential aliceOfTheRealm = server.Password("alice");
        SmbConnectionOptions options = server.Options(context) with { Server = name };

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(options, aliceOfTheRealm));
        Assert.Contains("Kerberos", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.GetStatistics().Sessions);

        foreach (SmbCredential credential in new[] { alice, aliceOfTheRealm })
        {
            await using SmbConnection connection = await SmbConnection.OpenAsync(options with { Mechanisms = [GssMechanism.Kerberos, GssMechanism.Ntlm] }, credential);
            await AssertServesAsync(connection);
        }
    }

    [Fact]
    public async Task A_ticket_for_another_server_is_refused()
    {
        KerberosServer server = await lab.StartMemberOnceAsync();
        await using SmbClientContext context = new();
        using SmbCredential alice = server.Password("alice");

        // Its key is the controller's, so the member cannot read it.
        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(
            () => SmbConnection.OpenAsync(server.Options(context) with { ServicePrincipalName = "cifs/dc1.lab.test" }, alice));

        Assert.NotEqual(NtStatus.Success, e.Status);
    }

    private static async Task AssertServesAsync(SmbConnection connection)
    {
        await using SmbShare share = await connection.OpenShareAsync("share");
        Assert.Contains("hello.txt", await share.EnumerateAsync().Select(e => e.Name).ToArrayAsync());
        Assert.True(connection.IsSigned);
    }
}
