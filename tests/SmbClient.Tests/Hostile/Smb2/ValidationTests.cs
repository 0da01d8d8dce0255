using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Before 3.1.1 the negotiation is validated afterwards: whoever has lowered it on the way is found out before a file is opened.</summary>
public sealed class ValidationTests : HostileSmb2Test
{
    [Theory]
    [InlineData(SmbDialect.Smb202)]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb300)]
    [InlineData(SmbDialect.Smb302)]
    public async Task A_server_that_has_answered_something_else(SmbDialect dialect)
    {
        foreach (SmbSigningState policy in new[] { SmbSigningState.Required, SmbSigningState.Declined })
        {
            await IsRefusedAsync(dialect, policy, (r, n) => r.Reply(ScriptedHandshake.ValidationOf(n with { DialectRevision = 0x0311 })));
            await IsRefusedAsync(dialect, policy, (r, n) => r.Reply(ScriptedHandshake.ValidationOf(n with { Capabilities = n.Capabilities ^ Smb2Capabilities.Dfs })));
            await IsRefusedAsync(dialect, policy, (r, n) => r.Reply(ScriptedHandshake.ValidationOf(n with { ServerGuid = Guid.Empty })));
            await IsRefusedAsync(dialect, policy, (r, n) => r.Reply(ScriptedHandshake.ValidationOf(n with { SecurityMode = n.SecurityMode ^ Smb2SecurityMode.SigningRequired })));
        }
    }

    [Fact]
    public async Task Somebody_who_takes_the_newer_dialects_out_of_the_request()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.ToServer = m =>
        {
            // 3.1.1 becomes 2.1 once more, and so do both others of 3.x.
            for (int i = 0; Octets.IsOf(m, Smb2Command.Negotiate) && i < 3; i++)
            {
                m = Octets.With16(m, Smb2Header.Size + 36 + (2 * (2 + i)), 0x0210);
            }

            return m;
        };
        server.Answer(Smb2Command.Ioctl, r =>
        {
            // The server hears of dialects that it was not offered and hangs up.
            r.Connection.Close();
            return [];
        });
        SmbConnection connection = await OpenAsync(server, context);
        Assert.Equal(SmbDialect.Smb210, connection.Dialect);

        await FailsAsync<SmbConnectionClosedException>(() => connection.OpenShareAsync("share"));

        Assert.Equal(0, server.Count(Smb2Command.Create));
        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(SmbSigningState.Required)]
    [InlineData(SmbSigningState.Declined)]
    public async Task An_answer_that_anybody_could_have_sent(SmbSigningState policy)
    {
        await IsRefusedAsync(SmbDialect.Smb302, policy, (r, _) => r.Connection.Answer(r));
        await IsRefusedAsync(SmbDialect.Smb302, policy, (r, _) => Octets.Flip(r.Answer(), -1));
        foreach (NtStatus status in new[] { NtStatus.InvalidDeviceRequest, NtStatus.NotSupported, NtStatus.FileClosed, NtStatus.InvalidParameter, NtStatus.NetworkNameDeleted, NtStatus.UserSessionDeleted })
        {
            await IsRefusedAsync(SmbDialect.Smb302, policy, (r, _) => r.BareStatus(status));
        }
    }

    [Theory]
    [InlineData(false, NtStatus.InvalidParameter)]
    [InlineData(false, NtStatus.UserSessionDeleted)]
    [InlineData(true, NtStatus.InvalidParameter)]
    public async Task On_a_sealed_session_an_answer_in_plain(bool onlyTheShare, NtStatus status)
    {
        ScriptedSmb2Server server = new() { MaxDialect = SmbDialect.Smb302, SealSessions = !onlyTheShare, SealShares = onlyTheShare };
        await using SmbClientContext context = new();
        server.Answer(Smb2Command.Ioctl, r => [r.BareStatus(status)]);

        await MisbehavesAsync(() => OpenShareAsync(server, context));

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task Access_denied()
    {
        await IsRefusedAsync(SmbDialect.Smb302, SmbSigningState.Required, (r, _) => r.Status(NtStatus.AccessDenied));
        await IsRefusedAsync(SmbDialect.Smb302, SmbSigningState.Declined, (r, _) => r.BareStatus(NtStatus.AccessDenied));
    }

    [Fact]
    public async Task An_answer_that_does_not_decode()
    {
        await IsRefusedAsync(SmbDialect.Smb302, SmbSigningState.Required, (r, n) => r.Reply(ScriptedHandshake.ValidationOf(n) with { Output = new byte[23] }), SmbProtocolError.Malformed);
        await IsRefusedAsync(SmbDialect.Smb302, SmbSigningState.Required, (r, n) => r.Reply(ScriptedHandshake.ValidationOf(n) with { Output = default }), SmbProtocolError.Malformed);
        await IsRefusedAsync(SmbDialect.Smb302, SmbSigningState.Declined, (r, n) => r.Reply(new EchoBody()), SmbProtocolError.Malformed);
    }

    [Theory]
    [InlineData(NtStatus.InvalidDeviceRequest, SmbSigningState.Required)]
    [InlineData(NtStatus.FileClosed, SmbSigningState.Required)]
    [InlineData(NtStatus.NotSupported, SmbSigningState.Declined)]
    public async Task A_server_that_does_not_know_how_and_says_so_signed(NtStatus status, SmbSigningState policy)
    {
        ScriptedSmb2Server server = new() { MaxDialect = SmbDialect.Smb300 };
        await using SmbClientContext context = new();
        server.Answer(Smb2Command.Ioctl, r => [r.Status(status)]);
        await using SmbShare share = await OpenShareAsync(server, context, server.Options(context) with { MessageSigningPolicy = policy });

        Assert.Equal(ScriptedFiles.FileContent, await share.ReadAllBytesAsync("file").WaitAsync(Limit));

        KeptTheRules(server);
    }

    [Theory]
    [InlineData(SmbDialect.Smb311, SmbDialect.Smb302, 1)]
    [InlineData(SmbDialect.Smb311, SmbDialect.Smb202, 1)]
    [InlineData(SmbDialect.Smb300, SmbDialect.Smb300, 1)]
    [InlineData(SmbDialect.Smb311, SmbDialect.Smb311, 0)]
    [InlineData(SmbDialect.Smb210, SmbDialect.Smb210, 0)]
    public async Task Once_a_connection_where_SMB3_was_offered_and_3_1_1_was_not_taken(SmbDialect offered, SmbDialect taken, int times)
    {
        ScriptedSmb2Server server = new() { MaxDialect = taken };
        await using SmbClientContext context = new();
        SmbConnection connection = await OpenAsync(server, context, server.Options(context) with { MaxDialect = offered });

        await connection.OpenShareAsync("one").WaitAsync(Limit);
        await connection.OpenShareAsync("two").WaitAsync(Limit);

        Assert.Equal(times, server.Count(Smb2Command.Ioctl));
        Assert.All(server.Requests.Where(r => r.Command == Smb2Command.Ioctl), r => Assert.True(r.Header.IsSigned));
        KeptTheRules(server);
    }

    private static async Task IsRefusedAsync(SmbDialect dialect, SmbSigningState policy, Func<ScriptedRequest, NegotiateResponse, byte[]> answer, SmbProtocolError error = SmbProtocolError.Misbehaved)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect };
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        server.Answer(Smb2Command.Ioctl, r => [answer(r, r.Connection.Handshake.Negotiated)]);

        await MisbehavesAsync(() => OpenShareAsync(server, context, options), error);

        Assert.Equal(0, server.Count(Smb2Command.Create));
        await StartsAnewAsync(server, context, options);
    }
}
