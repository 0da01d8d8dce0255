using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Frames that are cut, too large, or whose parts lie elsewhere than they can.</summary>
public sealed class FrameTests : HostileSmb2Test
{
    private const byte Untouched = 0x55;

    [Theory]
    [InlineData(SmbSigningState.Required)]
    [InlineData(SmbSigningState.Declined)]
    public async Task A_read_response_cut_at_every_octet(SmbSigningState policy)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        int whole = 80 + ScriptedFiles.FileContent.Length;
        for (int length = 0; length < whole; length++)
        {
            await using SmbFile file = await OpenFileAsync(server, context, options);
            int cut = length;
            server.ToClient = m => Octets.IsOf(m, Smb2Command.Read) ? m[..cut] : m;

            await ReadIsRefusedAsync(file, length < 64 || policy != SmbSigningState.Required ? SmbProtocolError.Malformed : SmbProtocolError.Misbehaved);

            server.ToClient = m => m;
        }

        await StartsAnewAsync(server, context, options);
    }

    [Fact]
    public async Task A_signed_compound_cut_at_every_octet()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        int length = 0;
        int whole = int.MaxValue;
        for (; length < whole; length++)
        {
            await using SmbShare share = await OpenShareAsync(server, context);
            server.ToClient = m =>
            {
                whole = Octets.IsOf(m, Smb2Command.Create) ? m.Length : whole;
                return Octets.IsOf(m, Smb2Command.Create) ? m[..length] : m;
            };

            await FailsAsync<SmbProtocolException>(() => share.GetInfoAsync("file"));

            server.ToClient = m => m;
        }

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task An_unsigned_compound_cut_before_its_last_body()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = SmbSigningState.Declined };
        int length = 0;
        int whole = int.MaxValue;
        for (; length < whole - 60; length += 3)
        {
            await using SmbShare share = await OpenShareAsync(server, context, options);
            server.ToClient = m =>
            {
                whole = Octets.IsOf(m, Smb2Command.Create) ? m.Length : whole;
                return Octets.IsOf(m, Smb2Command.Create) ? m[..length] : m;
            };

            await MisbehavesAsync(() => share.GetInfoAsync("file"), SmbProtocolError.Malformed);

            server.ToClient = m => m;
        }

        await StartsAnewAsync(server, context, options);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(8u)]
    [InlineData(56u)]
    [InlineData(63u)]
    [InlineData(64u)]
    [InlineData(65u)]
    [InlineData(72u)]
    [InlineData(80u)]
    [InlineData(96u)]
    [InlineData(104u)]
    [InlineData(110u)]
    [InlineData(112u)]
    [InlineData(0x7FFF_FFF8u)]
    [InlineData(0x8000_0000u)]
    [InlineData(0xFFFF_FFF8u)]
    public async Task A_next_message_that_is_nowhere(uint nextCommand)
    {
        await ResponseIsRefusedAsync((_, m) => Octets.With32(m, Smb2Header.NextCommandPosition, nextCommand));
    }

    [Theory]
    [InlineData(0, 0x10)]
    [InlineData(0, 0x80)]
    [InlineData(4, 0x01)]
    public Task A_header_that_is_none(int place, byte bits) => ResponseIsRefusedAsync((_, m) => Octets.Flip(m, place, bits));

    [Fact]
    public Task A_compressed_message_although_none_was_negotiated() => ResponseIsRefusedAsync((_, m) => [0xFC, .. "SMB"u8, .. new byte[12], .. m]);

    [Theory]
    [InlineData(4)]
    [InlineData(52)]
    public Task A_sealed_message_that_is_only_a_header(int length) => ResponseIsRefusedAsync((_, _) => [0xFD, .. "SMB"u8, .. new byte[length - 4]]);

    [Fact]
    public async Task A_sealed_message_in_a_dialect_without_ciphers()
    {
        ScriptedSmb2Server server = new() { MaxDialect = SmbDialect.Smb210 };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [Octets.With64([0xFD, .. "SMB"u8, .. new byte[200]], Smb2TransformHeader.SessionIdPosition, r.Session!.Id)]);

        await ReadIsRefusedAsync(file, SmbProtocolError.Misbehaved);

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_frame_larger_than_anything_due_before_a_user_is_signed_in()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.Answer(Smb2Command.SessionSetup, r => [[.. r.Answer(), .. new byte[0x11000]]]);

        await MisbehavesAsync(() => OpenAsync(server, context), SmbProtocolError.Malformed);

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_frame_larger_than_anything_due_when_a_user_is_signed_in()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.Reply(new ReadResponse { Data = new byte[(1 << 20) + 5000] })]);

        await ReadIsRefusedAsync(file, SmbProtocolError.Malformed);

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(0xFFFF_FFFFu)]
    [InlineData(0x8000_0000u)]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(31u)]
    public Task A_read_response_that_lies_about_its_length(uint count) => ResponseIsRefusedAsync((_, m) => Octets.With32(m, Smb2Header.Size + 4, count));

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(79)]
    [InlineData(81)]
    [InlineData(255)]
    public Task A_read_response_that_lies_about_where_its_data_is(byte offset) => ResponseIsRefusedAsync((_, m) =>
    {
        m[Smb2Header.Size + 2] = offset;
        return m;
    });

    [Fact]
    public Task A_read_response_of_another_structure() => ResponseIsRefusedAsync((_, m) => Octets.Flip(m, Smb2Header.Size, 0x03));

    [Fact]
    public async Task More_data_than_was_asked_for()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.Reply(new ReadResponse { Data = new byte[r.Read(ReadRequest.Read).Length + 1] })]);

        await ReadIsRefusedAsync(file, SmbProtocolError.Misbehaved);

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task Data_that_does_not_begin_where_it_usually_does_is_good_all_the_same()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r =>
        {
            byte[] message = r.Connection.Answer(r);
            byte[] moved = [.. message[..80], 0xEE, 0xEE, 0xEE, .. message[80..], 0xEE];
            moved[Smb2Header.Size + 2] = 83;
            return [r.Protect(moved)];
        });
        byte[] buffer = new byte[30];

        Assert.Equal(30, await file.ReadAsync(buffer, 0).AsTask().WaitAsync(Limit));

        Assert.Equal(ScriptedFiles.FileContent, buffer);
        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(101u)]
    [InlineData(0x8000_0000u)]
    [InlineData(0xFFFF_FFFFu)]
    public async Task A_write_that_took_nothing_or_too_much(uint count)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Write, r => [r.Reply(new WriteResponse { Count = count })]);

        await MisbehavesAsync(() => file.WriteAsync(new byte[100], 0).AsTask());

        await StartsAnewAsync(server, context);
    }

    private static async Task ResponseIsRefusedAsync(Func<ScriptedRequest, byte[], byte[]> change)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = SmbSigningState.Declined };
        await using SmbFile file = await OpenFileAsync(server, context, options);
        server.Answer(Smb2Command.Read, r => [change(r, r.Answer())]);

        byte[] buffer = new byte[ScriptedFiles.FileContent.Length];
        buffer.AsSpan().Fill(Untouched);
        await FailsAsync<SmbProtocolException>(() => file.ReadAsync(buffer, 0).AsTask());
        HoldsOnly(buffer, Untouched, 0);

        await StartsAnewAsync(server, context, options);
    }

    private static async Task ReadIsRefusedAsync(SmbFile file, SmbProtocolError error)
    {
        byte[] buffer = new byte[100];
        buffer.AsSpan().Fill(Untouched);

        await MisbehavesAsync(() => file.ReadAsync(buffer, 0).AsTask(), error);

        HoldsOnly(buffer, Untouched, 0);
    }
}
