using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Server;
using Xunit;

namespace SmbClient.Tests.Server.Smb1;

/// <summary>Our own client on our own server by SMB1: everything that it can do.</summary>
public class OwnClientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_are_written_read_listed_renamed_and_deleted(bool signs)
    {
        await using ServerFixture fixture = Start(signs);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(Options(fixture, context, signs), ServerFixture.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        byte[] content = new byte[300_000];
        new Random(7).NextBytes(content);

        Assert.Equal((SmbDialect.NtLm012, signs), (connection.Dialect, connection.IsSigned));
        Assert.Equal(ServerFixture.Content, await share.ReadAllBytesAsync("hello.txt"));
        await share.CreateDirectoryAsync("d");
        await share.WriteAllBytesAsync(@"d\a.bin", content);
        Assert.Equal(content, await share.ReadAllBytesAsync(@"D\A.BIN"));
        await share.RenameAsync(@"d\a.bin", @"d\b.bin");
        Assert.Equal([("b.bin", content.Length)], await ListAsync(share, "d"));
        Assert.Equal(content, fixture.Store.ReadAllBytes(@"d\b.bin"));
        await share.DeleteFileAsync(@"d\b.bin");
        await share.DeleteDirectoryAsync("d");
        Assert.Equal([("hello.txt", ServerFixture.Content.Length)], await ListAsync(share, ""));
    }

    [Fact]
    public async Task A_long_listing_comes_in_parts()
    {
        await using ServerFixture fixture = Start();
        for (int i = 0; i < 3000; i++)
        {
            fixture.Store.AddFile($@"many\a file with a rather long name, number {i}.txt", []);
        }

        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(Options(fixture, context), ServerFixture.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");

        List<(string Name, long Length)> names = await ListAsync(share, "many");

        Assert.Equal(3000, names.Distinct().Count());
        Assert.Equal(3000, names.Count);
        Assert.Empty(await ListAsync(share, "many", "*.none"));
        Assert.Equal(1111, (await ListAsync(share, "many", "*number 1*")).Count);
    }

    [Fact]
    public async Task Attributes_times_and_lengths_are_told_and_changed()
    {
        await using ServerFixture fixture = Start();
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(Options(fixture, context), ServerFixture.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        DateTimeOffset time = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

        await share.SetInfoAsync("hello.txt", new SmbFileChanges { LastWriteTime = time, Attributes = FileAttributes.Hidden });
        SmbFileInfo info = await share.GetInfoAsync("hello.txt");
        await using (SmbFile file = await share.OpenFileAsync("hello.txt", FileMode.Open, FileAccess.ReadWrite))
        {
            await file.SetLengthAsync(5);
            await file.FlushAsync();
            Assert.Equal(5, (await file.GetInfoAsync()).Length);
        }

        SmbVolumeInfo volume = await share.GetVolumeInfoAsync();

        Assert.Equal((time, FileAttributes.Hidden), (info.LastWriteTime, info.Attributes));
        Assert.Equal("hello"u8.ToArray(), await share.ReadAllBytesAsync("hello.txt"));
        Assert.Null(await share.TryGetInfoAsync("none.txt"));
        Assert.True(volume.TotalSize > 0);
    }

    [Fact]
    public async Task What_one_client_has_locked_another_waits_for()
    {
        await using ServerFixture fixture = Start();
        await using SmbClientContext one = new();
        await using SmbClientContext other = new();
        await using SmbConnection first = await SmbConnection.OpenAsync(Options(fixture, one), ServerFixture.Alice);
        await using SmbConnection second = await SmbConnection.OpenAsync(Options(fixture, other), ServerFixture.Alice);
        await using SmbShare share = await first.OpenShareAsync("share");
        await using SmbShare again = await second.OpenShareAsync("share");
        await using SmbFile file = await share.OpenFileAsync("hello.txt", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await using SmbFile twin = await again.OpenFileAsync("hello.txt", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        await file.LockAsync(0, 4, exclusive: true, TimeSpan.Zero);
        SmbStatusException refused = await Assert.ThrowsAsync<SmbStatusException>(() => twin.LockAsync(2, 4, exclusive: false, TimeSpan.Zero));
        SmbStatusException read = await Assert.ThrowsAsync<SmbStatusException>(async () => await twin.ReadAsync(new byte[4], 0));
        Task waiting = twin.LockAsync(2, 4, exclusive: true, System.Threading.Timeout.InfiniteTimeSpan);
        Assert.Equal(4, await file.ReadAsync(new byte[4], 0));
        await second.EchoAsync();
        Assert.False(waiting.IsCompleted);
        await file.UnlockAsync(0, 4);
        await waiting;

        Assert.Equal((NtStatus.LockNotGranted, NtStatus.FileLockConflict), (refused.Status, read.Status));
    }

    [Fact]
    public async Task A_lock_that_is_waited_for_can_be_given_up()
    {
        await using ServerFixture fixture = Start();
        await using SmbClientContext one = new();
        await using SmbClientContext other = new();
        await using SmbConnection first = await SmbConnection.OpenAsync(Options(fixture, one), ServerFixture.Alice);
        await using SmbConnection second = await SmbConnection.OpenAsync(Options(fixture, other), ServerFixture.Alice);
        await using SmbShare share = await first.OpenShareAsync("share");
        await using SmbShare again = await second.OpenShareAsync("share");
        await using SmbFile file = await share.OpenFileAsync("hello.txt", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await using SmbFile twin = await again.OpenFileAsync("hello.txt", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await file.LockAsync(0, 4, exclusive: true, TimeSpan.Zero);
        using System.Threading.CancellationTokenSource giveUp = new();
        Task waiting = twin.LockAsync(0, 4, exclusive: true, System.Threading.Timeout.InfiniteTimeSpan, giveUp.Token);
        await second.EchoAsync();

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await second.EchoAsync();       // what was sent before it has arrived
        await file.UnlockAsync(0, 4);

        await file.LockAsync(0, 4, exclusive: true, TimeSpan.Zero);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_extended_security_a_challenge_is_answered(bool signs)
    {
        await using ServerFixture fixture = Start(signs, extended: false);
        await using SmbClientContext context = new();
        SmbConnectionOptions options = Options(fixture, context, signs) with { OfferExtendedSecurity = false, AllowNonExtendedSecurity = true };
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, ServerFixture.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");

        Assert.Equal(ServerFixture.Content, await share.ReadAllBytesAsync("hello.txt"));
        Assert.Equal(signs, connection.IsSigned);
        await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(options, SmbCredential.FromPassword("alice", "wrong")));
    }

    [Fact]
    public async Task A_client_without_extended_security_is_refused_by_default()
    {
        await using ServerFixture fixture = Start();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = Options(fixture, context) with { OfferExtendedSecurity = false, AllowNonExtendedSecurity = true };

        SmbProtocolException refused = await Assert.ThrowsAsync<SmbProtocolException>(() => SmbConnection.OpenAsync(options, ServerFixture.Alice));

        Assert.Equal(SmbProtocolError.Incompatible, refused.Error);
    }

    [Fact]
    public async Task A_wrong_password_and_sealed_shares_are_refused()
    {
        await using ServerFixture fixture = Start();
        await using SmbClientContext context = new();
        SmbAuthenticationException wrong = await Assert.ThrowsAsync<SmbAuthenticationException>(
            () => SmbConnection.OpenAsync(Options(fixture, context), SmbCredential.FromPassword("alice", "wrong")));
        await using SmbConnection connection = await SmbConnection.OpenAsync(Options(fixture, context), ServerFixture.Alice);

        Assert.Equal(NtStatus.LogonFailure, wrong.Status);
        Assert.Equal(NtStatus.AccessDenied, (await Assert.ThrowsAsync<SmbStatusException>(() => connection.OpenShareAsync("sealed"))).Status);
        Assert.Equal(NtStatus.BadNetworkName, (await Assert.ThrowsAsync<SmbStatusException>(() => connection.OpenShareAsync("none"))).Status);
        await using SmbShare readOnly = await connection.OpenShareAsync("fixed");
        Assert.Equal(NtStatus.AccessDenied, (await Assert.ThrowsAsync<SmbStatusException>(() => readOnly.DeleteFileAsync("hello.txt"))).Status);
        Assert.Equal(ServerFixture.Content, await readOnly.ReadAllBytesAsync("hello.txt"));
    }

    [Fact]
    public async Task A_server_that_demands_sealing_refuses_SMB1()
    {
        await using ServerFixture fixture = new(o => o with { AllowSmb1 = true, Encryption = SmbEncryptionPolicy.Required });
        await using SmbClientContext context = new();

        SmbAuthenticationException refused = await Assert.ThrowsAsync<SmbAuthenticationException>(() => SmbConnection.OpenAsync(Options(fixture, context), ServerFixture.Alice));

        Assert.Equal(NtStatus.AccessDenied, refused.Status);
    }

    [Fact]
    public async Task Two_users_share_a_connection()
    {
        await using ServerFixture fixture = Start();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = Options(fixture, context);
        await using SmbConnection alice = await SmbConnection.OpenAsync(options, ServerFixture.Alice);
        await using SmbConnection bob = await SmbConnection.OpenAsync(options, SmbCredential.FromPassword("bob", "hidden"));
        await using SmbShare hers = await alice.OpenShareAsync("share");
        await using SmbShare his = await bob.OpenShareAsync("share");

        await hers.WriteAllBytesAsync("hers.txt", new byte[] { 1 });
        Assert.Equal([1], await his.ReadAllBytesAsync("hers.txt"));

        Assert.Equal((1, 2), (fixture.Server.GetStatistics().Connections, fixture.Server.GetStatistics().Sessions));
    }

    [Fact]
    public async Task Nothing_is_left_when_clients_have_gone()
    {
        await using ServerFixture fixture = Start();
        await using (SmbClientContext context = new())
        {
            SmbConnection connection = await SmbConnection.OpenAsync(Options(fixture, context), ServerFixture.Alice);
            SmbShare share = await connection.OpenShareAsync("share");
            await share.OpenFileAsync("hello.txt");
            Assert.Equal(1, fixture.Server.GetStatistics().Opens);
        }

        await HostileClientTests.IsEmptyAsync(fixture.Server);
    }

    private static ServerFixture Start(bool signs = true, bool extended = true) =>
        new(o => o with { AllowSmb1 = true, RequireSigning = signs }, a => a with { AllowNonExtendedSecurity = !extended });

    private static SmbConnectionOptions Options(ServerFixture fixture, SmbClientContext context, bool signs = true) => fixture.Options(context, SmbDialect.NtLm012) with
    {
        MessageSigningPolicy = signs ? null : SmbSigningState.Declined,
    };

    private static async Task<List<(string Name, long Length)>> ListAsync(SmbShare share, string directory, string pattern = "*")
    {
        List<(string, long)> entries = [];
        await foreach (SmbDirectoryEntry entry in share.EnumerateAsync(directory, pattern))
        {
            entries.Add((entry.Name, entry.Length));
        }

        return entries;
    }
}
