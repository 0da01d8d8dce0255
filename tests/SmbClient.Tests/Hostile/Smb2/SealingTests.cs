using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Responses on a sealed session that are not sealed as they must be.</summary>
public sealed class SealingTests : HostileSmb2Test
{
    private const byte Untouched = 0x55;

    public static TheoryData<int> Places => new(
        Smb2TransformHeader.SignaturePosition,
        Smb2TransformHeader.SignaturePosition + 15,
        Smb2TransformHeader.NoncePosition,
        Smb2TransformHeader.NoncePosition + 15,
        Smb2TransformHeader.MessageSizePosition,
        Smb2TransformHeader.MessageSizePosition + 3,
        Smb2TransformHeader.MessageSizePosition + 4,
        Smb2TransformHeader.FlagsPosition,
        Smb2TransformHeader.FlagsPosition + 1,
        Smb2TransformHeader.SessionIdPosition,
        Smb2TransformHeader.SessionIdPosition + 7,
        Smb2TransformHeader.Size,
        Smb2TransformHeader.Size + 1000,
        -1);

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_changed_octet(int place) => IsRefusedAsync(SmbCipher.Aes128Gcm, (_, frame) => Octets.Flip(frame, place));

    [Theory]
    [InlineData(SmbCipher.Aes128Ccm)]
    [InlineData(SmbCipher.Aes128Gcm)]
    [InlineData(SmbCipher.Aes256Ccm)]
    [InlineData(SmbCipher.Aes256Gcm)]
    public Task A_changed_octet_under_every_cipher(SmbCipher cipher) => IsRefusedAsync(cipher, (_, frame) => Octets.Flip(frame, Smb2TransformHeader.Size + 100, 0x10));

    [Fact]
    public Task A_message_that_is_cut_short() => IsRefusedAsync(SmbCipher.Aes128Gcm, (_, frame) => frame[..^1]);

    [Fact]
    public Task A_message_with_something_behind_it() => IsRefusedAsync(SmbCipher.Aes128Gcm, (_, frame) => [.. frame, 0]);

    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    [InlineData(Smb2TransformHeader.Size)]
    public Task A_header_and_no_message(int length) => IsRefusedAsync(SmbCipher.Aes128Gcm, (_, frame) => frame[..length], SmbProtocolError.Malformed);

    [Fact]
    public Task A_plain_response() => IsRefusedAsync(SmbCipher.Aes128Gcm, (r, _) => r.Connection.Answer(r));

    [Fact]
    public Task A_plain_response_with_the_right_signature() => IsRefusedAsync(SmbCipher.Aes128Gcm, (r, _) =>
    {
        byte[] message = r.Connection.Answer(r);
        r.Connection.Sign(r.Session!, message);
        return message;
    });

    [Fact]
    public Task A_plain_refusal() => IsRefusedAsync(SmbCipher.Aes128Gcm, (r, _) => r.BareStatus(NtStatus.AccessDenied));

    [Fact]
    public Task A_plain_interim_response() => IsRefusedAsync(SmbCipher.Aes128Gcm, (r, _) => r.Connection.Build(r, new ErrorResponse { Command = r.Command }, NtStatus.Pending, asyncId: 3));

    [Fact]
    public Task A_sealed_message_within_a_sealed_message() => IsRefusedAsync(SmbCipher.Aes128Gcm, (r, frame) => r.Connection.Seal(r.Session!, frame), SmbProtocolError.Malformed);

    [Fact]
    public Task A_compressed_message_within_a_sealed_one() => IsRefusedAsync(
        SmbCipher.Aes128Gcm,
        (r, _) => r.Connection.Seal(r.Session!, [0xFC, .. "SMB"u8, .. new byte[12], .. r.Connection.Answer(r)]),
        SmbProtocolError.Malformed);

    [Fact]
    public Task A_message_of_another_session_within() => IsRefusedAsync(
        SmbCipher.Aes128Gcm,
        (r, _) => r.Connection.Seal(r.Session!, Octets.With64(r.Connection.Answer(r), Smb2Header.SessionIdPosition, r.Session!.Id + 1)));

    [Fact]
    public Task A_session_that_nobody_knows() => IsRefusedAsync(SmbCipher.Aes128Gcm, (r, _) => r.Connection.Seal(r.Session!, r.Connection.Answer(r), r.Session!.Id + 7));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_sealed_for_another_users_session(bool signed)
    {
        // Who knows one user's password can derive the keys of that user's sessions, and must not answer for others with them.
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { Encryption = signed ? SmbEncryptionPolicy.IfServerRequires : SmbEncryptionPolicy.Required };
        await using SmbConnection bob = await SmbConnection.OpenAsync(options, ScriptedAccounts.Bob).WaitAsync(Limit);
        ScriptedSession bobs = server.Connection.Sessions.Values.Single();
        await using SmbFile file = await OpenFileAsync(server, context, options);
        Assert.Single(server.Connections);
        server.Answer(Smb2Command.Read, r => [r.Connection.Seal(bobs, Octets.With64(r.Connection.Answer(r), Smb2Header.SessionIdPosition, bobs.Id))]);

        await ReadIsRefusedAsync(file, SmbProtocolError.Misbehaved);

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(NtStatus.InvalidParameter)]
    [InlineData(NtStatus.UserSessionDeleted)]
    public async Task What_servers_send_in_plain_when_they_cannot_seal_is_an_answer(NtStatus status)
    {
        ScriptedSmb2Server server = CreateServer(SmbCipher.Aes128Gcm);
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.BareStatus(status)]);

        SmbStatusException e = await FailsAsync<SmbStatusException>(() => file.ReadAsync(new byte[10], 0).AsTask());

        Assert.Equal(status, e.Status);
        await WorksAsync(server, context);
        Assert.Single(server.Connections);
    }

    [Fact]
    public async Task A_sealed_share_on_a_session_that_is_not_sealed_is_answered_sealed()
    {
        ScriptedSmb2Server server = new() { SealShares = true };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r =>
        {
            byte[] message = r.Connection.Answer(r);
            r.Connection.Sign(r.Session!, message);
            return [message];
        });

        await ReadIsRefusedAsync(file, SmbProtocolError.Misbehaved);

        await StartsAnewAsync(server, context);
    }

    private static ScriptedSmb2Server CreateServer(SmbCipher cipher)
    {
        ScriptedSmb2Server server = new() { Ciphers = [cipher], SealSessions = true };
        server.Files["file"] = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i | 1))];
        return server;
    }

    private static async Task IsRefusedAsync(SmbCipher cipher, Func<ScriptedRequest, byte[], byte[]> forge, SmbProtocolError error = SmbProtocolError.Misbehaved)
    {
        ScriptedSmb2Server server = CreateServer(cipher);
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [forge(r, r.Answer())]);

        await ReadIsRefusedAsync(file, error);

        await StartsAnewAsync(server, context);
    }

    private static async Task ReadIsRefusedAsync(SmbFile file, SmbProtocolError error)
    {
        byte[] buffer = new byte[5000];
        buffer.AsSpan().Fill(Untouched);

        await MisbehavesAsync(() => file.ReadAsync(buffer, 0).AsTask(), error);

        HoldsOnly(buffer, Untouched, 0);
    }
}
