using System;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Samba;

/// <summary>Signing in to servers such as only others wrote: without extended security, without users, or behind NetBIOS.</summary>
public sealed class OldServersTests(LabFixture lab)
{
    [Fact]
    public async Task To_a_server_that_sends_no_integrity_codes()
    {
        LabServer server = await lab.StartAsync("impacket");
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Enabled };
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);

        await using SmbShare share = await connection.OpenShareAsync("SHARE");

        Assert.False(connection.IsSigned);
        Assert.NotEmpty(await share.ReadAllBytesAsync("hello.txt"));
    }

    [Fact]
    public async Task A_server_without_extended_security_is_refused_by_default()
    {
        LabServer server = await lab.StartAsync("impacket-noext");
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Disabled };

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(server.Options(context), LabServer.Alice));

        Assert.Contains(nameof(SmbConnectionOptions.AllowNonExtendedSecurity), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_wants_the_password_in_the_clear_is_refused_by_default()
    {
        LabServer server = await lab.StartAsync("plaintext");
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Disabled };
        SmbConnectionOptions options = server.Options(context) with { AllowNonExtendedSecurity = true };

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(options, LabServer.Alice));

        Assert.Contains(nameof(SmbConnectionOptions.AllowPlaintextPassword), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_share_level_server_gets_a_null_session_and_the_password_with_the_tree()
    {
        LabServer server = await lab.StartAsync("impacket-sharelevel");
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Disabled };
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { AllowNonExtendedSecurity = true }, LabServer.Alice);

        await using SmbShare share = await connection.OpenShareAsync("SHARE");

        Assert.True(connection.IsAnonymous);
        Assert.NotEmpty(await share.ReadAllBytesAsync("hello.txt"));
    }

    [Fact]
    public async Task Over_the_NetBIOS_session_service()
    {
        LabServer server = await lab.StartAsync("auto");
        await using SmbClientContext context = new();
        foreach (string? name in new[] { null, "LABSRV" })
        {
            SmbConnectionOptions options = server.Options(context) with { Transport = SmbTransportKind.NetBios, Port = server.NetBiosPort, NetBiosName = name };
            await using SmbConnection connection = await SmbConnection.OpenAsync(options, LabServer.Alice);
            await using SmbShare share = await connection.OpenShareAsync("share");
            Assert.NotEmpty(await share.ReadAllBytesAsync("hello.txt"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_knows_no_extended_security(bool ntlmV1)
    {
        LabServer server = await lab.StartAsync("impacket-noext");
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Disabled };
        SmbConnectionOptions options = server.Options(context) with { AllowNonExtendedSecurity = true, AllowNtlmV1 = ntlmV1 };

        await using SmbConnection connection = await SmbConnection.OpenAsync(options, LabServer.Alice);

        await using SmbShare share = await connection.OpenShareAsync("SHARE");
        Assert.NotEmpty(await share.ReadAllBytesAsync("hello.txt"));
    }

    [Fact]
    public async Task A_null_session_with_a_server_that_wants_passwords_in_the_clear()
    {
        LabServer server = await lab.StartAsync("plaintext");
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Disabled };

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { AllowNonExtendedSecurity = true }, SmbCredential.Anonymous);

        Assert.True(connection.IsAnonymous);
        await connection.EchoAsync();
    }
}
