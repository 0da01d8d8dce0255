using System;
using System.Buffers.Binary;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>Which dialect is settled, in one protocol and across both, and what those hear who share none (client-state P1–P8, Q1–Q10, I4).</summary>
public sealed class NegotiationTests(LabFixture servers)
{
    private const ushort AnyDialect = 0x02FF;
    private const uint ValidateNegotiateInfo = 0x0014_0204;

    public static TheoryData<string, SmbDialect> Best => [.. LabRows.BestDialects];

    [Theory]
    [MemberData(nameof(Best))]
    public async Task Who_allows_SMB1_speaks_the_best_that_the_server_has(string row, SmbDialect dialect)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using (LabShare lab = await LabShare.OpenAsync(c => relay.Options(c) with { AllowSmb1 = true, MaxDialect = SmbDialect.Smb311 }))
        {
            await using SmbFile file = await lab.Share.OpenFileAsync("hello.txt");
            byte[] octets = new byte[100];
            Assert.NotEqual(0, await file.ReadAsync(octets, 0));
            Assert.Equal((dialect, true), (lab.Connection.Dialect, lab.Connection.IsSigned));
        }

        // The offer goes in an SMB1 message; what is newer than 2.0.2 is settled in a second round.
        RecordedFrames frames = relay.Frames;
        Assert.Equal(FrameKind.Smb1, frames[0].Kind);
        Assert.Equal(dialect == SmbDialect.NtLm012 ? FrameKind.Smb1 : FrameKind.Smb2, frames[1].Kind);
        Assert.Equal(1, relay.Connections);
        Assert.DoesNotContain(frames.Skip(1), f => dialect != SmbDialect.NtLm012 && f.Kind == FrameKind.Smb1);
        ushort[] chosen = [.. frames.Smb2.Where(m => m is { Command: RecordedSmb2.Negotiate, IsResponse: true }).Select(m => new RecordedNegotiation(m).Dialect)];
        Assert.Equal(
            dialect switch
            {
                SmbDialect.NtLm012 => [],
                SmbDialect.Smb202 => [0x0202],
                _ => [AnyDialect, (ushort)dialect],
            },
            chosen);
    }

    [Fact]
    public async Task SMB1_is_off_unless_asked_for()
    {
        LabServer server = await servers.StartAsync("nt1");
        await using SmbClientContext context = new();
        SmbConnectionOptions options = new() { Server = server.Host, Port = server.Port, Context = context };

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => SmbConnection.OpenAsync(options, LabServer.Alice));

        Assert.True(e is SmbConnectionClosedException or SmbProtocolException { Error: SmbProtocolError.Incompatible }, $"{e}");
        Assert.Contains(nameof(SmbConnectionOptions.AllowSmb1), e.Message, StringComparison.Ordinal);
        Assert.Contains(server.Host, e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.GetStatistics().Connections);
        await using SmbConnection allowed = await SmbConnection.OpenAsync(options with { AllowSmb1 = true }, LabServer.Alice);
        Assert.Equal(SmbDialect.NtLm012, allowed.Dialect);
    }

    [Theory]
    [InlineData("smb2_02", SmbDialect.Smb210, SmbDialect.Smb311, false)]
    [InlineData("smb2_10", SmbDialect.Smb300, SmbDialect.Smb311, false)]
    [InlineData("smb3_00", SmbDialect.Smb302, SmbDialect.Smb311, false)]
    [InlineData("smb3_11", SmbDialect.Smb202, SmbDialect.Smb302, false)]
    [InlineData("smb3_11", SmbDialect.Smb202, SmbDialect.Smb202, false)]
    [InlineData("smb3_11", SmbDialect.Smb202, SmbDialect.Smb210, true)]
    [InlineData("smb3_11", SmbDialect.Smb202, SmbDialect.Smb202, true)]
    [InlineData("smb2_02", SmbDialect.Smb300, SmbDialect.Smb311, true)]
    [InlineData("smb3_11", SmbDialect.Smb202, SmbDialect.NtLm012, true)]
    public async Task Who_shares_no_dialect_with_the_server_hears_which_options_say_so(string row, SmbDialect min, SmbDialect max, bool allowSmb1)
    {
        LabServer server = await servers.StartAsync(row);
        await using SmbClientContext context = new();
        SmbConnectionOptions options = new() { Server = server.Host, Port = server.Port, MinDialect = min, MaxDialect = max, AllowSmb1 = allowSmb1, Context = context };

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(options, LabServer.Alice));

        Assert.Equal(SmbProtocolError.Incompatible, e.Error);
        Assert.Contains(nameof(SmbConnectionOptions.MinDialect), e.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(SmbConnectionOptions.MaxDialect), e.Message, StringComparison.Ordinal);
        Assert.Contains(server.Host, e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.GetStatistics().Connections);
    }

    [Theory]
    [InlineData("smb2_02")]
    [InlineData("smb2_10")]
    [InlineData("smb3_00")]
    [InlineData("smb3_02")]
    public async Task Older_dialects_are_validated_once_a_connection_signed_whatever_the_session_is(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using (LabShare lab = await LabShare.OpenAsync(c => relay.Options(c) with { MessageSigningPolicy = SmbSigningState.Declined }))
        {
            await using SmbShare second = await lab.Connection.OpenShareAsync("uni");
            Assert.NotEmpty(await second.ReadAllBytesAsync("naïve.txt"));
            Assert.False(lab.Connection.IsSigned);
        }

        RecordedSmb2[] validations = [.. relay.Frames.Smb2.Where(m => m.Command == RecordedSmb2.Ioctl)];
        Assert.Equal([false, true], validations.Select(m => m.IsResponse));
        Assert.All(validations, m => Assert.True(m.IsSigned, $"not signed: {m}"));
        Assert.Equal(ValidateNegotiateInfo, BinaryPrimitives.ReadUInt32LittleEndian(validations[0].Body[4..]));

        // A server of SMB 2.0.2 does not know the request and says, signed, that it knows no such file.
        Assert.Equal(row == "smb2_02" ? (uint)NtStatus.FileClosed : 0, validations[1].Status);
    }

    [Theory]
    [InlineData("smb3_11", SmbDialect.Smb311)]
    [InlineData("smb2_10", SmbDialect.Smb210)]
    public async Task What_is_protected_already_or_cannot_be_lowered_is_not_validated(string row, SmbDialect max)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using (LabShare lab = await LabShare.OpenAsync(c => relay.Options(c) with { MaxDialect = max, MessageSigningPolicy = SmbSigningState.Declined }))
        {
            Assert.NotEmpty(await lab.Share.ReadAllBytesAsync("hello.txt"));
        }

        Assert.DoesNotContain(relay.Frames.Smb2, m => m.Command == RecordedSmb2.Ioctl);

        // A tree connect of 3.1.1 is signed instead, and proves the negotiation.
        Assert.All(relay.Frames.Smb2.Where(m => m.Command == RecordedSmb2.TreeConnect), m => Assert.Equal(max == SmbDialect.Smb311, m.IsSigned));
    }

    [Fact]
    public async Task Without_a_common_cipher_nothing_is_sealed_and_who_demands_it_hears_why()
    {
        LabServer server = await servers.StartAsync("aes-128-ccm");
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { Ciphers = [SmbCipher.Aes256Gcm, SmbCipher.Aes128Gcm] };

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(options with { Encryption = SmbEncryptionPolicy.Required }, LabServer.Alice));
        await using SmbConnection preferred = await SmbConnection.OpenAsync(options with { Encryption = SmbEncryptionPolicy.Preferred }, LabServer.Alice);

        Assert.Equal(SmbProtocolError.Incompatible, e.Error);
        Assert.Contains(nameof(SmbConnectionOptions.Ciphers), e.Message, StringComparison.Ordinal);
        Assert.Equal((null, false, true), (preferred.Cipher, preferred.IsEncrypted, preferred.IsSigned));
    }

    [Theory]
    [InlineData("nt1")]
    [InlineData("smb2_10")]
    [InlineData("encrypt-off")]
    public async Task Who_demands_sealing_is_not_spoken_to_in_plain(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(
            () => SmbConnection.OpenAsync(relay.Options(context) with { AllowSmb1 = true, MaxDialect = SmbDialect.Smb311, Encryption = SmbEncryptionPolicy.Required }, LabServer.Alice));

        Assert.Equal(SmbProtocolError.Incompatible, e.Error);
        Assert.Contains(nameof(SmbConnectionOptions.Encryption), e.Message, StringComparison.Ordinal);
        Assert.All(relay.Frames, f => Assert.True(f.IsRequest(Verb.Negotiate) || f.IsResponse(Verb.Negotiate), $"went on: {f}"));
    }

    [Fact]
    public async Task Without_a_common_signing_algorithm_the_refusal_names_the_option()
    {
        LabServer server = await servers.StartAsync("hmac-sha256");
        await using SmbClientContext context = new();

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(
            () => SmbConnection.OpenAsync(server.Options(context) with { SigningAlgorithms = [SmbSigningAlgorithm.AesGmac] }, LabServer.Alice));

        Assert.Equal(SmbProtocolError.Incompatible, e.Error);
        Assert.Contains(nameof(SmbConnectionOptions.SigningAlgorithms), e.Message, StringComparison.Ordinal);
    }
}
