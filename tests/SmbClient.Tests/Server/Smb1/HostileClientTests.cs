using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Server;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Server.Smb1;

/// <summary>Clients that break the rules: each is refused or loses its connection, nothing leaks, and others are served on.</summary>
public class HostileClientTests
{
    private const int SignaturePosition = 14;

    /// <summary>One request of each command that has a tree; FIDs are those of files that are open, or not.</summary>
    public static TheoryData<byte> Commands => [.. Requests().Select((_, i) => (byte)i)];

    internal static async Task IsEmptyAsync(SmbServer server)
    {
        TimeSpan limit = TimeSpan.FromSeconds(20);
        long start = Environment.TickCount64;
        while (server.GetStatistics() is not { Connections: 0, Sessions: 0, Opens: 0, OctetsInFlight: 0 })
        {
            Assert.True(Environment.TickCount64 - start < limit.TotalMilliseconds, $"{server.GetStatistics()}");
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_wrong_signature_ends_the_connection_in_every_octet()
    {
        await using ServerFixture fixture = Start();
        for (int i = 0; i < 8; i++)
        {
            using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
            Assert.True(client.IsSigning);
            byte[] request = client.Sign(client.Build(RawSmb1Client.Create("new.txt")));
            request[SignaturePosition + i] ^= 0x10;

            await client.SendAsync(request);

            await client.IsClosedAsync();
            Assert.False(fixture.Store.Exists("new.txt"));
        }

        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task An_unsigned_or_repeated_request_ends_the_connection()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client unsigned = await RawSmb1Client.SignInAsync(fixture.Server);
        await unsigned.SendAsync(unsigned.Build(RawSmb1Client.Create("new.txt")));
        await unsigned.IsClosedAsync();
        using RawSmb1Client repeating = await RawSmb1Client.SignInAsync(fixture.Server);
        byte[] request = repeating.Sign(repeating.Build(new EchoRequest { EchoCount = 1 }));
        await repeating.SendAsync(request);
        await repeating.SendAsync(request);

        await repeating.IsClosedAsync();

        Assert.False(fixture.Store.Exists("new.txt"));
        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task Cancels_take_one_number_and_no_answer()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        await client.SendAsync(client.Sign(client.Build(default(NtCancelBody))));

        Assert.Equal(NtStatus.Success, (await client.AskAsync(new EchoRequest { EchoCount = 1 })).Status);
    }

    [Fact]
    public async Task A_client_that_does_not_sign_is_served_where_it_need_not()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        Assert.False(client.IsSigning);
        await client.OpenAsync("hello.txt");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_truncation_is_answered_or_ends_the_connection(byte index)
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        await client.OpenAsync("hello.txt");
        ISmb1Body body = Requests()[index];
        byte[] whole = client.Build(body);
        for (int length = Smb1Header.Size; length < whole.Length; length++)
        {
            await client.SendAsync(whole[..length]);
        }

        // Whatever each was answered, the connection has stood it.
        RawSmb1Response last = await client.AskAsync(new EchoRequest { EchoCount = 1, Data = new byte[] { 1, 2, 3 } });
        while (last.Header.Command != Smb1Command.Echo)
        {
            last = await client.ReceiveAsync();
        }

        client.Dispose();
        await IsEmptyAsync(fixture.Server);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_changed_octet_is_stood(byte index)
    {
        await using ServerFixture fixture = Start(signs: false);
        byte[] whole;
        using (RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server))
        {
            await client.OpenAsync("hello.txt");
            whole = client.Build(Requests()[index]);
            for (int at = Smb1Header.Size; at < whole.Length; at++)
            {
                foreach (byte value in new byte[] { 0, 0x7F, 0xFF })
                {
                    byte[] changed = [.. whole];
                    changed[at] = value;
                    await client.SendAsync(changed);
                }
            }

            // What waits for others is cancelled by the end.
            await client.SendAsync(client.Build(default(NtCancelBody)));
        }

        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task Messages_without_a_header_or_before_the_negotiation_end_the_connection()
    {
        await using ServerFixture fixture = Start();
        foreach (byte[] message in new byte[][] { [0xFF, (byte)'S', (byte)'M', (byte)'B'], new byte[40] })
        {
            using RawSmb1Client client = await RawSmb1Client.ConnectAsync(fixture.Server);
            await client.NegotiateAsync();
            await client.SendAsync(message);
            await client.IsClosedAsync();
        }

        using RawSmb1Client early = await RawSmb1Client.ConnectAsync(fixture.Server);
        await early.SendAsync(early.Build(RawSmb1Client.SetUp(new byte[10])));
        await early.IsClosedAsync();
        using RawSmb1Client twice = await RawSmb1Client.ConnectAsync(fixture.Server);
        await twice.NegotiateAsync();
        await twice.SendAsync(twice.Build(new NegotiateRequest { Dialects = ["NT LM 0.12"] }));
        await twice.IsClosedAsync();
        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task Nobody_does_anything_without_a_session_or_a_tree()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        (ushort uid, ushort tid) = (client.Uid, client.Tid);
        foreach (ISmb1Body body in Requests())
        {
            (client.Uid, client.Tid) = (0x1234, tid);
            Assert.Equal(NtStatus.SmbBadUid, (await client.AskAsync(body)).Status);
            (client.Uid, client.Tid) = (uid, 0x1234);
            Assert.Equal(NtStatus.SmbBadTid, (await client.AskAsync(body)).Status);
        }
    }

    [Fact]
    public async Task What_one_session_has_is_not_anothers()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort fid = await client.OpenAsync("hello.txt");
        ushort tid = client.Tid;
        Assert.Equal(NtStatus.Success, (await client.SetUpSessionAsync("bob", "hidden")).Status);

        NtStatus tree = (await client.AskAsync(new ReadRequest { Fid = fid, MaxCount = 5 })).Status;
        client.Tid = (await client.AskAsync(RawSmb1Client.Connect("share"))).Header.Tid;
        NtStatus file = (await client.AskAsync(new ReadRequest { Fid = fid, MaxCount = 5 })).Status;

        Assert.NotEqual(tid, client.Tid);
        Assert.Equal((NtStatus.SmbBadTid, NtStatus.InvalidHandle), (tree, file));
    }

    [Fact]
    public async Task Unfinished_setups_and_their_UIDs_are_limited()
    {
        await using ServerFixture fixture = new(o => o with { AllowSmb1 = true, MaxUnfinishedSetups = 3 });
        using RawSmb1Client client = await RawSmb1Client.ConnectAsync(fixture.Server);
        await client.NegotiateAsync();
        List<NtStatus> statuses = [];
        for (int i = 0; i < 5; i++)
        {
            client.Uid = 0;
            statuses.Add((await client.AskAsync(RawSmb1Client.SetUp(default))).Status);
        }

        client.Uid = 999;
        NtStatus unknown = (await client.AskAsync(RawSmb1Client.SetUp(default))).Status;

        Assert.Equal([.. Enumerable.Repeat(NtStatus.MoreProcessingRequired, 3), NtStatus.InsufficientResources, NtStatus.InsufficientResources], statuses);
        Assert.Equal(NtStatus.SmbBadUid, unknown);
        Assert.Equal(3, fixture.Server.GetStatistics().Sessions);
    }

    [Fact]
    public async Task A_refused_setup_frees_its_UID()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.ConnectAsync(fixture.Server);
        await client.NegotiateAsync();

        Assert.Equal(NtStatus.LogonFailure, (await client.SetUpSessionAsync("alice", "wrong")).Status);
        Assert.Equal(0, fixture.Server.GetStatistics().Sessions);
        Assert.Equal(NtStatus.Success, (await client.SetUpSessionAsync("alice", "secret")).Status);
    }

    [Fact]
    public async Task A_connection_on_which_nobody_signs_in_is_ended()
    {
        FakeTimeProvider time = new();
        await using ServerFixture fixture = new(o => o with { AllowSmb1 = true, TimeProvider = time });
        using RawSmb1Client idle = await RawSmb1Client.ConnectAsync(fixture.Server);
        await idle.NegotiateAsync();
        using RawSmb1Client busy = await RawSmb1Client.SignInAsync(fixture.Server);

        time.Advance(TimeSpan.FromSeconds(31));

        await idle.IsClosedAsync();
        Assert.Equal(NtStatus.Success, (await busy.AskAsync(new EchoRequest { EchoCount = 1 })).Status);
    }

    [Fact]
    public async Task Opens_and_trees_are_limited()
    {
        await using ServerFixture fixture = new(o => o with { AllowSmb1 = true, MaxOpens = 2, MaxTreeConnects = 2 });
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort first = await client.OpenAsync("a");
        await client.OpenAsync("b");
        NtStatus third = (await client.AskAsync(RawSmb1Client.Create("c"))).Status;
        NtStatus listing = (await client.AskAsync(FindFirst())).Status;
        await client.AskAsync(new CloseRequest { Fid = first });
        await client.OpenAsync("c");
        NtStatus tree = (await client.AskAsync(RawSmb1Client.Connect("share"))).Status;
        NtStatus another = (await client.AskAsync(RawSmb1Client.Connect("share"))).Status;

        Assert.Equal((NtStatus.TooManyOpenedFiles, NtStatus.TooManyOpenedFiles), (third, listing));
        Assert.Equal((NtStatus.Success, NtStatus.InsuffServerResources), (tree, another));
    }

    [Fact]
    public async Task Requests_that_wait_are_limited_and_hold_up_nobody()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort directory = (await client.AskAsync(RawSmb1Client.Create("", CreateDisposition.Open, AccessMask.ReadData))).Read<NtCreateResponse>(NtCreateResponse.Read, client.Strings).Fid;
        for (int i = 0; i < 50; i++)
        {
            await client.SendAsync(client.Build(Notify(directory)));
        }

        NtStatus oneMore = (await client.AskAsync(Notify(directory))).Status;
        NtStatus echo = (await client.AskAsync(new EchoRequest { EchoCount = 1 })).Status;

        Assert.Equal((NtStatus.InsuffServerResources, NtStatus.Success), (oneMore, echo));
        client.Dispose();
        await IsEmptyAsync(fixture.Server);
    }

    [Fact]
    public async Task Transactions_that_are_never_finished_are_limited()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        List<NtStatus> statuses = [];
        for (int i = 0; i < 10; i++)
        {
            statuses.Add((await client.AskAsync(Trans2(Trans2Subcommand.QueryFsInformation, [2, 1]) with { TotalDataCount = 60000 })).Status);
        }

        Assert.Equal([.. Enumerable.Repeat(NtStatus.Success, 8), NtStatus.InsuffServerResources, NtStatus.InsuffServerResources], statuses);
    }

    internal static TransactionPart FindFirst(string pattern = @"\*", ushort level = Smb1InformationLevels.FindFileBothDirectoryInfo) =>
        Trans2(Trans2Subcommand.FindFirst2, Encode(new FindFirst2Parameters { SearchAttributes = 0x16, SearchCount = 100, Flags = 2, Level = level, FileName = pattern }));

    internal static TransactionPart Trans2(Trans2Subcommand subcommand, byte[] parameters, byte[]? data = null) => new()
    {
        Command = Smb1Command.Transaction2,
        TotalParameterCount = (uint)parameters.Length,
        TotalDataCount = (uint)(data?.Length ?? 0),
        MaxParameterCount = 32,
        MaxDataCount = 0xFFFF,
        Setup = new byte[] { (byte)subcommand, 0 },
        Parameters = parameters,
        Data = data,
    };

    internal static byte[] Encode<T>(T parameters, bool unicode = true)
        where T : struct, ITrans2Parameters
    {
        Smb1Strings strings = new(unicode, System.Text.Encoding.Latin1);
        byte[] buffer = new byte[parameters.MaxSize(strings)];
        WireWriter writer = new(buffer);
        parameters.Write(ref writer, strings);
        return buffer[..writer.Position];
    }

    internal static TransactionPart Notify(ushort fid) => NtTransact(4, [0xFF, 0x0F, 0, 0, (byte)fid, (byte)(fid >> 8), 0, 0], []);

    private static TransactionPart NtTransact(ushort function, byte[] setup, byte[] parameters) => new()
    {
        Command = Smb1Command.NtTransact,
        TotalParameterCount = (uint)parameters.Length,
        TotalDataCount = 0,
        MaxParameterCount = 4096,
        MaxDataCount = 4096,
        Function = function,
        Setup = setup,
        Parameters = parameters,
    };

    private static ServerFixture Start(bool signs = true) => new(o => o with { AllowSmb1 = true, RequireSigning = signs });

    private static List<ISmb1Body> Requests()
    {
        const string Name = @"\hello.txt";
        return
        [
            RawSmb1Client.Create("hello.txt"),
            new OpenAndXRequest { AccessMode = 0x42, OpenMode = 0x11, FileName = Name },
            new CoreOpenRequest { Command = Smb1Command.Open, AccessMode = 0x40, FileName = Name },
            new CoreOpenRequest { Command = Smb1Command.Create, FileName = @"\created.txt" },
            new CoreOpenRequest { Command = Smb1Command.CreateTemporary, FileName = @"\" },
            new ReadRequest { Fid = 1, MaxCount = 10 },
            new WriteRequest { Fid = 1, Offset = 3, DataLength = 0 },
            new CoreRangeRequest { Command = Smb1Command.Read, Fid = 1, Offset = 1, Count = 4 },
            new CoreRangeRequest { Command = Smb1Command.Write, Fid = 1, Offset = 1, Count = 2, Data = new byte[2] },
            new CoreRangeRequest { Command = Smb1Command.LockByteRange, Fid = 1, Offset = 1, Count = 2 },
            new CoreRangeRequest { Command = Smb1Command.UnlockByteRange, Fid = 1, Offset = 1, Count = 2 },
            new LockingRequest { Fid = 1, TypeOfLock = LockType.LargeFiles, Timeout = 1, Locks = [new LockRange { Pid = 1, Offset = 0, Length = 2 }] },
            new FlushRequest { Fid = 1 },
            new PathAttributesRequest { Command = Smb1Command.QueryInformation, FileName = Name },
            new PathAttributesRequest { Command = Smb1Command.SetInformation, FileName = Name },
            new FileTimesRequest { Command = Smb1Command.QueryInformation2, Fid = 1 },
            new FileTimesRequest { Command = Smb1Command.SetInformation2, Fid = 1 },
            new WordsBody(Smb1Command.QueryInformationDisk),
            new DirectoryRequest(Smb1Command.CreateDirectory, @"\made"),
            new DirectoryRequest(Smb1Command.CheckDirectory, @"\"),
            new DirectoryRequest(Smb1Command.DeleteDirectory, @"\none"),
            new RenameRequest { SearchAttributes = 6, OldFileName = @"\none", NewFileName = @"\nowhere" },
            new NtRenameRequest { SearchAttributes = 6, InformationLevel = 0x104, OldFileName = @"\none", NewFileName = @"\nowhere" },
            new DeleteRequest { SearchAttributes = 6, FileName = @"\none*" },
            FindFirst(),
            Trans2(Trans2Subcommand.FindNext2, Encode(new FindNext2Parameters { Sid = 1, SearchCount = 9, Level = 0x104, Flags = 2, FileName = "a" })),
            Trans2(Trans2Subcommand.QueryFsInformation, [2, 1]),
            Trans2(Trans2Subcommand.QueryPathInformation, Encode(new QueryPathInfoParameters { Level = 0x107, FileName = Name })),
            Trans2(Trans2Subcommand.SetPathInformation, Encode(new QueryPathInfoParameters { Level = 0x101, FileName = Name }), new byte[40]),
            Trans2(Trans2Subcommand.QueryFileInformation, [1, 0, 1, 1]),
            Trans2(Trans2Subcommand.SetFileInformation, [1, 0, 0xF2, 3, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 65, 0]),
            Trans2(Trans2Subcommand.CreateDirectory, [0, 0, 0, 0, 65, 0, 0, 0]),
            Trans2(Trans2Subcommand.GetDfsReferral, [4, 0, 65, 0, 0, 0]),
            NtTransact(1, [], new byte[60]),
            NtTransact(2, [0x78, 0, 0x14, 0, 1, 0, 1, 0], []),
            Notify(1),
            NtTransact(6, [], [1, 0, 0, 0, 7, 0, 0, 0]),
            new TransactionPart { Command = Smb1Command.Transaction, TotalParameterCount = 0, TotalDataCount = 2, MaxDataCount = 100, Setup = new byte[] { 0x26, 0, 1, 0 }, Name = @"\PIPE\", Data = new byte[2] },
            new TransactionPart { Command = Smb1Command.Transaction2Secondary, TotalParameterCount = 0, TotalDataCount = 9, Data = new byte[4] },
            new FindClose2Request { Sid = 1 },
            new CloseRequest { Fid = 1 },
        ];
    }
}
