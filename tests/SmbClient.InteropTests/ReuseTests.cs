using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>Reuse of connections and sessions, counted by the server as well as by us (client-state U1–U4, A1, A4).</summary>
public sealed class ReuseTests(LabFixture lab)
{
    [Theory]
    [InlineData("mandatory")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-required")]
    public async Task Twenty_at_once_for_one_user_make_one_connection_and_one_session(string row)
    {
        LabServer server = await lab.StartOwnAsync(row);
        await using SmbClientContext context = new();

        SmbConnection[] connections = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SmbConnection.OpenAsync(server.Options(context), LabServer.Alice)));

        SmbClientStatistics ours = context.GetStatistics();
        Assert.Equal((1, 1, 1L, 1L), (ours.Connections, ours.Sessions, ours.ConnectionsOpened, ours.SessionsEstablished));
        Assert.Equal((1, 1, 1), await server.CountAsync());
        foreach (SmbConnection connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_10")]
    [InlineData("smb3_11")]
    public async Task Two_users_share_the_connection_and_have_a_session_each(string row)
    {
        LabServer server = await lab.StartOwnAsync(row);
        await using SmbClientContext context = new();
        await using SmbConnection alice = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);
        await using SmbConnection bob = await SmbConnection.OpenAsync(server.Options(context), LabServer.Bob);

        await using SmbShare share = await bob.OpenShareAsync("private");

        Assert.NotEmpty(await share.ReadAllBytesAsync("bob.txt"));
        await Assert.ThrowsAsync<SmbStatusException>(() => alice.OpenShareAsync("private"));
        Assert.True(bob.IsSigned);
        Assert.Equal((1, 2, 2), await server.CountAsync());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb3_11")]
    public async Task Each_user_has_a_connection_of_its_own_where_that_is_asked_for(string row)
    {
        LabServer server = await lab.StartOwnAsync(row);
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { Sharing = SmbConnectionSharing.PerUser };
        await using SmbConnection alice = await SmbConnection.OpenAsync(options, LabServer.Alice);
        await using SmbConnection bob = await SmbConnection.OpenAsync(options, LabServer.Bob);
        await using SmbConnection again = await SmbConnection.OpenAsync(options, LabServer.Alice);

        Assert.Equal((2, 2, 2), await server.CountAsync());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    public async Task Another_secret_domain_kind_or_policy_never_gets_the_session(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new();
        await using SmbConnection alice = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);

        await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), SmbCredential.FromPassword("alice", "passw0rd!")));
        await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), SmbCredential.FromNtHash("alice", new byte[16])));
        Assert.Equal((1, 1), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
        List<SmbConnection> others =
        [
            await SmbConnection.OpenAsync(server.Options(context), SmbCredential.FromPassword("alice", "Passw0rd!", "LABSRV")),
            await SmbConnection.OpenAsync(server.Options(context), SmbCredential.FromNtHash("alice", Crypto.Md4.Hash(System.Text.Encoding.Unicode.GetBytes("Passw0rd!")))),
            await SmbConnection.OpenAsync(server.Options(context) with { UseRawNtlmssp = true }, LabServer.Alice),
        ];

        SmbClientStatistics statistics = context.GetStatistics();
        Assert.Equal(4, statistics.SessionsEstablished);
        Assert.Equal(0, statistics.SessionsReused);
        Assert.Equal(1, statistics.ConnectionsOpened);
        await alice.EchoAsync();
        foreach (SmbConnection other in others)
        {
            await other.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_10")]
    [InlineData("smb3_11")]
    public async Task Who_demands_signatures_does_not_get_an_unsigned_session(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new();
        await using SmbConnection unsigned = await SmbConnection.OpenAsync(server.Options(context) with { MessageSigningPolicy = SmbSigningState.Disabled }, LabServer.Alice);
        await using SmbConnection signed = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);
        await using SmbConnection either = await SmbConnection.OpenAsync(server.Options(context) with { MessageSigningPolicy = SmbSigningState.Declined }, LabServer.Alice);

        Assert.False(unsigned.IsSigned);
        Assert.True(signed.IsSigned);

        // In SMB1 signing is a property of the connection.
        Assert.Equal(LabRows.IsOfSmb1(row) ? 2 : 1, context.GetStatistics().ConnectionsOpened);
        Assert.Equal(2, context.GetStatistics().SessionsEstablished);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb3_11")]
    public async Task The_last_holder_starts_the_idle_time_and_then_the_server_sees_nobody(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new() { IdleTimeout = TimeSpan.Zero };
        SmbConnection first = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);
        SmbConnection second = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);
        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.Equal(1, context.GetStatistics().Sessions);

        await second.DisposeAsync();

        Assert.Equal((0, 0), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
        await using SmbConnection fresh = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);
        Assert.Equal(2, context.GetStatistics().ConnectionsOpened);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    public async Task A_dead_connection_is_never_handed_out(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new();
        await using Relay relay = new(server);
        await using SmbConnection first = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        relay.CutAtFrame(f => f.IsRequest(Verb.Echo));
        await Assert.ThrowsAsync<SmbConnectionClosedException>(() => first.EchoAsync());
        relay.CutAtFrame(_ => false);

        await using SmbConnection second = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);

        await second.EchoAsync();
        Assert.Equal(2, relay.Connections);
        Assert.Equal(1, context.GetStatistics().Connections);
    }

    [Theory]
    [InlineData("mandatory")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    public async Task One_wrong_password_tried_by_many_at_once_is_tried_once(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new();
        await using Relay relay = new(server);
        await using SmbConnection bob = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Bob);
        SmbCredential wrong = SmbCredential.FromPassword("alice", "wrong");

        // The server says nothing until all ten have asked.
        relay.HoldAnswers();
        Task[] attempts = [.. Enumerable.Range(0, 10).Select(_ => Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(relay.Options(context), wrong)))];
        relay.Release();
        await Task.WhenAll(attempts);

        Assert.Single(relay.Frames, f => f.IsResponse(Verb.SessionSetup) && f.Status == (uint)NtStatus.LogonFailure);
        Assert.Equal((1, 1), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    public async Task Two_shares_of_one_server_are_two_trees_of_one_session(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using SmbClientContext context = new();
        await using Relay relay = new(server);
        await using SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbShare same = await connection.OpenShareAsync(@"\\127.0.0.1\share");
        await using SmbShare other = await connection.OpenShareAsync("//127.0.0.1/uni");

        Assert.Equal(2, relay.Frames.Count(f => f.IsRequest(Verb.TreeConnect)));
        await share.DisposeAsync();
        Assert.NotEmpty(await same.ReadAllBytesAsync("hello.txt"));
    }
}
