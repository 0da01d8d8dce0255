using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>Sessions of SMB2 beyond what all dialects share: each with keys of its own, and said goodbye to.</summary>
public sealed class SessionTests(LabFixture servers)
{
    [Theory]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    public async Task A_session_that_nobody_holds_is_logged_off_after_the_idle_time(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        FakeTimeProvider clock = new();
        await using SmbClientContext context = new() { TimeProvider = clock, IdleTimeout = TimeSpan.FromSeconds(30) };
        SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await connection.DisposeAsync();

        clock.Advance(TimeSpan.FromSeconds(29));
        await using (SmbConnection again = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice))
        {
            // Somebody takes it in time: the idle time begins anew when he leaves.
            clock.Advance(TimeSpan.FromSeconds(29));
        }

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, context.GetStatistics().Sessions);
        clock.Advance(TimeSpan.FromSeconds(2));

        await relay.SeenAsync(f => f.Smb2.Any(m => m is { Command: RecordedSmb2.Logoff, IsResponse: true, Status: 0, IsSigned: true }));
        await relay.ClientClosed.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((0, 0, 1L), (context.GetStatistics().Sessions, context.GetStatistics().Connections, context.GetStatistics().SessionsReused));
    }

    [Theory]
    [InlineData("smb2_10", false)]
    [InlineData("smb3_00", false)]
    [InlineData("smb3_00", true)]
    [InlineData("smb3_11", false)]
    [InlineData("smb3_11", true)]
    public async Task Two_users_at_once_on_one_connection_never_use_each_others_keys(string row, bool seal)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        SmbConnectionOptions options = relay.Options(context) with { Encryption = seal ? SmbEncryptionPolicy.Required : SmbEncryptionPolicy.IfServerRequires };
        SmbConnection[] users = await Task.WhenAll(
            SmbConnection.OpenAsync(options, LabServer.Alice), SmbConnection.OpenAsync(options, LabServer.Bob), SmbConnection.OpenAsync(options, LabServer.Uni));

        await Task.WhenAll(users.Select(async (user, i) =>
        {
            await using SmbShare share = await user.OpenShareAsync("share");
            for (int round = 0; round < 5; round++)
            {
                byte[] content = [.. Enumerable.Repeat((byte)(i + 1), 70_000)];
                await share.WriteAllBytesAsync($"user-{i}.bin", content);
                Octets.AssertSame(content, await share.ReadAllBytesAsync($"user-{i}.bin"));
            }
        }));
        await using (SmbShare bobs = await users[1].OpenShareAsync("private"))
        {
            Assert.NotEmpty(await bobs.ReadAllBytesAsync("bob.txt"));
        }

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => users[0].OpenShareAsync("private"));
        Assert.Equal(NtStatus.AccessDenied, e.Status);
        Assert.Equal((1L, 3L), (context.GetStatistics().ConnectionsOpened, context.GetStatistics().SessionsEstablished));
        foreach (SmbConnection user in users)
        {
            await user.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("smb2_02")]
    [InlineData("smb3_00")]
    [InlineData("smb3_11")]
    public async Task Who_fails_to_sign_in_leaves_the_others_alone(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        for (int i = 0; i < 3; i++)
        {
            SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(
                () => SmbConnection.OpenAsync(server.Options(lab.Context), SmbCredential.FromPassword("bob", $"wrong {i}")));
            Assert.Equal(NtStatus.LogonFailure, e.Status);
            Assert.Equal("hello\n"u8.ToArray(), await lab.Share.ReadAllBytesAsync("hello.txt"));
        }

        Assert.Equal((1, 1, 1L), (lab.Context.GetStatistics().Connections, lab.Context.GetStatistics().Sessions, lab.Context.GetStatistics().ConnectionsOpened));
    }
}
