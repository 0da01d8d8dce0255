using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Gss.Spnego;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Hostile;

/// <summary>Servers that misbehave before anybody is signed in: each ends in the right exception, in time, and leaves nothing behind.</summary>
public sealed class NegotiationTests
{
    private static readonly NegotiateResponse Usual = new()
    {
        SecurityMode = Smb1SecurityMode.UserLevel | Smb1SecurityMode.EncryptPasswords,
        MaxMpxCount = 10,
        MaxBufferSize = 16644,
        Capabilities = Smb1Capabilities.ExtendedSecurity | Smb1Capabilities.NtSmbs,
    };

    [Fact]
    public Task No_common_dialect() => FailsAsync(SmbProtocolError.Incompatible, (s, r) => s.Reply(r, Usual with { DialectIndex = NegotiateResponse.NoDialect }));

    [Fact]
    public Task A_dialect_that_was_not_offered() => FailsAsync(SmbProtocolError.Misbehaved, (s, r) => s.Reply(r, Usual with { DialectIndex = 1 }));

    [Fact]
    public Task An_error_instead_of_an_answer() => FailsAsync(SmbProtocolError.Incompatible, (s, r) => s.Status(r, NtStatus.InvalidSmb));

    [Fact]
    public Task A_buffer_that_nothing_fits() => FailsAsync(SmbProtocolError.Incompatible, (s, r) => s.Reply(r, Usual with { MaxBufferSize = 100 }));

    [Fact]
    public Task A_cut_answer() => FailsAsync(SmbProtocolError.Malformed, (s, r) => s.Reply(r, Usual)[..50]);

    [Fact]
    public Task An_SMB2_answer_that_nobody_asked_for() => FailsAsync(SmbProtocolError.Malformed, (s, r) => [0xFE, .. "SMB"u8, .. new byte[100]]);

    [Fact]
    public Task A_message_larger_than_anything_due() => FailsAsync(SmbProtocolError.Malformed, (_, _) => new byte[2_000_000]);

    [Fact]
    public Task Another_command_in_the_answer() => FailsAsync(SmbProtocolError.Misbehaved, (s, r) =>
    {
        byte[] reply = s.Reply(r, Usual);
        reply[4] = (byte)Smb1Command.Echo;
        return reply;
    });

    [Fact]
    public Task A_request_from_the_server() => FailsAsync(SmbProtocolError.Misbehaved, (s, r) =>
    {
        byte[] reply = s.Reply(r, Usual);
        reply[9] = 0;
        return reply;
    });

    [Fact]
    public async Task MaxMpxCount_zero_counts_as_one()
    {
        ScriptedServer server = new() { MaxMpxCount = 0 };
        await using SmbClientContext context = new();

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential);

        await Task.WhenAll(connection.EchoAsync(), connection.EchoAsync());
    }

    [Theory]
    [InlineData(nameof(Smb1Command.Negotiate))]
    [InlineData(nameof(Smb1Command.SessionSetupAndX))]
    public async Task Silence(string command)
    {
        ScriptedServer server = new() { OnRequest = r => r.Command.ToString() == command ? [] : null };
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { ConnectTimeout = TimeSpan.FromMilliseconds(100) };

        SmbConnectionClosedException e = await Assert.ThrowsAsync<SmbConnectionClosedException>(() => SmbConnection.OpenAsync(options, ScriptedServer.Credential));

        Assert.IsType<TimeoutException>(e.InnerException);
        Assert.Contains(nameof(SmbConnectionOptions.ConnectTimeout), e.Message, StringComparison.Ordinal);
        await LeftNothingAsync(server, context);
    }

    [Fact]
    public async Task A_server_that_hangs_up()
    {
        ScriptedServer server = new();
        server.OnRequest = _ =>
        {
            server.Close();
            return [];
        };
        await using SmbClientContext context = new();

        await Assert.ThrowsAsync<SmbConnectionClosedException>(() => SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential));

        await LeftNothingAsync(server, context);
    }

    [Fact]
    public async Task Another_leg_for_ever()
    {
        ScriptedServer server = new();
        byte[] token = SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.AcceptIncomplete });
        server.OnRequest = r => r.Command == Smb1Command.SessionSetupAndX
            ? [server.Reply(r, new SessionSetupExtendedResponse { SecurityBlob = token, NativeOs = "", NativeLanMan = "" }, NtStatus.MoreProcessingRequired, uid: 5)]
            : null;
        await using SmbClientContext context = new();

        await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential));

        Assert.InRange(server.Count(Smb1Command.SessionSetupAndX), 1, 12);
        await LeftNothingAsync(server, context);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Success_without_proof(int leg)
    {
        ScriptedServer server = new();
        int legs = 0;
        server.OnRequest = r => r.Command == Smb1Command.SessionSetupAndX && legs++ == leg
            ? [server.Reply(r, new SessionSetupExtendedResponse { SecurityBlob = SpnegoTokens.EncodeResp(new NegTokenResp { NegState = leg == 0 ? NegState.AcceptCompleted : NegState.AcceptIncomplete }), NativeOs = "", NativeLanMan = "" }, uid: 5)]
            : null;
        await using SmbClientContext context = new();

        await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential));

        await LeftNothingAsync(server, context);
    }

    [Fact]
    public async Task A_guest_in_the_place_of_a_user()
    {
        ScriptedServer server = new();
        server.OnRequest = r => r.Command == Smb1Command.SessionSetupAndX
            ? [server.Reply(r, new SessionSetupExtendedResponse { Action = 1, NativeOs = "", NativeLanMan = "" }, uid: 5)]
            : null;
        await using SmbClientContext context = new();

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential));

        Assert.Contains(nameof(SmbConnectionOptions.AllowGuest), e.Message, StringComparison.Ordinal);
        await LeftNothingAsync(server, context);
    }

    [Fact]
    public async Task An_unsigned_end_of_the_sign_in()
    {
        ScriptedServer server = new();
        await using SmbClientContext context = new();
        server.OnRequest = r => r.Command == Smb1Command.SessionSetupAndX && r.Header.Uid != 0 ? [Unsigned(server, r)] : null;

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(
            () => SmbConnection.OpenAsync(server.Options(context) with { MessageSigningPolicy = SmbSigningState.Required }, ScriptedServer.Credential));

        Assert.Equal(SmbProtocolError.Misbehaved, e.Error);
        await LeftNothingAsync(server, context);
    }

    private static byte[] Unsigned(ScriptedServer server, Request request) =>
        server.Reply(request, new SessionSetupExtendedResponse { SecurityBlob = SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.AcceptCompleted }), NativeOs = "", NativeLanMan = "" }, sign: false);

    private static async Task FailsAsync(SmbProtocolError error, Func<ScriptedServer, Request, byte[]> negotiate)
    {
        ScriptedServer server = new();
        server.OnRequest = r => r.Command == Smb1Command.Negotiate ? [negotiate(server, r)] : null;
        await using SmbClientContext context = new();

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential));

        Assert.Equal(error, e.Error);
        await LeftNothingAsync(server, context);
    }

    private static async Task LeftNothingAsync(ScriptedServer server, SmbClientContext context)
    {
        await server.Running.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((0, 0), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
    }
}
