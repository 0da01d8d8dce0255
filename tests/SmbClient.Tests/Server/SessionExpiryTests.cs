using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Server;
using SmbClient.Tests.Server.Smb1;
using SmbClient.Tests.Server.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;
using Xunit;
using Smb1Wire = SmbClient.Wire.Smb1;

namespace SmbClient.Tests.Server;

/// <summary>A user whose ticket has ended signs in again and goes on with what it has open ([MS-SMB2] 3.3.5.2.9, [MS-SMB] 3.3.5.1).</summary>
public class SessionExpiryTests
{
    private static readonly SmbCredential Bob = SmbCredential.FromPassword("bob", "whatever");
    private static readonly TimeSpan Later = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(SmbDialect.NtLm012)]
    [InlineData(SmbDialect.Smb202)]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb300)]
    [InlineData(SmbDialect.Smb311)]
    public async Task Our_client_signs_in_again_and_goes_on_with_the_same_handles(SmbDialect dialect)
    {
        await using ExpiringUsers users = new();
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(users.Options(context, dialect), Bob);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile file = await share.OpenFileAsync("hello.txt", FileMode.Open, FileAccess.ReadWrite);
        byte[] buffer = new byte[100];

        users.Clock.Advance(Later - TimeSpan.FromTicks(1));
        Assert.Equal(ServerFixture.Content.Length, await file.ReadAsync(buffer, 0));
        Assert.Single(users.Delegated);

        users.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(ServerFixture.Content.Length, await file.ReadAsync(buffer, 0));
        Assert.Equal(2, users.Delegated.Count);

        users.Clock.Advance(Later - TimeSpan.FromTicks(1));
        await file.WriteAsync(buffer, 0);
        Assert.Equal(2, users.Delegated.Count);

        users.Clock.Advance(TimeSpan.FromTicks(1));
        await share.WriteAllBytesAsync("new.txt", buffer);
        Assert.Equal(3, users.Delegated.Count);
        Assert.Equal((1, 1), (users.Fixture.Server.GetStatistics().Sessions, users.Fixture.Server.GetStatistics().Connections));
    }

    [Fact]
    public async Task Whoever_signs_in_by_NTLM_may_stay()
    {
        await using ExpiringUsers users = new();
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(users.Fixture.Options(context), ServerFixture.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");

        users.Clock.Advance(TimeSpan.FromDays(365));

        Assert.Equal(ServerFixture.Content, await share.ReadAllBytesAsync("hello.txt"));
        Assert.Empty(users.Delegated);
    }

    [Fact]
    public async Task Somebody_else_cannot_take_the_session_over()
    {
        await using ExpiringUsers users = new();
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(users.Options(context), Bob);
        await using SmbShare share = await connection.OpenShareAsync("share");
        users.User = "mallory";

        users.Clock.Advance(Later);

        await Assert.ThrowsAnyAsync<IOException>(() => share.ReadAllBytesAsync("hello.txt"));
        await users.DisposeAsync();
        Assert.All(users.Delegated, d => Assert.True(d.IsDisposed));
    }

    [Theory]
    [InlineData(SmbDialect.Smb210)]
    [InlineData(SmbDialect.Smb311)]
    public async Task An_expired_user_of_SMB2_may_only_give_things_back(SmbDialect dialect)
    {
        await using ExpiringUsers users = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(users.Fixture.Server, dialect, mechanism: users.Mechanism);
        FileId first = await client.OpenAsync("hello.txt");
        users.Clock.Advance(Later);

        Assert.Equal(NtStatus.NetworkSessionExpired, (await client.AskAsync(new ReadRequest { FileId = first, Length = 10, Offset = 0 })).Status);
        Assert.Equal(NtStatus.NetworkSessionExpired, (await client.AskAsync(new FlushRequest { FileId = first })).Status);
        Assert.Equal(NtStatus.NetworkSessionExpired, (await client.AskAsync(RawSmb2Client.Create("hello.txt"))).Status);
        Assert.Equal(NtStatus.NetworkSessionExpired, (await client.AskAsync(new TreeConnectRequest { Path = @"\\server\share" })).Status);
        Assert.Equal(NtStatus.NetworkSessionExpired, (await client.AskAsync(default(TreeDisconnectBody))).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(default(EchoBody))).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(new CloseRequest { FileId = first })).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(default(LogoffBody))).Status);
        Assert.Equal(0, users.Fixture.Server.GetStatistics().Sessions);
        Assert.True(users.Delegated.Single().IsDisposed);
    }

    [Fact]
    public async Task An_expired_user_of_SMB1_may_only_give_things_back()
    {
        await using ExpiringUsers users = new();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(users.Fixture.Server, mechanism: users.Mechanism);
        ushort fid = await client.OpenAsync("hello.txt");
        users.Clock.Advance(Later);

        Assert.Equal(NtStatus.NetworkSessionExpired, (await client.AskAsync(new Smb1Wire.ReadRequest { Fid = fid, MaxCount = 10 })).Status);
        Assert.Equal(NtStatus.NetworkSessionExpired, (await client.AskAsync(RawSmb1Client.Create("hello.txt"))).Status);
        Assert.Equal(NtStatus.NetworkSessionExpired, (await client.AskAsync(RawSmb1Client.Connect("share"))).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(new Smb1Wire.FlushRequest { Fid = fid })).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(new Smb1Wire.CloseRequest { Fid = fid })).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(default(Smb1Wire.TreeDisconnectBody))).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(default(Smb1Wire.LogoffBody))).Status);
        Assert.Equal(0, users.Fixture.Server.GetStatistics().Sessions);
        Assert.True(users.Delegated.Single().IsDisposed);
    }

    [Theory]
    [InlineData(SmbDialect.NtLm012)]
    [InlineData(SmbDialect.Smb311)]
    public async Task What_users_delegate_lives_as_long_as_the_session(SmbDialect dialect)
    {
        await using ExpiringUsers users = new();
        await using SmbClientContext context = new();
        await using (SmbConnection connection = await SmbConnection.OpenAsync(users.Options(context, dialect), Bob))
        {
            await using SmbShare share = await connection.OpenShareAsync("share");
            for (int i = 1; i < 4; i++)
            {
                users.Clock.Advance(Later);
                await share.ReadAllBytesAsync("hello.txt");
            }

            // The last one, and the one before, which somebody may be using just now.
            Assert.Equal([true, true, false, false], users.Delegated.Select(d => d.IsDisposed));
        }

        await users.DisposeAsync();
        Assert.All(users.Delegated, d => Assert.True(d.IsDisposed));
    }

    [Theory]
    [InlineData(SmbDialect.NtLm012)]
    [InlineData(SmbDialect.Smb311)]
    public async Task Stores_of_one_user_see_the_session_and_end_with_the_tree(SmbDialect dialect)
    {
        SmbServerSession? seen = null;
        OwnedStore? made = null;
        await using ExpiringUsers users = new(o => o with
        {
            Shares =
            [
                new SmbServerShare("own", session =>
                {
                    seen = session;
                    made = new OwnedStore();
                    return made;
                }),
                new SmbServerShare("none", _ => null),
            ],
        });
        await using SmbClientContext context = new();
        await using (SmbConnection connection = await SmbConnection.OpenAsync(users.Options(context, dialect), Bob))
        {
            SmbStatusException refused = await Assert.ThrowsAsync<SmbStatusException>(() => connection.OpenShareAsync("none"));
            await using SmbShare share = await connection.OpenShareAsync("own");
            await share.WriteAllBytesAsync("mine.txt", new byte[3]);

            Assert.Equal(NtStatus.AccessDenied, refused.Status);
            Assert.Equal(3, made!.Files.ReadAllBytes("mine.txt").Length);
            Assert.Equal((@"REALM\bob", users.Clock.GetUtcNow() + Later), (seen!.ToString(), seen.Expires));
            Assert.Same(users.Delegated[0], seen.DelegatedCredential!.Gss);
            Assert.False(made.IsDisposed);
        }

        await users.DisposeAsync();
        Assert.Equal((true, null), (made.IsDisposed, seen.DelegatedCredential));
    }
}
