using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Servers, and people on the way to them, that misbehave in the negotiation.</summary>
public sealed class NegotiationTests : HostileSmb2Test
{
    private static readonly Smb2PreauthIntegrity Sha512 = new([1], new byte[32]);

    [Theory]
    [InlineData(0x0310, SmbDialect.Smb311)]
    [InlineData(0x02FF, SmbDialect.Smb311)]
    [InlineData(0x0000, SmbDialect.Smb311)]
    [InlineData(0x0001, SmbDialect.Smb311)]
    [InlineData(0x0311, SmbDialect.Smb302)]
    [InlineData(0x0300, SmbDialect.Smb210)]
    [InlineData(0x0210, SmbDialect.Smb202)]
    public Task A_dialect_that_was_not_offered(ushort dialect, SmbDialect newest) =>
        IsRefusedAsync(SmbProtocolError.Misbehaved, r => r with { DialectRevision = dialect, Contexts = new Smb2NegotiateContexts { PreauthIntegrity = Sha512 } }, newest);

    [Fact]
    public async Task A_dialect_older_than_the_oldest_that_was_offered()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MinDialect = SmbDialect.Smb300 };
        server.OnNegotiate = r => r with { DialectRevision = 0x0210 };

        await MisbehavesAsync(() => OpenAsync(server, context, options));

        await StartsAnewAsync(server, context, options);
    }

    [Fact]
    public Task Reads_of_less_than_64_KiB() => IsRefusedAsync(SmbProtocolError.Misbehaved, r => r with { MaxReadSize = 65535 });

    [Fact]
    public Task Writes_of_less_than_64_KiB() => IsRefusedAsync(SmbProtocolError.Misbehaved, r => r with { MaxWriteSize = 4096 });

    [Fact]
    public Task Transactions_of_nothing() => IsRefusedAsync(SmbProtocolError.Misbehaved, r => r with { MaxTransactSize = 0 });

    [Fact]
    public async Task Sizes_beyond_all_bounds_are_not_made_use_of()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.OnNegotiate = r => r with { MaxReadSize = uint.MaxValue, MaxWriteSize = 0x8000_0000, MaxTransactSize = uint.MaxValue };
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.Status(NtStatus.EndOfFile)]);

        Assert.Equal(0, await file.ReadAsync(new byte[20 << 20], 0).AsTask().WaitAsync(Limit));

        Assert.All(server.Requests.Where(r => r.Command == Smb2Command.Read), r => Assert.InRange(r.Read(ReadRequest.Read).Length, 1u, 8u << 20));
        KeptTheRules(server);
    }

    [Fact]
    public Task No_context_for_the_integrity_of_the_negotiation() => ContextsAreRefusedAsync(SmbProtocolError.Malformed, c => c with { PreauthIntegrity = null });

    [Fact]
    public Task Another_hash_than_the_one_offered() => ContextsAreRefusedAsync(SmbProtocolError.Misbehaved, c => c with { PreauthIntegrity = new Smb2PreauthIntegrity([2], new byte[32]) });

    [Fact]
    public Task Two_hashes() => ContextsAreRefusedAsync(SmbProtocolError.Misbehaved, c => c with { PreauthIntegrity = new Smb2PreauthIntegrity([1, 2], new byte[32]) });

    [Fact]
    public Task A_cipher_that_nobody_knows() => ContextsAreRefusedAsync(SmbProtocolError.Misbehaved, c => c with { Encryption = [(SmbCipher)5] });

    [Fact]
    public Task Two_ciphers() => ContextsAreRefusedAsync(SmbProtocolError.Misbehaved, c => c with { Encryption = [SmbCipher.Aes128Gcm, SmbCipher.Aes128Ccm] });

    [Fact]
    public Task No_cipher_in_the_context_for_it() => ContextsAreRefusedAsync(SmbProtocolError.Malformed, c => c with { Encryption = [] });

    [Fact]
    public Task Two_signing_algorithms() => ContextsAreRefusedAsync(SmbProtocolError.Misbehaved, c => c with { Signing = [SmbSigningAlgorithm.AesCmac, SmbSigningAlgorithm.HmacSha256] });

    [Fact]
    public Task A_signing_algorithm_that_nobody_knows() => ContextsAreRefusedAsync(SmbProtocolError.Misbehaved, c => c with { Signing = [(SmbSigningAlgorithm)3] });

    [Fact]
    public async Task A_cipher_or_a_signing_algorithm_that_exists_but_was_not_offered()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { Ciphers = [SmbCipher.Aes256Gcm], SigningAlgorithms = [SmbSigningAlgorithm.AesGmac] };

        server.OnNegotiate = r => r with { Contexts = r.Contexts with { Encryption = [SmbCipher.Aes128Ccm] } };
        await MisbehavesAsync(() => OpenAsync(server, context, options));
        server.OnNegotiate = r => r with { Contexts = r.Contexts with { Signing = [SmbSigningAlgorithm.HmacSha256] } };
        await MisbehavesAsync(() => OpenAsync(server, context, options));

        await StartsAnewAsync(server, context, options);
    }

    [Fact]
    public Task Two_contexts_for_the_integrity_of_the_negotiation() => MessageIsRefusedAsync(SmbProtocolError.Malformed, m =>
    {
        // The context for signing becomes another one of the first type.
        int signing = m.AsSpan().LastIndexOf(new byte[] { 8, 0, 4, 0, 0, 0, 0, 0 });
        return Octets.With16(m, signing, 1);
    });

    [Theory]
    [InlineData(0u)]
    [InlineData(8u)]
    [InlineData(65u)]
    [InlineData(0xFFFF_FFF8u)]
    public Task Contexts_that_are_nowhere(uint offset) => MessageIsRefusedAsync(SmbProtocolError.Malformed, m => Octets.With32(m, Smb2Header.Size + 60, offset));

    [Fact]
    public Task More_contexts_than_there_are() => MessageIsRefusedAsync(SmbProtocolError.Malformed, m => Octets.With16(m, Smb2Header.Size + 6, 0xFFFF));

    [Fact]
    public Task A_token_that_is_nowhere() => MessageIsRefusedAsync(SmbProtocolError.Malformed, m => Octets.With16(m, Smb2Header.Size + 58, 0xFFFF));

    [Fact]
    public Task Another_command() => MessageIsRefusedAsync(SmbProtocolError.Misbehaved, m => Octets.With16(m, Smb2Header.CommandPosition, (ushort)Smb2Command.Echo));

    [Fact]
    public Task A_request_from_the_server() => MessageIsRefusedAsync(SmbProtocolError.Misbehaved, m => Octets.Flip(m, Smb2Header.FlagsPosition));

    [Fact]
    public Task An_answer_to_another_message() => MessageIsRefusedAsync(SmbProtocolError.Misbehaved, m => Octets.With64(m, Smb2Header.MessageIdPosition, 1));

    [Fact]
    public Task A_compound() => MessageIsRefusedAsync(SmbProtocolError.Misbehaved, m => Octets.With32(m, Smb2Header.NextCommandPosition, 128));

    [Fact]
    public Task A_refusal() => MessageIsRefusedAsync(SmbProtocolError.Incompatible, m => Octets.With32(m, Smb2Header.StatusPosition, (uint)NtStatus.NotSupported));

    [Fact]
    public Task An_SMB1_message() => MessageIsRefusedAsync(SmbProtocolError.Malformed, m => Octets.Flip(m, 0));

    [Fact]
    public Task A_sealed_message() => MessageIsRefusedAsync(SmbProtocolError.Malformed, m => [0xFD, .. m[1..]]);

    [Fact]
    public Task A_message_larger_than_anything_due() => MessageIsRefusedAsync(SmbProtocolError.Malformed, _ => new byte[0x11000]);

    [Fact]
    public async Task An_answer_cut_at_every_octet()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        int length = 0;
        int whole = int.MaxValue;
        server.ToClient = m =>
        {
            whole = m.Length;
            return m[..length];
        };

        for (; length < whole; length++)
        {
            SmbProtocolException e = await FailsAsync<SmbProtocolException>(() => OpenAsync(server, context));
            Assert.Equal(SmbProtocolError.Malformed, e.Error);
        }

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_server_that_hangs_up()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.OnRequest = r =>
        {
            r.Connection.Close();
            return [];
        };

        await FailsAsync<SmbConnectionClosedException>(() => OpenAsync(server, context));

        await StartsAnewAsync(server, context);
    }

    public static TheoryData<int> PlacesInTheRequest => new(
        Smb2Header.CreditPosition,
        Smb2Header.Size + 4,                // SecurityMode
        Smb2Header.Size + 8,                // Capabilities: one that makes no difference
        Smb2Header.Size + 12,               // ClientGuid
        Smb2Header.Size + 36 + 1,           // the oldest dialect
        -1,                                 // the name of the server
        -40);

    [Theory]
    [MemberData(nameof(PlacesInTheRequest))]
    public async Task A_request_that_was_changed_on_the_way_is_found_out_by_the_keys(int place)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.ToServer = m => Octets.IsOf(m, Smb2Command.Negotiate) ? Octets.Flip(m, place, 0x40) : m;

        await MisbehavesAsync(() => OpenAsync(server, context));

        Assert.Equal(0, server.Count(Smb2Command.TreeConnect));
        await StartsAnewAsync(server, context);
    }

    public static TheoryData<int> PlacesInTheResponse => new(
        Smb2Header.CreditChargePosition,
        Smb2Header.CreditPosition,
        Smb2Header.SignaturePosition,
        Smb2Header.Size + 8,                // ServerGuid
        Smb2Header.Size + 24,               // Capabilities
        Smb2Header.Size + 30,               // MaxTransactSize
        Smb2Header.Size + 34,               // MaxReadSize
        Smb2Header.Size + 40,               // SystemTime
        Smb2Header.Size + 48);              // ServerStartTime

    [Theory]
    [MemberData(nameof(PlacesInTheResponse))]
    public async Task A_response_that_was_changed_on_the_way_is_found_out_by_the_keys(int place)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.ToClient = m => Octets.IsOf(m, Smb2Command.Negotiate) ? Octets.Flip(m, place, 0x20) : m;

        await MisbehavesAsync(() => OpenAsync(server, context));

        Assert.Equal(0, server.Count(Smb2Command.TreeConnect));
        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(SmbSigningState.Required)]
    [InlineData(SmbSigningState.Declined)]
    public async Task A_session_setup_that_was_changed_on_the_way_is_found_out_by_the_keys(SmbSigningState policy)
    {
        foreach (bool request in new[] { true, false })
        {
            ScriptedSmb2Server server = new();
            await using SmbClientContext context = new();
            SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
            server.ToServer = m => request && Octets.IsOf(m, Smb2Command.SessionSetup) ? Octets.Flip(m, Smb2Header.Size + 4) : m;
            server.ToClient = m => !request && Octets.IsOf(m, Smb2Command.SessionSetup) ? Octets.Flip(m, Smb2Header.CreditChargePosition + 1) : m;

            await MisbehavesAsync(() => OpenAsync(server, context, options));

            await StartsAnewAsync(server, context, options);
        }
    }

    [Fact]
    public async Task Encryption_that_is_required_but_that_the_server_does_not_share()
    {
        foreach (ScriptedSmb2Server server in new ScriptedSmb2Server[] { new() { Ciphers = [] }, new() { MaxDialect = SmbDialect.Smb210 }, new() { MaxDialect = SmbDialect.Smb300, Capabilities = Smb2Capabilities.LargeMtu } })
        {
            await using SmbClientContext context = new();

            await MisbehavesAsync(() => OpenAsync(server, context, server.Options(context) with { Encryption = SmbEncryptionPolicy.Required }), SmbProtocolError.Incompatible);

            Assert.Equal(0, server.Count(Smb2Command.SessionSetup));
            await StartsAnewAsync(server, context);
        }
    }

    private static Task ContextsAreRefusedAsync(SmbProtocolError error, Func<Smb2NegotiateContexts, Smb2NegotiateContexts> change) =>
        IsRefusedAsync(error, r => r with { Contexts = change(r.Contexts) });

    private static async Task IsRefusedAsync(SmbProtocolError error, Func<NegotiateResponse, NegotiateResponse> change, SmbDialect newest = SmbDialect.Smb311)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MaxDialect = newest };
        server.OnNegotiate = change;

        await MisbehavesAsync(() => OpenAsync(server, context, options), error);

        Assert.Equal(0, server.Count(Smb2Command.SessionSetup));
        await StartsAnewAsync(server, context, options);
    }

    private static async Task MessageIsRefusedAsync(SmbProtocolError error, Func<byte[], byte[]> change)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.ToClient = m => Octets.IsOf(m, Smb2Command.Negotiate) ? change(m) : m;

        await MisbehavesAsync(() => OpenAsync(server, context), error);

        Assert.Equal(0, server.Count(Smb2Command.SessionSetup));
        await StartsAnewAsync(server, context);
    }
}
