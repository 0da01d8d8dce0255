using System;
using System.IO;
using System.Linq;
using System.Threading.Channels;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>What the server takes back of what it allowed to cache: given up at once, and nothing else disturbed by it.</summary>
public sealed class BreakTests : HostileSmb2Test
{
    [Theory]
    [InlineData((int)Smb2OplockLevel.Batch, (int)Smb2OplockLevel.LevelII, false)]
    [InlineData((int)Smb2OplockLevel.Exclusive, (int)Smb2OplockLevel.None, false)]
    [InlineData((int)Smb2OplockLevel.Batch, (int)Smb2OplockLevel.None, true)]
    public async Task An_oplock_that_was_granted_is_given_up(int granted, int left, bool isSealed)
    {
        ScriptedSmb2Server server = new() { SealSessions = isSealed };
        await using SmbClientContext context = new();
        Grant(server, (Smb2OplockLevel)granted);
        await using SmbFile file = await OpenFileAsync(server, context);
        OplockBreak notification = new() { OplockLevel = (Smb2OplockLevel)left, FileId = server.Connection.Opens.Keys.Single() };

        server.Connection.Send(ScriptedConnection.Unsolicited(notification));

        await UntilAsync(() => server.Count(Smb2Command.OplockBreak) == 1);
        ScriptedRequest acknowledgment = server.Requests.Single(r => r.Command == Smb2Command.OplockBreak);
        ScriptedRequest create = server.Requests.Single(r => r.Command == Smb2Command.Create);
        OplockBreak body = acknowledgment.Read(OplockBreak.Read);
        Assert.Equal((notification.OplockLevel, notification.FileId), (body.OplockLevel, body.FileId));
        Assert.Equal((create.Header.SessionId, create.Header.TreeId, isSealed), (acknowledgment.Header.SessionId, acknowledgment.Header.TreeId, acknowledgment.WasSealed));
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_break_that_comes_together_with_the_file_is_not_missed()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        server.Answer(Smb2Command.Create, r =>
        {
            byte[] answer = Granting(r, Smb2OplockLevel.Batch);
            FileId fileId = r.Connection.Opens.Keys.MaxBy(f => f.Persistent);
            return [answer, ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = fileId })];
        });

        for (int i = 1; i <= 100; i++)
        {
            await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
            await UntilAsync(() => server.Count(Smb2Command.OplockBreak) == i);
        }

        server.Behave();
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task What_is_no_question_is_not_answered()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        Grant(server, Smb2OplockLevel.LevelII);
        await using SmbFile file = await OpenFileAsync(server, context);
        FileId fileId = server.Connection.Opens.Keys.Single();
        server.Behave();
        await using SmbFile without = await OpenFileAsync(server, context);

        server.Connection.Send(
            ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = fileId }),
            ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = server.Connection.Opens.Keys.Single(f => f != fileId) }),
            ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = new FileId(4711, 4712) }),
            ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = FileId.Previous }),
            ScriptedConnection.Unsolicited(new LeaseBreakNotification { LeaseKey = Guid.NewGuid(), IsAckRequired = true }),
            ScriptedConnection.Unsolicited(new LeaseBreakNotification { LeaseKey = Guid.Empty, IsAckRequired = true }));

        await CreditsAreWholeAsync(server, context);
        Grant(server, Smb2OplockLevel.Batch);
        await using SmbFile another = await OpenFileAsync(server, context);
        await CreditsAreWholeAsync(server, context);
        Assert.Equal(0, server.Count(Smb2Command.OplockBreak));
        await WorksAsync(server, context);
        Assert.Single(server.Connections);
    }

    [Fact]
    public async Task A_break_of_a_file_that_is_closed_is_not_answered()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        Grant(server, Smb2OplockLevel.Batch);
        SmbFile file = await OpenFileAsync(server, context);
        FileId fileId = server.Connection.Opens.Keys.Single();
        await file.DisposeAsync();

        server.Connection.Send(ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = fileId }));

        await CreditsAreWholeAsync(server, context);
        Assert.Equal(0, server.Count(Smb2Command.OplockBreak));
    }

    [Fact]
    public async Task A_break_that_is_repeated_is_answered_once()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        Grant(server, Smb2OplockLevel.Batch);
        await using SmbFile file = await OpenFileAsync(server, context);
        byte[] notification = ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = server.Connection.Opens.Keys.Single() });

        server.Connection.Send(Enumerable.Repeat(notification, 1000));

        await TakenInAsync(server, context);
        await CreditsAreWholeAsync(server, context);
        Assert.Equal(1, server.Count(Smb2Command.OplockBreak));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lease_is_given_up_where_the_server_waits_for_it(bool isAckRequired)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        LeaseContext lease = default;
        server.Answer(Smb2Command.Create, r =>
        {
            lease = LeaseContext.Decode(CreateContext.Find(r.Read(CreateRequest.Read).Contexts, CreateContextName.Lease)!.Value);
            return [Granting(r, Smb2OplockLevel.Lease, lease.Encode())];
        });
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile file = await share.OpenFileAsync("file", new SmbOpenOptions { DurableTimeout = TimeSpan.FromSeconds(30) }).WaitAsync(Limit);
        LeaseBreakNotification notification = new()
        {
            LeaseKey = lease.LeaseKey,
            IsAckRequired = isAckRequired,
            CurrentLeaseState = Smb2LeaseState.ReadCaching | Smb2LeaseState.HandleCaching,
            NewLeaseState = Smb2LeaseState.ReadCaching,
        };

        server.Connection.Send(ScriptedConnection.Unsolicited(notification));

        if (isAckRequired)
        {
            await UntilAsync(() => server.Count(Smb2Command.OplockBreak) == 1);
            LeaseBreakAcknowledgment body = server.Requests.Single(r => r.Command == Smb2Command.OplockBreak).Read(LeaseBreakAcknowledgment.Read);
            Assert.Equal((lease.LeaseKey, Smb2LeaseState.ReadCaching), (body.LeaseKey, body.LeaseState));
        }

        server.Behave();
        await TakenInAsync(server, context);
        await CreditsAreWholeAsync(server, context);
        Assert.Equal(isAckRequired ? 1 : 0, server.Count(Smb2Command.OplockBreak));
    }

    [Fact]
    public async Task A_break_while_there_is_no_credit_does_not_hold_up_what_comes_after_it()
    {
        ScriptedSmb2Server server = new() { CreditLimit = 1 };
        await using SmbClientContext context = new();
        Grant(server, Smb2OplockLevel.Batch);
        await using SmbFile file = await OpenFileAsync(server, context);
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Read);
        Task<int> reading = file.ReadAsync(new byte[1], 0).AsTask();
        ScriptedRequest read = await held.ReadAsync().AsTask().WaitAsync(Limit);

        server.Connection.Send(
            ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = server.Connection.Opens.Keys.Single() }),
            read.Answer());

        Assert.Equal(1, await reading.WaitAsync(Limit));
        await UntilAsync(() => server.Count(Smb2Command.OplockBreak) == 1);
        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(Smb2Header.Size)]
    [InlineData(Smb2Header.Size + 2)]
    [InlineData(Smb2Header.Size + 23)]
    public async Task A_break_that_does_not_decode_ends_the_connection(int length)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Hold(Smb2Command.Read);
        Task<int> reading = file.ReadAsync(new byte[1], 0).AsTask();

        server.Connection.Send(ScriptedConnection.Unsolicited(new OplockBreak { OplockLevel = Smb2OplockLevel.None, FileId = default })[..length]);

        await MisbehavesAsync(() => reading, SmbProtocolError.Malformed);
        await StartsAnewAsync(server, context);
    }

    private static void Grant(ScriptedSmb2Server server, Smb2OplockLevel level) => server.Answer(Smb2Command.Create, r => [Granting(r, level)]);

    private static byte[] Granting(ScriptedRequest request, Smb2OplockLevel level, params CreateContext[] contexts)
    {
        byte[] answer = request.Connection.Answer(request);
        WireReader reader = new(answer);
        reader.Skip(Smb2Header.Size);
        byte[] granting = request.Bare(CreateResponse.Read(ref reader) with { OplockLevel = level, Contexts = contexts }, credits: 0);
        answer.AsSpan(Smb2Header.CreditPosition, 2).CopyTo(granting.AsSpan(Smb2Header.CreditPosition));
        return request.Protect(granting);
    }
}
