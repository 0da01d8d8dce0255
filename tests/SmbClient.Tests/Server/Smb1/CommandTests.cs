using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Server;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Server.Smb1;

/// <summary>Commands octet by octet: chains, errors, and what our own client never sends.</summary>
public class CommandTests
{
    private const int StatusPosition = 5;

    [Fact]
    public async Task A_chain_is_answered_in_one_message()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        RawSmb1Response response = await client.ExchangeAsync(client.Sign(client.Build(
            RawSmb1Client.Create("hello.txt"), new ReadRequest { Fid = 0xFFFF, MaxCount = 100 }, new CloseRequest { Fid = 0xFFFF })));

        Smb1Block read = response.Second!.Value;
        Assert.Equal((NtStatus.Success, Smb1Command.NtCreateAndX, Smb1Command.ReadAndX), (response.Status, response.Header.Command, read.Command));
        Assert.Equal(ServerFixture.Content, response.Read<ReadResponse>(ReadResponse.Read, client.Strings, read.Position).Data.ToArray());
        Assert.Equal(Smb1Command.Close, Smb1AndX.Next(response.Message, read)!.Value.Command);
        Assert.Equal(0, fixture.Server.GetStatistics().Opens);
    }

    [Fact]
    public async Task A_chain_ends_with_its_first_error()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        RawSmb1Response missing = await client.ExchangeAsync(client.Sign(client.Build(
            RawSmb1Client.Create("none.txt", CreateDisposition.Open), new ReadRequest { Fid = 0xFFFF, MaxCount = 100 })));
        RawSmb1Response beyond = await client.ExchangeAsync(client.Sign(client.Build(
            RawSmb1Client.Create("hello.txt"), new ReadRequest { Fid = 0xFFFF, Offset = ulong.MaxValue, MaxCount = 100 })));

        Assert.Equal((NtStatus.ObjectNameNotFound, true), (missing.Status, missing.First.IsEmpty));
        Assert.Equal((NtStatus.InvalidParameter, false, true), (beyond.Status, beyond.First.IsEmpty, beyond.Second!.Value.IsEmpty));
        Assert.Equal(1, fixture.Server.GetStatistics().Opens);
    }

    [Fact]
    public async Task Session_and_tree_may_come_in_one_chain()
    {
        await using ServerFixture fixture = new(o => o with { AllowSmb1 = true, RequireSigning = false }, a => a with { AllowNonExtendedSecurity = true, AllowAnonymous = true });
        using RawSmb1Client client = await RawSmb1Client.ConnectAsync(fixture.Server);
        client.Flags2 &= ~Smb1Flags2.ExtendedSecurity;
        await client.NegotiateAsync();

        RawSmb1Response response = await client.ExchangeAsync(client.Build(
            new SessionSetupRequest { MaxBufferSize = 5000, MaxMpxCount = 1, Capabilities = 0, AccountName = "", PrimaryDomain = "", NativeOs = "", NativeLanMan = "" },
            RawSmb1Client.Connect("share")));
        (client.Uid, client.Tid) = (response.Header.Uid, response.Header.Tid);

        Assert.Equal(NtStatus.Success, response.Status);
        await client.OpenAsync("hello.txt");
    }

    [Theory]
    [InlineData(false, 1, 2)]
    [InlineData(true, 0x34, 0xC000)]
    public async Task Errors_come_as_the_client_understands_them(bool hasNtStatus, int low, int high)
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        client.Flags2 &= hasNtStatus ? client.Flags2 : ~Smb1Flags2.NtStatus;

        RawSmb1Response response = await client.AskAsync(RawSmb1Client.Create("none.txt", CreateDisposition.Open));

        Assert.Equal((low, high), (BitConverter.ToUInt16(response.Message, StatusPosition), BitConverter.ToUInt16(response.Message, StatusPosition + 2)));
        Assert.Equal(NtStatus.ObjectNameNotFound, response.Status);
    }

    [Theory]
    [InlineData(0x1A)]
    [InlineData(0x50)]
    [InlineData(0xC0)]
    [InlineData(0xFF)]
    public async Task An_unknown_command_is_refused(byte command)
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        RawSmb1Response response = await client.AskAsync(new WordsBody((Smb1Command)command));

        Assert.Equal(NtStatus.SmbBadCommand, response.Status);
    }

    [Fact]
    public async Task Echoes_are_counted()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        RawSmb1Response first = await client.AskAsync(new EchoRequest { EchoCount = 3, Data = new byte[] { 1, 2 } });
        RawSmb1Response[] answers = [first, await client.ReceiveAsync(), await client.ReceiveAsync()];

        Assert.Equal([1, 2, 3], answers.Select(a => (int)a.Read<EchoRequest>(EchoRequest.Read, client.Strings).EchoCount));
        Assert.All(answers, a => Assert.Equal([1, 2], a.Read<EchoRequest>(EchoRequest.Read, client.Strings).Data.ToArray()));
    }

    [Fact]
    public async Task Eight_bit_names_are_understood_and_answered()
    {
        await using ServerFixture fixture = Start(signs: false);
        fixture.Store.AddFile("größe.txt", [1]);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server, unicode: false);
        TransactionPart find = HostileClientTests.Trans2(
            Trans2Subcommand.FindFirst2,
            HostileClientTests.Encode(new FindFirst2Parameters { SearchAttributes = 6, SearchCount = 9, Flags = 0, Level = 0x104, FileName = @"\*" }, unicode: false));

        TransactionResponse found = (await client.AskAsync(find)).Read<TransactionResponse>(TransactionResponse.Read, client.Strings);
        DirectoryEntryReader entries = new(found.Data, Encoding.Latin1);

        Assert.True(entries.TryReadNext(out DirectoryEntry first));
        Assert.True(entries.TryReadNext(out DirectoryEntry second));
        Assert.False(entries.TryReadNext(out _));
        Assert.Equal(["größe.txt", "hello.txt"], new[] { first.FileName, second.FileName }.Order());
        await client.OpenAsync("größe.txt");
    }

    [Theory]
    [InlineData(0x16, 4)]
    [InlineData(0x06, 1)]
    [InlineData(0x1016, 3)]
    [InlineData(0x00, 0)]
    public async Task A_search_is_for_the_attributes_that_it_names(ushort attributes, int count)
    {
        await using ServerFixture fixture = Start();
        fixture.Store.AddDirectory("d");
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        await client.AskAsync(new PathAttributesRequest { Command = Smb1Command.SetInformation, Attributes = System.IO.FileAttributes.Hidden, FileName = @"\hello.txt" });
        TransactionPart find = HostileClientTests.Trans2(
            Trans2Subcommand.FindFirst2,
            HostileClientTests.Encode(new FindFirst2Parameters { SearchAttributes = attributes, SearchCount = 9, Flags = 3, Level = 0x101, FileName = @"\*.*" }));

        RawSmb1Response response = await client.AskAsync(find);

        if (count == 0)
        {
            Assert.Equal(NtStatus.NoSuchFile, response.Status);
            return;
        }

        WireReader parameters = new(response.Read<TransactionResponse>(TransactionResponse.Read, client.Strings).Parameters);
        Assert.Equal(count, FindFirst2ResponseParameters.Read(ref parameters).SearchCount);
        Assert.Equal(0, fixture.Server.GetStatistics().Opens);
    }

    [Fact]
    public async Task Wild_cards_delete_what_matches()
    {
        await using ServerFixture fixture = Start();
        fixture.Store.AddFile("a.tmp", []);
        fixture.Store.AddFile("b.tmp", []);
        fixture.Store.AddDirectory("c.tmp");
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        NtStatus some = (await client.AskAsync(new DeleteRequest { SearchAttributes = 6, FileName = @"\*.tmp" })).Status;
        NtStatus none = (await client.AskAsync(new DeleteRequest { SearchAttributes = 6, FileName = @"\*.tmp" })).Status;

        Assert.Equal((NtStatus.Success, NtStatus.NoSuchFile), (some, none));
        Assert.Equal((false, false, true), (fixture.Store.Exists("a.tmp"), fixture.Store.Exists("b.tmp"), fixture.Store.Exists("c.tmp")));
    }

    [Fact]
    public async Task A_transaction_comes_in_parts()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort fid = await client.OpenAsync("hello.txt");
        byte[] length = BitConverter.GetBytes(7L);
        TransactionPart whole = HostileClientTests.Trans2(Trans2Subcommand.SetFileInformation, [(byte)fid, 0, 4, 1, 0, 0], length);
        byte[] primary = client.Build(whole with { Data = length.AsMemory(0, 3) });
        byte[] secondary = client.Build(new TransactionPart
        {
            Command = Smb1Command.Transaction2Secondary, TotalParameterCount = 6, TotalDataCount = 8, Data = length.AsMemory(3), DataDisplacement = 3,
        });
        primary.AsSpan(30, 2).CopyTo(secondary.AsSpan(30));

        RawSmb1Response interim = await client.ExchangeAsync(primary);
        RawSmb1Response end = await client.ExchangeAsync(secondary);

        Assert.Equal((NtStatus.Success, true), (interim.Status, interim.First.IsEmpty));
        Assert.Equal((NtStatus.Success, Smb1Command.Transaction2), (end.Status, end.Header.Command));
        Assert.Equal(7, fixture.Store.ReadAllBytes("hello.txt").Length);
    }

    [Fact]
    public async Task A_change_in_a_directory_is_told()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort fid = (await client.AskAsync(RawSmb1Client.Create("", CreateDisposition.Open, AccessMask.ReadData))).Read<NtCreateResponse>(NtCreateResponse.Read, client.Strings).Fid;
        byte[] watch = client.Sign(client.Build(HostileClientTests.Notify(fid)));
        await client.SendAsync(watch);
        await client.SendAsync(client.Sign(client.Build(new DirectoryRequest(Smb1Command.CreateDirectory, @"\made"))));

        RawSmb1Response[] answers = [await client.ReceiveAsync(), await client.ReceiveAsync()];

        NtTransactResponse told = answers.Single(a => a.Header.Command == Smb1Command.NtTransact).Read<NtTransactResponse>(NtTransactResponse.Read, client.Strings);
        Assert.Equal([new FileNotifyInformation(FileNotifyAction.Added, "made")], FileNotifyInformation.ReadList(told.Parameters));
    }

    [Fact]
    public async Task Nothing_changes_any_more_in_a_directory_that_is_closed()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort fid = (await client.AskAsync(RawSmb1Client.Create("", CreateDisposition.Open, AccessMask.ReadData))).Read<NtCreateResponse>(NtCreateResponse.Read, client.Strings).Fid;
        await client.SendAsync(client.Build(HostileClientTests.Notify(fid)));
        await client.SendAsync(client.Build(new CloseRequest { Fid = fid }));

        RawSmb1Response[] answers = [await client.ReceiveAsync(), await client.ReceiveAsync()];

        RawSmb1Response told = answers.Single(a => a.Header.Command == Smb1Command.NtTransact);
        Assert.Equal(NtStatus.Success, told.Status);
        Assert.True(told.Read<NtTransactResponse>(NtTransactResponse.Read, client.Strings).Parameters.IsEmpty);
    }

    [Fact]
    public async Task Doubled_backslashes_count_as_one()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        Assert.Equal(NtStatus.Success, (await client.AskAsync(new DirectoryRequest(Smb1Command.CreateDirectory, @"\\one"))).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(new DirectoryRequest(Smb1Command.CreateDirectory, @"\one\\\two"))).Status);
        Assert.Equal(NtStatus.Success, (await client.AskAsync(new DirectoryRequest(Smb1Command.CheckDirectory, @"\one\two"))).Status);
    }

    [Fact]
    public async Task What_waits_is_cancelled_by_its_PID_and_MID()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort fid = (await client.AskAsync(RawSmb1Client.Create("", CreateDisposition.Open, AccessMask.ReadData))).Read<NtCreateResponse>(NtCreateResponse.Read, client.Strings).Fid;
        byte[] watch = client.Build(HostileClientTests.Notify(fid));
        byte[] cancel = client.Build(default(NtCancelBody));
        await client.SendAsync(watch);
        await client.SendAsync(cancel);
        Assert.Equal(Smb1Command.Echo, (await client.AskAsync(new EchoRequest { EchoCount = 1 })).Header.Command);
        watch.AsSpan(30, 2).CopyTo(cancel.AsSpan(30));

        RawSmb1Response response = await client.ExchangeAsync(cancel);

        Assert.Equal((Smb1Command.NtTransact, NtStatus.Cancelled), (response.Header.Command, response.Status));
    }

    [Fact]
    public async Task A_lock_is_waited_for_as_long_as_the_client_says()
    {
        FakeTimeProvider time = new();
        await using ServerFixture fixture = new(o => o with { AllowSmb1 = true, RequireSigning = false, TimeProvider = time });
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort fid = await client.OpenAsync("hello.txt");
        Assert.Equal(NtStatus.Success, (await client.AskAsync(Lock(fid, pid: 1, timeout: 0))).Status);
        NtStatus[] refused = [(await client.AskAsync(Lock(fid, pid: 2, timeout: 0))).Status, (await client.AskAsync(Lock(fid, pid: 2, timeout: 0))).Status];
        await client.SendAsync(client.Build(Lock(fid, pid: 2, timeout: 5000)));
        Assert.Equal(Smb1Command.Echo, (await client.AskAsync(new EchoRequest { EchoCount = 1 })).Header.Command);

        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(NtStatus.FileLockConflict, (await client.ReceiveAsync()).Status);
        Assert.Equal([NtStatus.LockNotGranted, NtStatus.FileLockConflict], refused);
    }

    [Fact]
    public async Task A_lock_that_is_waited_for_is_cancelled_by_another_request()
    {
        await using ServerFixture fixture = Start(signs: false);
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort fid = await client.OpenAsync("hello.txt");
        await client.AskAsync(Lock(fid, pid: 1, timeout: 0));
        await client.SendAsync(client.Build(Lock(fid, pid: 2, timeout: uint.MaxValue)));
        await client.SendAsync(client.Build(Lock(fid, pid: 2, timeout: 0, LockType.CancelLock)));

        RawSmb1Response[] answers = [await client.ReceiveAsync(), await client.ReceiveAsync()];

        Assert.Equal([NtStatus.Success, NtStatus.FileLockConflict], answers.Select(a => a.Status).Order());
        Assert.Equal((NtStatus)0x00AD0001, (await client.AskAsync(Lock(fid, pid: 2, timeout: 0, LockType.CancelLock))).Status);
    }

    [Fact]
    public async Task The_end_of_a_process_closes_its_files()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        ushort fid = await client.OpenAsync("hello.txt");

        await client.AskAsync(new WordsBody(Smb1Command.ProcessExit));

        Assert.Equal(NtStatus.InvalidHandle, (await client.AskAsync(new ReadRequest { Fid = fid, MaxCount = 1 })).Status);
        Assert.Equal(0, fixture.Server.GetStatistics().Opens);
    }

    [Fact]
    public async Task Disconnecting_and_logging_off_close_everything()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);
        await client.OpenAsync("hello.txt");
        ushort tid = client.Tid;
        Assert.Equal(NtStatus.Success, (await client.AskAsync(default(TreeDisconnectBody))).Status);
        Assert.Equal(NtStatus.SmbBadTid, (await client.AskAsync(RawSmb1Client.Create("hello.txt"))).Status);
        client.Tid = (await client.AskAsync(RawSmb1Client.Connect("share"))).Header.Tid;
        await client.OpenAsync("hello.txt");

        NtStatus end = (await client.AskAsync(default(LogoffBody))).Status;
        NtStatus after = (await client.AskAsync(RawSmb1Client.Create("hello.txt"))).Status;

        Assert.NotEqual(tid, client.Tid);
        Assert.Equal((NtStatus.Success, NtStatus.SmbBadUid), (end, after));
        Assert.Equal((0, 0), (fixture.Server.GetStatistics().Opens, fixture.Server.GetStatistics().Sessions));
    }

    [Fact]
    public async Task Shares_are_listed_by_the_remote_administration_protocol()
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server, "IPC$");
        byte[] parameters = [0, 0, .. "WrLeh\0B13BWz\0"u8, 1, 0, 0, 16];

        RawSmb1Response response = await client.AskAsync(new TransactionPart
        {
            Command = Smb1Command.Transaction,
            TotalParameterCount = (uint)parameters.Length,
            TotalDataCount = 0,
            MaxParameterCount = 8,
            MaxDataCount = 4096,
            Name = @"\PIPE\LANMAN",
            Parameters = parameters,
        });

        TransactionResponse list = response.Read<TransactionResponse>(TransactionResponse.Read, client.Strings);
        Assert.Equal([0, 0, 0, 0, 4, 0, 4, 0], list.Parameters.ToArray());
        Assert.Equal(["share", "sealed", "fixed", "IPC$"], Enumerable.Range(0, 4).Select(i => Encoding.ASCII.GetString(list.Data.Span.Slice(20 * i, 13)).TrimEnd('\0')));
    }

    [Theory]
    [InlineData("?????", "share", NtStatus.Success)]
    [InlineData("A:", "share", NtStatus.Success)]
    [InlineData("IPC", "ipc$", NtStatus.Success)]
    [InlineData("IPC", "share", NtStatus.BadDeviceType)]
    [InlineData("A:", "IPC$", NtStatus.BadDeviceType)]
    [InlineData("LPT1:", "share", NtStatus.BadDeviceType)]
    public async Task A_tree_has_a_service(string service, string share, NtStatus expected)
    {
        await using ServerFixture fixture = Start();
        using RawSmb1Client client = await RawSmb1Client.SignInAsync(fixture.Server);

        RawSmb1Response response = await client.AskAsync(new TreeConnectRequest { Flags = 0, Password = new byte[1], Path = @"\\server\" + share, Service = service });

        Assert.Equal(expected, response.Status);
    }

    private static LockingRequest Lock(ushort fid, ushort pid, uint timeout, LockType type = LockType.Exclusive) => new()
    {
        Fid = fid,
        TypeOfLock = type | LockType.LargeFiles,
        Timeout = timeout,
        Locks = [new LockRange { Pid = pid, Offset = 0, Length = 4 }],
    };

    private static ServerFixture Start(bool signs = true) => new(o => o with { AllowSmb1 = true, RequireSigning = signs });
}
