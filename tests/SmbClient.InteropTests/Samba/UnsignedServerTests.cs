using System;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Samba;

/// <summary>Servers that do not sign, to clients that require it.</summary>
public sealed class UnsignedServerTests(LabFixture lab)
{
    [Fact]
    public async Task A_server_that_cannot_sign_does_not_slip_past_a_client_that_requires_it()
    {
        LabServer server = await lab.StartAsync("impacket");
        await using SmbClientContext context = new();

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(server.Options(context), LabServer.Alice));

        Assert.Equal(SmbProtocolError.Incompatible, e.Error);
        Assert.Equal(0, context.GetStatistics().Connections);
    }

    [Fact]
    public async Task A_server_that_says_it_signs_and_does_not_is_found_out()
    {
        LabServer server = await lab.StartAsync("impacket-liar");
        await using SmbClientContext context = new();

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(server.Options(context), LabServer.Alice));

        Assert.Equal(SmbProtocolError.Misbehaved, e.Error);
        Assert.Equal(0, context.GetStatistics().Connections);
    }
}
