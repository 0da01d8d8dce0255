using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Server;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Server.Smb2;

/// <summary>Clients that break the rules: each is refused or loses its connection, nothing leaks, and others are served on.</summary>
public class HostileClientTests
{
    private const int SignaturePosition = 48;

    [Fact]
    public async Task An_unsigned_request_is_refused_where_signing_is_required()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server, SmbDialect.Smb302);

        RawResponse response = await client.ExchangeAsync(client.Build(RawSmb2Client.Create("new.txt")));

        Assert.Equal(NtStatus.AccessDenied, response.Status);
        Assert.Equal(0, fixture.Server.GetStatistics().Opens);
    }

    [Theory]
    [InlineData(SmbDialect.Smb202)]
    [InlineData(SmbDialect.Smb300)]
    [InlineData(SmbDialect.Smb311)]
    public async Task A_wrong_signature_is_refused_in_every_octet(SmbDialect dialect)
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server, dialect);
        for (int i = 0; i < 16; i++)
        {
            byte[] request = client.Sign(client.Build(RawSmb2Client.Create("new.txt")));
            request[SignaturePosition + i] ^= 0x10;

            Assert.Equal(NtStatus.AccessDenied, (await client.ExchangeAsync(request)).Status);
        }

        await client.OpenAsync("new.txt");
    }

    [Fact]
    public async Task An_unsigned_tree_connect_of_SMB311_ends_the_connection()
    {
        await using ServerFixture fixture = new(o => o with { RequireSigning = false });
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);

        await client.SendAsync(client.Build(new TreeConnectRequest { Path = @"\\server\share" }));

        await client.IsClosedAsync();
        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task Another_connections_session_is_nobodys()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client owner = await RawSmb2Client.SignInAsync(fixture.Server);
        using RawSmb2Client thief = await RawSmb2Client.SignInAsync(fixture.Server);

        RawResponse response = await thief.ExchangeAsync(thief.Sign(thief.Build(RawSmb2Client.Create("hello.txt"), sessionId: owner.SessionId)));

        Assert.Equal(NtStatus.UserSessionDeleted, response.Status);
        await owner.OpenAsync("hello.txt");
    }

    [Fact]
    public async Task A_seal_of_one_session_opens_no_other()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        ulong first = client.SessionId;
        Assert.Equal(NtStatus.Success, (await client.SetUpSessionAsync("bob", "hidden")).Status);

        RawResponse response = await client.ExchangeAsync(client.Seal(client.Build(RawSmb2Client.Create("hello.txt"), sessionId: first)));

        Assert.Equal(NtStatus.AccessDenied, response.Status);
    }

    [Fact]
    public async Task A_seal_that_does_not_open_ends_the_connection()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        byte[] frame = client.Seal(client.Build(RawSmb2Client.Create("hello.txt")));
        frame[^1] ^= 1;

        await client.SendAsync(frame);

        await client.IsClosedAsync();
        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task Plaintext_is_refused_where_everything_is_sealed()
    {
        await using ServerFixture fixture = new(o => o with { Encryption = SmbEncryptionPolicy.Required });
        using RawSmb2Client client = await RawSmb2Client.ConnectAsync(fixture.Server);
        await client.NegotiateAsync(SmbDialect.Smb311);
        RawResponse end = await client.SetUpSessionAsync("alice", "secret");
        Assert.Equal(Smb2SessionFlags.EncryptData, end.Read(SessionSetupResponse.Read).SessionFlags);

        RawResponse plain = await client.AskAsync(new EchoBody());
        RawResponse sealedEcho = await client.ExchangeAsync(client.Seal(client.Build(new EchoBody())));

        Assert.Equal(NtStatus.AccessDenied, plain.Status);
        Assert.Equal(NtStatus.Success, sealedEcho.Status);
    }

    [Fact]
    public async Task A_share_that_demands_seals_takes_nothing_in_the_clear()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        RawResponse tree = await client.AskAsync(new TreeConnectRequest { Path = @"\\server\sealed" });
        Assert.Equal(NtStatus.Success, tree.Status);
        Assert.Equal(Smb2ShareFlags.EncryptData, tree.Read(TreeConnectResponse.Read).ShareFlags & Smb2ShareFlags.EncryptData);
        client.TreeId = tree.Header.TreeId;

        Assert.Equal(NtStatus.AccessDenied, (await client.AskAsync(RawSmb2Client.Create("hello.txt"))).Status);
        Assert.Equal(NtStatus.Success, (await client.ExchangeAsync(client.Seal(client.Build(RawSmb2Client.Create("hello.txt"))))).Status);
    }

    /// <summary>A related request belongs to the session of the one before it, and must bear its signature whatever session it names.</summary>
    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(4711UL)]
    public async Task What_is_added_to_a_compound_needs_a_signature_too(ulong sessionId)
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server, SmbDialect.Smb302);
        FileId file = await client.OpenAsync("hello.txt");
        byte[] first = client.Build(new FlushRequest { FileId = file });
        Array.Resize(ref first, (first.Length + 7) & ~7);
        first[Smb2Header.NextCommandPosition] = (byte)first.Length;
        byte[] added = client.Build(new CloseRequest { FileId = file }, flags: Smb2HeaderFlags.RelatedOperations | Smb2HeaderFlags.Signed, sessionId: sessionId);

        RawResponse[] answers = [.. RawSmb2Client.Split(await client.ExchangeAsync([.. client.Sign(first), .. added]))];

        Assert.Equal([NtStatus.Success, NtStatus.AccessDenied], answers.Select(a => a.Status));
        Assert.Equal(1, fixture.Server.GetStatistics().Opens);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1000UL)]
    [InlineData(ulong.MaxValue)]
    public async Task A_MessageId_that_is_not_the_clients_ends_the_connection(ulong messageId)
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);

        await client.SendAsync(client.Sign(client.Build(new EchoBody(), messageId: messageId)));

        await client.IsClosedAsync();
        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task Nothing_is_answered_before_the_negotiation()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.ConnectAsync(fixture.Server);

        await client.SendAsync(client.Build(new EchoBody()));

        await client.IsClosedAsync();
    }

    [Fact]
    public async Task A_second_negotiation_is_refused()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.ConnectAsync(fixture.Server);
        await client.NegotiateAsync(SmbDialect.Smb311);

        RawResponse second = await client.NegotiateAsync(SmbDialect.Smb210);

        Assert.Equal(NtStatus.InvalidParameter, second.Status);
    }

    [Fact]
    public async Task After_a_logoff_the_session_is_gone_with_all_it_had_open()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        FileId file = await client.OpenAsync("hello.txt");
        Assert.Equal(NtStatus.Success, (await client.AskAsync(new LogoffBody())).Status);

        Assert.Equal(NtStatus.UserSessionDeleted, (await client.AskAsync(new CloseRequest { FileId = file })).Status);
        RawResponse setup = await client.ExchangeAsync(client.Build(new SessionSetupRequest { SecurityMode = 0, SecurityBuffer = new byte[20] }));
        Assert.Equal(NtStatus.UserSessionDeleted, setup.Status);
        Assert.Equal((0, 0), (fixture.Server.GetStatistics().Opens, fixture.Server.GetStatistics().Sessions));
    }

    [Fact]
    public async Task Eight_unfinished_session_setups_are_enough()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.ConnectAsync(fixture.Server);
        await client.NegotiateAsync(SmbDialect.Smb311);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(NtStatus.MoreProcessingRequired, (await client.BeginSessionAsync()).Status);
        }

        Assert.Equal(NtStatus.InsufficientResources, (await client.BeginSessionAsync()).Status);
        client.Dispose();
        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task Who_does_not_sign_in_in_time_loses_the_connection()
    {
        FakeTimeProvider clock = new();
        await using ServerFixture fixture = new(o => o with { TimeProvider = clock });
        using RawSmb2Client silent = await RawSmb2Client.ConnectAsync(fixture.Server);
        using RawSmb2Client user = await RawSmb2Client.SignInAsync(fixture.Server);
        await silent.NegotiateAsync(SmbDialect.Smb311);

        clock.Advance(TimeSpan.FromSeconds(31));

        await silent.IsClosedAsync();
        await user.OpenAsync("hello.txt");
    }

    [Fact]
    public async Task Large_messages_are_for_users()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client stranger = await RawSmb2Client.ConnectAsync(fixture.Server);
        using RawSmb2Client user = await RawSmb2Client.SignInAsync(fixture.Server);
        await stranger.NegotiateAsync(SmbDialect.Smb311);
        Assert.Equal(NtStatus.MoreProcessingRequired, (await stranger.BeginSessionAsync()).Status);
        byte[] large = new byte[1 << 20];
        FileId file = await user.OpenAsync("large");

        await stranger.SendAsync(large);
        RawResponse written = await user.ExchangeAsync(user.Sign(user.Build(new WriteRequest { FileId = file, Length = (uint)large.Length }, large, charge: 16)));

        await stranger.IsClosedAsync();
        Assert.Equal(NtStatus.Success, written.Status);
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_at_once()
    {
        await using ServerFixture fixture = new(o => o with { MaxConnections = 1 });
        using RawSmb2Client first = await RawSmb2Client.SignInAsync(fixture.Server);
        using RawSmb2Client second = await RawSmb2Client.ConnectAsync(fixture.Server);

        await second.IsClosedAsync();
        await first.OpenAsync("hello.txt");
    }

    [Fact]
    public async Task An_open_or_a_tree_too_many_is_refused()
    {
        await using ServerFixture fixture = new(o => o with { MaxOpens = 2, MaxTreeConnects = 2 });
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        FileId one = await client.OpenAsync("hello.txt");
        await client.OpenAsync("hello.txt");

        Assert.Equal(NtStatus.TooManyOpenedFiles, (await client.AskAsync(RawSmb2Client.Create("hello.txt"))).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(new CloseRequest { FileId = one })).Status);
        await client.OpenAsync("hello.txt");
        Assert.Equal(NtStatus.Success, (await client.AskAsync(new TreeConnectRequest { Path = @"\\server\fixed" })).Status);
        Assert.Equal(NtStatus.InsufficientResources, (await client.AskAsync(new TreeConnectRequest { Path = @"\\server\fixed" })).Status);
    }

    [Fact]
    public async Task Every_truncation_of_every_request_is_answered_or_ends_the_connection()
    {
        await using ServerFixture fixture = new();
        RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        int requests = 0;
        foreach (Func<RawSmb2Client, FileId, byte[]> make in Requests)
        {
            bool isWhole = false;
            for (int cut = 0; !isWhole; cut++)
            {
                FileId file = await client.OpenAsync("hello.txt");
                byte[] whole = make(client, file);
                isWhole = Smb2Header.Size + cut == whole.Length;
                RawResponse response = await client.ExchangeAsync(client.Sign(whole[..(Smb2Header.Size + cut)]));

                requests++;
                Assert.NotEqual(NtStatus.Pending, response.Status);
                Assert.True(Smb2Header.Size + cut >= whole.Length - 1 || response.Status != NtStatus.Success, $"{response.Header.Command} of {cut} octets succeeds");
                Assert.Equal(NtStatus.Success, (await client.AskAsync(new EchoBody())).Status);
                await client.AskAsync(new CloseRequest { FileId = file });
            }
        }

        Assert.InRange(requests, 200, 2000);
        client.Dispose();
        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task A_read_is_paid_for()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server);
        FileId file = await client.OpenAsync("hello.txt");

        RawResponse cheap = await client.AskAsync(new ReadRequest { FileId = file, Length = 65537 });
        RawResponse paid = await client.ExchangeAsync(client.Sign(client.Build(new ReadRequest { FileId = file, Length = 65537 }, charge: 2)));
        RawResponse huge = await client.ExchangeAsync(client.Sign(client.Build(new ReadRequest { FileId = file, Length = uint.MaxValue }, charge: 4)));

        Assert.Equal(NtStatus.InvalidParameter, cheap.Status);
        Assert.Equal(ServerFixture.Content, paid.Read(ReadResponse.Read).Data.ToArray());
        Assert.Equal(NtStatus.InvalidParameter, huge.Status);
    }

    [Fact]
    public async Task A_changed_negotiation_ends_the_connection_when_it_is_validated()
    {
        await using ServerFixture fixture = new();
        using RawSmb2Client client = await RawSmb2Client.SignInAsync(fixture.Server, SmbDialect.Smb302);
        ValidateNegotiateInfoRequest info = new() { Capabilities = Smb2Capabilities.Encryption, ClientGuid = Guid.NewGuid(), SecurityMode = Smb2SecurityMode.SigningEnabled, Dialects = [SmbDialect.Smb302] };
        byte[] input = new byte[info.Size];
        WireWriter writer = new(input);
        info.Write(ref writer);

        await client.SendAsync(client.Sign(client.Build(new IoctlRequest { CtlCode = (uint)FsControlCode.ValidateNegotiateInfo, FileId = FileId.Previous, Input = input, MaxOutputResponse = 24, IsFsctl = true })));

        await client.IsClosedAsync();
    }

    private static IEnumerable<Func<RawSmb2Client, FileId, byte[]>> Requests =>
    [
        (c, f) => c.Build(RawSmb2Client.Create("hello.txt")),
        (c, f) => c.Build(new CloseRequest { FileId = f }),
        (c, f) => c.Build(new FlushRequest { FileId = f }),
        (c, f) => c.Build(new ReadRequest { FileId = f, Length = 10 }),
        (c, f) => c.Build(new WriteRequest { FileId = f, Length = 4 }, "data"u8.ToArray()),
        (c, f) => c.Build(new LockRequest { FileId = f, Locks = [new Smb2Lock(0, 1, Smb2LockFlags.ExclusiveLock | Smb2LockFlags.FailImmediately)] }),
        (c, f) => c.Build(new IoctlRequest { CtlCode = (uint)FsControlCode.QueryAllocatedRanges, FileId = f, Input = new byte[16], MaxOutputResponse = 100, IsFsctl = true }),
        (c, f) => c.Build(new QueryDirectoryRequest { FileId = f, FileInformationClass = 37, Pattern = "*", OutputBufferLength = 1000 }),
        (c, f) => c.Build(new ChangeNotifyRequest { FileId = f, OutputBufferLength = 1000, CompletionFilter = 1 }),
        (c, f) => c.Build(new QueryInfoRequest { FileId = f, InfoType = Smb2InfoType.File, FileInfoClass = 18, OutputBufferLength = 1000 }),
        (c, f) => c.Build(new SetInfoRequest { FileId = f, InfoType = Smb2InfoType.File, FileInfoClass = 20, Data = new byte[8] }),
        (c, f) => c.Build(new TreeConnectRequest { Path = @"\\server\nothing" }),
        (c, f) => c.Build(new SessionSetupRequest { SecurityMode = 0, SecurityBuffer = new byte[10] }, sessionId: 0),
    ];

    /// <summary>The server has given up everything that its clients had.</summary>
    private static async Task IsEmptyAsync(SmbServer server)
    {
        TimeSpan limit = TimeSpan.FromSeconds(20);
        long start = Environment.TickCount64;
        while (server.GetStatistics() is not { Connections: 0, Sessions: 0, Opens: 0, OctetsInFlight: 0 })
        {
            Assert.True(Environment.TickCount64 - start < limit.TotalMilliseconds, $"{server.GetStatistics()}");
            await Task.Yield();
        }
    }
}
