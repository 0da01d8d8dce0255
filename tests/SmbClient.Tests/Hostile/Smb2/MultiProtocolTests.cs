using System;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;
using SmbClient.Wire.Smb2;
using Xunit;
using Smb1NegotiateResponse = SmbClient.Wire.Smb1.NegotiateResponse;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>What becomes of a negotiation that begins in SMB1 because SMB1 is allowed.</summary>
public sealed class MultiProtocolTests : HostileSmb2Test
{
    [Theory]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb302)]
    [InlineData(SmbDialect.Smb311)]
    public async Task A_server_that_wants_to_go_on_in_SMB2(SmbDialect dialect)
    {
        ScriptedSmb2Server server = new() { MaxDialect = dialect };
        await using SmbClientContext context = new();

        await WorksAsync(server, context, Options(server, context));

        Assert.Equal(dialect, server.Connection.Dialect);
    }

    [Fact]
    public async Task A_server_that_settles_SMB_2_0_2_at_once()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.OnSmb1 = (c, _) => [c.Handshake.Negotiate202()];
        await using SmbShare share = await OpenShareAsync(server, context, Options(server, context));

        Assert.Equal(ScriptedFiles.FileContent, await share.ReadAllBytesAsync("file").WaitAsync(Limit));

        Assert.Equal(SmbDialect.Smb202, server.Connection.Dialect);
        KeptTheRules(server);
    }

    [Fact]
    public async Task A_server_that_speaks_SMB1_only()
    {
        ScriptedServer server = new();
        await using SmbClientContext context = new();

        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { MaxDialect = SmbDialect.Smb311 }, ScriptedServer.Credential).WaitAsync(Limit);

        Assert.Equal(SmbDialect.NtLm012, connection.Dialect);
    }

    [Fact]
    public Task SMB_2_0_2_although_it_was_not_offered() =>
        IsRefusedAsync(SmbProtocolError.Misbehaved, (c, _) => c.Handshake.Negotiate202(), o => o with { MinDialect = SmbDialect.Smb210 });

    [Fact]
    public Task A_dialect_that_can_only_be_negotiated_in_SMB2() =>
        IsRefusedAsync(SmbProtocolError.Misbehaved, (c, _) => Octets.With16(c.Handshake.Negotiate202(), Smb2Header.Size + 4, 0x0302));

    [Fact]
    public Task Rubbish() => IsRefusedAsync(SmbProtocolError.Malformed, (_, _) => [1, 2, 3, 4, 5, 6, 7, 8]);

    [Fact]
    public Task Nothing_at_all() => IsRefusedAsync(SmbProtocolError.Malformed, (_, _) => []);

    [Fact]
    public Task A_cut_answer_of_SMB2() => IsRefusedAsync(SmbProtocolError.Malformed, (c, _) => c.Handshake.NegotiateAny()[..100]);

    [Fact]
    public Task A_refusal_in_SMB2() =>
        IsRefusedAsync(SmbProtocolError.Incompatible, (c, _) => Octets.With32(c.Handshake.NegotiateAny(), Smb2Header.StatusPosition, (uint)NtStatus.NotSupported));

    [Fact]
    public Task An_answer_of_SMB2_to_another_message() =>
        IsRefusedAsync(SmbProtocolError.Misbehaved, (c, _) => Octets.With64(c.Handshake.NegotiateAny(), Smb2Header.MessageIdPosition, 1));

    [Fact]
    public Task SMB2_chosen_by_an_answer_of_SMB1() => IsRefusedAsync(SmbProtocolError.Misbehaved, (_, m) => AnswerInSmb1(m, dialectIndex: 1));

    [Fact]
    public Task No_common_dialect_in_SMB1() => IsRefusedAsync(SmbProtocolError.Incompatible, (_, m) => AnswerInSmb1(m, Smb1NegotiateResponse.NoDialect));

    [Fact]
    public Task SMB1_with_SMB1_not_allowed() => IsRefusedAsync(SmbProtocolError.Malformed, (_, m) => AnswerInSmb1(m, 0), o => o with { AllowSmb1 = false }, inSmb2: true);

    [Fact]
    public async Task The_same_answer_again_in_SMB2()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.OnNegotiate = r => r with { DialectRevision = 0x02FF };

        await MisbehavesAsync(() => OpenAsync(server, context, Options(server, context)));

        await StartsAnewAsync(server, context, Options(server, context));
    }

    [Fact]
    public async Task A_dialect_that_was_lowered_after_SMB1_is_found_out_by_the_validation()
    {
        ScriptedSmb2Server server = new() { MaxDialect = SmbDialect.Smb210 };
        await using SmbClientContext context = new();
        server.Answer(Smb2Command.Ioctl, r => [r.Reply(ScriptedHandshake.ValidationOf(r.Connection.Handshake.Negotiated with { DialectRevision = 0x0311 }))]);

        await MisbehavesAsync(() => OpenShareAsync(server, context, Options(server, context)));

        await StartsAnewAsync(server, context, Options(server, context));
    }

    private static SmbConnectionOptions Options(ScriptedSmb2Server server, SmbClientContext context) => server.Options(context) with { AllowSmb1 = true };

    private static byte[] AnswerInSmb1(byte[] request, ushort dialectIndex)
    {
        Smb1Strings strings = new(unicode: true, System.Text.Encoding.Latin1);
        Smb1NegotiateResponse body = new()
        {
            DialectIndex = dialectIndex,
            SecurityMode = Smb1SecurityMode.UserLevel | Smb1SecurityMode.EncryptPasswords,
            MaxMpxCount = 10,
            MaxBufferSize = 16644,
            Capabilities = Smb1Capabilities.ExtendedSecurity | Smb1Capabilities.NtSmbs,
        };
        byte[] buffer = new byte[Smb1Header.Size + body.MaxSize(strings)];
        WireWriter writer = new(buffer);
        WireReader reader = new(request);
        Smb1Header header = request[0] == 0xFF ? Smb1Header.Read(ref reader) : default;
        new Smb1Header { Command = Smb1Command.Negotiate, Flags = Smb1Flags.Reply, Flags2 = header.Flags2, PidLow = header.PidLow, Mid = header.Mid }.Write(ref writer);
        body.Write(ref writer, strings);
        return buffer[..writer.Position];
    }

    private static async Task IsRefusedAsync(
        SmbProtocolError error,
        Func<ScriptedConnection, byte[], byte[]> answer,
        Func<SmbConnectionOptions, SmbConnectionOptions>? adapt = null,
        bool inSmb2 = false)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = Options(server, context);
        options = adapt?.Invoke(options) ?? options;
        server.OnSmb1 = (c, m) => [answer(c, m)];
        server.OnRequest = r => inSmb2 ? [answer(r.Connection, r.Message)] : null;

        await MisbehavesAsync(() => OpenAsync(server, context, options), error);

        await StartsAnewAsync(server, context, options);
    }
}
