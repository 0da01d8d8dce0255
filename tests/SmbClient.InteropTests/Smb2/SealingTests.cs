using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>What is sealed and what is not where both live beside each other (client-state H9–H11, I2, I3, L3).</summary>
public sealed class SealingTests(LabFixture servers)
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("what nobody on the way may read. ");

    public static TheoryData<string> Dialects => new("smb3_00", "smb3_02", "smb3_11");

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Who_demands_sealing_gets_a_session_of_his_own_beside_a_plain_one(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using SmbConnection plain = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbShare plainShare = await plain.OpenShareAsync("share");
        await plainShare.WriteAllBytesAsync("plain.txt", "everybody may read this"u8.ToArray());

        await using SmbConnection secret = await SmbConnection.OpenAsync(relay.Options(context) with { Encryption = SmbEncryptionPolicy.Required }, LabServer.Alice);
        await using SmbShare secretShare = await secret.OpenShareAsync("share");
        await secretShare.WriteAllBytesAsync("secret.txt", Secret);
        Assert.Equal(Secret, await secretShare.ReadAllBytesAsync("secret.txt"));

        // The plain one is as plain as before, and who does not mind gets either.
        Assert.Equal("everybody may read this"u8.ToArray(), await plainShare.ReadAllBytesAsync("plain.txt"));
        await using SmbConnection either = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbConnection preferred = await SmbConnection.OpenAsync(relay.Options(context) with { Encryption = SmbEncryptionPolicy.Preferred }, LabServer.Alice);
        Assert.Equal((false, true, true), (plain.IsEncrypted, secret.IsEncrypted, preferred.IsEncrypted));
        SmbClientStatistics statistics = context.GetStatistics();
        Assert.Equal((1L, 2L, 2L), (statistics.ConnectionsOpened, statistics.SessionsEstablished, statistics.SessionsReused));
        Assert.True(relay.Frames.Contains("everybody may read this"u8));
        Assert.False(relay.Frames.Contains(Secret));
        Assert.False(relay.Frames.Contains(Encoding.Unicode.GetBytes("secret.txt")));
        Assert.Single(relay.Frames.Where(f => f.Kind == FrameKind.Transform).Select(f => f.TransformSessionId).Distinct());
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_share_that_demands_it_is_sealed_and_the_one_beside_it_is_not(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbShare plain = await connection.OpenShareAsync("share");
        await using SmbShare encrypted = await connection.OpenShareAsync("encrypted");
        Assert.Equal((false, true, false), (plain.IsEncrypted, encrypted.IsEncrypted, connection.IsEncrypted));

        int before = relay.Frames.Count;
        await encrypted.WriteAllBytesAsync("secret.txt", Secret);
        Assert.Equal(Secret, await encrypted.ReadAllBytesAsync("secret.txt"));
        Assert.Contains("secret.txt", await encrypted.EnumerateAsync().Select(e => e.Name).ToArrayAsync());
        int between = relay.Frames.Count;
        await plain.WriteAllBytesAsync("open.txt", Secret);
        Assert.Equal(Secret, await plain.ReadAllBytesAsync("open.txt"));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? plain : encrypted).WriteAllBytesAsync($"mixed-{i}.txt", Secret)));

        RecordedFrame[] frames = [.. relay.Frames];
        Assert.All(frames[before..between], f => Assert.Equal(FrameKind.Transform, f.Kind));
        Assert.False(new RecordedFrames(frames[..between]).Contains(Secret));
        Assert.True(new RecordedFrames(frames[between..]).Contains(Secret));
        Assert.All(frames[between..].SelectMany(f => f.Smb2).Where(m => !m.IsInterim), m => Assert.True(m.IsSigned, $"not signed: {m}"));
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(i % 2 == 0, new RecordedFrames(frames).Contains(Encoding.Unicode.GetBytes($"mixed-{i}.txt"))));
    }

    [Theory]
    [InlineData("smb2_02")]
    [InlineData("smb2_10")]
    [InlineData("encrypt-off")]
    public async Task A_share_that_demands_it_of_who_cannot_says_so(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => lab.Connection.OpenShareAsync("encrypted"));

        Assert.True(e is SmbStatusException { Status: NtStatus.AccessDenied } or SmbProtocolException { Error: SmbProtocolError.Incompatible }, $"{e}");
        Assert.Contains("encrypt", e.Message, StringComparison.Ordinal);
        Assert.Equal("hello\n"u8.ToArray(), await lab.Share.ReadAllBytesAsync("hello.txt"));
    }

    [Theory]
    [InlineData("encrypt-required")]
    [InlineData("encrypt-desired")]
    public async Task A_server_that_wants_everything_sealed_gets_it_whatever_the_signing_policy_is(string row)
    {
        LabServer server = await servers.StartAsync(row);
        foreach (SmbSigningState policy in new[] { SmbSigningState.Disabled, SmbSigningState.Declined, SmbSigningState.Enabled, SmbSigningState.Required })
        {
            await using Relay relay = new(server);
            await using (LabShare lab = await LabShare.OpenAsync(c => relay.Options(c) with { MessageSigningPolicy = policy }))
            {
                await lab.Share.WriteAllBytesAsync("secret.txt", Secret);
                Assert.Equal(Secret, await lab.Share.ReadAllBytesAsync("secret.txt"));
                Assert.Equal((true, true, null), (lab.Connection.IsEncrypted, lab.Connection.IsSigned, lab.Connection.SigningAlgorithm));
            }

            relay.Frames.AssertSealed(Secret, Encoding.Unicode.GetBytes("secret.txt"));
        }
    }

    [Theory]
    [InlineData("smb3_00", true)]
    [InlineData("smb3_00", false)]
    [InlineData("smb3_11", true)]
    [InlineData("smb3_11", false)]
    public async Task Who_has_no_key_cannot_be_sealed(string row, bool anonymous)
    {
        LabServer server = await servers.StartAsync(row);
        await using SmbClientContext context = new() { MessageSigningPolicy = SmbSigningState.Enabled };
        SmbConnectionOptions options = server.Options(context) with { AllowGuest = true };
        SmbCredential nobody = anonymous ? SmbCredential.Anonymous : SmbCredential.FromPassword("stranger", "whatever");

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(options with { Encryption = SmbEncryptionPolicy.Required }, nobody));
        await using SmbConnection plain = await SmbConnection.OpenAsync(options with { Encryption = SmbEncryptionPolicy.Preferred }, nobody);

        Assert.Equal(SmbProtocolError.Incompatible, e.Error);
        Assert.Contains(nameof(SmbConnectionOptions.Encryption), e.Message, StringComparison.Ordinal);
        Assert.Equal((false, false, anonymous, !anonymous), (plain.IsEncrypted, plain.IsSigned, plain.IsAnonymous, plain.IsGuest));
    }
}
