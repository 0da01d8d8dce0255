using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Callers who give up get their answer at once; the server is told; nothing that comes late is lost or does harm.</summary>
public sealed class CancellationTests : HostileSmb2Test
{
    [Theory]
    [InlineData(SmbSigningState.Required, false)]
    [InlineData(SmbSigningState.Declined, false)]
    [InlineData(SmbSigningState.Required, true)]
    public async Task A_request_that_was_sent_is_cancelled_by_its_id(SmbSigningState policy, bool isSealed)
    {
        ScriptedSmb2Server server = new() { SealSessions = isSealed };
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        await using SmbFile file = await OpenFileAsync(server, context, options);
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Read);
        using CancellationTokenSource giveUp = new();
        byte[] buffer = new byte[30];
        Task<int> reading = file.ReadAsync(buffer, 0, giveUp.Token).AsTask();
        ScriptedRequest read = await held.ReadAsync().AsTask().WaitAsync(Limit);

        await giveUp.CancelAsync();
        await CancelsAsync(() => reading);
        ScriptedRequest cancel = await RequestAsync(server, Smb2Command.Cancel);
        server.Connection.Send(read.Answer());

        Assert.Equal((read.Header.MessageId, false, read.Header.SessionId, read.Header.TreeId), (cancel.Header.MessageId, cancel.Header.IsAsync, cancel.Header.SessionId, cancel.Header.TreeId));
        Assert.Equal((isSealed, policy == SmbSigningState.Required && !isSealed), (cancel.WasSealed, cancel.Header.IsSigned));
        server.Behave();
        await CreditsAreWholeAsync(server, context, options);
        HoldsOnly(buffer, 0);
        await WorksAsync(server, context, options);
    }

    [Theory]
    [InlineData(SmbSigningState.Required, false)]
    [InlineData(SmbSigningState.Declined, false)]
    [InlineData(SmbSigningState.Required, true)]
    public async Task A_request_that_pends_is_cancelled_by_the_servers_name_for_it(SmbSigningState policy, bool isSealed)
    {
        ScriptedSmb2Server server = new() { SealSessions = isSealed };
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        await using SmbFile file = await OpenFileAsync(server, context, options);
        using CancellationTokenSource giveUp = new();
        Task locking = file.LockAsync(0, 1, exclusive: true, Timeout.InfiniteTimeSpan, giveUp.Token);
        await UntilAsync(() => !server.Connection.Pending.IsEmpty);
        await TakenInAsync(server, context, options);
        (ulong asyncId, ScriptedRequest request) = server.Connection.Pending.Single();

        await giveUp.CancelAsync();
        await CancelsAsync(() => locking);
        ScriptedRequest cancel = await RequestAsync(server, Smb2Command.Cancel);

        Assert.Equal((true, asyncId, request.Header.SessionId), (cancel.Header.IsAsync, cancel.Header.AsyncId, cancel.Header.SessionId));
        Assert.Equal((isSealed, policy == SmbSigningState.Required && !isSealed), (cancel.WasSealed, cancel.Header.IsSigned));
        await CreditsAreWholeAsync(server, context, options);
        Assert.Empty(server.Connection.Pending);
        Assert.Equal(1, server.Count(Smb2Command.Lock));
    }

    [Fact]
    public async Task A_lock_that_is_granted_too_late_is_given_back()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        using CancellationTokenSource giveUp = new();
        Task locking = file.LockAsync(100, 7, exclusive: true, Timeout.InfiniteTimeSpan, giveUp.Token);
        await UntilAsync(() => !server.Connection.Pending.IsEmpty);
        (ulong asyncId, ScriptedRequest request) = server.Connection.Pending.Single();
        server.Answer(Smb2Command.Cancel, _ => []);

        await giveUp.CancelAsync();
        await CancelsAsync(() => locking);
        server.Connection.Send(request.Final(asyncId, new LockResponse()));

        await UntilAsync(() => server.Count(Smb2Command.Lock) == 2);
        LockRequest unlock = server.Requests.Last(r => r.Command == Smb2Command.Lock).Read(LockRequest.Read);
        Assert.Equal([new Smb2Lock(100, 7, Smb2LockFlags.Unlock)], unlock.Locks);
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_lock_whose_time_is_up_is_cancelled()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        Task locking = file.LockAsync(0, 1, exclusive: true, TimeSpan.FromSeconds(3));
        await UntilAsync(() => !server.Connection.Pending.IsEmpty);
        await TakenInAsync(server, context);

        clock.Advance(TimeSpan.FromSeconds(3));

        SmbStatusException e = await FailsAsync<SmbStatusException>(() => locking);
        Assert.Equal(NtStatus.LockNotGranted, e.Status);
        await RequestAsync(server, Smb2Command.Cancel);
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_file_that_is_opened_too_late_is_closed()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Create);
        using CancellationTokenSource giveUp = new();
        Task<SmbFile> opening = share.OpenFileAsync("file", cancellationToken: giveUp.Token);
        ScriptedRequest create = await held.ReadAsync().AsTask().WaitAsync(Limit);

        await giveUp.CancelAsync();
        await CancelsAsync(() => opening);
        server.Connection.Send(create.Answer());
        ScriptedRequest close = await RequestAsync(server, Smb2Command.Close);

        Assert.Equal(create.Header.TreeId, close.Header.TreeId);
        server.Behave();
        await CreditsAreWholeAsync(server, context);
        Assert.Empty(server.Connection.Opens);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1)]
    public async Task A_directory_that_was_opened_for_a_listing_that_nobody_wants_is_closed(int credits)
    {
        ScriptedSmb2Server server = new() { CreditLimit = credits };
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        Channel<ScriptedRequest> queries = Channel.CreateUnbounded<ScriptedRequest>();
        server.OnRequest = r =>
        {
            if (r.Command == Smb2Command.QueryDirectory)
            {
                queries.Writer.TryWrite(r);
                return [];
            }

            return r.Command == Smb2Command.Create ? [r.Answer()] : null;
        };
        using CancellationTokenSource giveUp = new();
        Task listing = share.EnumerateAsync(cancellationToken: giveUp.Token).ToArrayAsync().AsTask();
        ScriptedRequest query = await queries.Reader.ReadAsync().AsTask().WaitAsync(Limit);
        if (credits > 1)
        {
            // The answer to the CREATE has been taken in; the listing waits for the other one.
            await TakenInAsync(server, context);
        }

        await giveUp.CancelAsync();
        await CancelsAsync(() => listing);
        server.Connection.Send(query.Answer());
        await RequestAsync(server, Smb2Command.Close);

        server.Behave();
        await CreditsAreWholeAsync(server, context);
        Assert.Empty(server.Connection.Opens);
    }

    [Theory]
    [InlineData(512, 0)]
    [InlineData(512, 1)]
    [InlineData(512, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public async Task What_is_done_by_a_path_and_cancelled_leaves_no_file_open(int credits, int heldAt)
    {
        ScriptedSmb2Server server = new() { CreditLimit = credits };
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        Smb2Command heldCommand = new[] { Smb2Command.Create, Smb2Command.QueryInfo, Smb2Command.Close }[heldAt];
        Channel<ScriptedRequest> held = Channel.CreateUnbounded<ScriptedRequest>();
        List<byte[]> late = [];
        server.OnRequest = r =>
        {
            if (r.Command is not (Smb2Command.Create or Smb2Command.QueryInfo or Smb2Command.Close))
            {
                return null;
            }

            byte[] answer = r.Answer();
            if (r.Command != heldCommand)
            {
                return [answer];
            }

            late.Add(answer);
            held.Writer.TryWrite(r);
            return [];
        };
        using CancellationTokenSource giveUp = new();
        Task asking = share.GetInfoAsync("file", giveUp.Token);
        await held.Reader.ReadAsync().AsTask().WaitAsync(Limit);
        if (credits > 1)
        {
            await TakenInAsync(server, context);
        }

        await giveUp.CancelAsync();
        await CancelsAsync(() => asking);
        server.Behave();
        server.Connection.Send([.. late]);

        await UntilAsync(() => server.Connection.Opens.IsEmpty);
        await CreditsAreWholeAsync(server, context);
        await WorksAsync(server, context);
        Assert.Single(server.Connections);
    }

    [Fact]
    public async Task Who_waits_for_credits_and_gives_up_is_not_heard_of()
    {
        ScriptedSmb2Server server = new() { CreditLimit = 1 };
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Read);
        Task<int> first = file.ReadAsync(new byte[1], 0).AsTask();
        ScriptedRequest read = await held.ReadAsync().AsTask().WaitAsync(Limit);
        int before = server.Requests.Count;
        using CancellationTokenSource giveUp = new();
        Task[] waiting =
        [
            file.ReadAsync(new byte[1], 0, giveUp.Token).AsTask(),
            file.WriteAsync(new byte[100], 0, giveUp.Token).AsTask(),
            share.GetInfoAsync("file", giveUp.Token),
            share.EnumerateAsync(cancellationToken: giveUp.Token).ToArrayAsync().AsTask(),
            share.OpenFileAsync("other", cancellationToken: giveUp.Token),
        ];

        await giveUp.CancelAsync();
        await Task.WhenAll(waiting.Select(w => CancelsAsync(() => w)));

        Assert.Equal(before, server.Requests.Count);
        server.Connection.Send(read.Answer());
        Assert.Equal(1, await first.WaitAsync(Limit));
        server.Behave();
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_watch_that_nobody_reads_any_more_is_cancelled_and_its_directory_closed()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        using CancellationTokenSource giveUp = new();
        Task watching = share.WatchAsync(cancellationToken: giveUp.Token).FirstAsync().AsTask();
        await UntilAsync(() => !server.Connection.Pending.IsEmpty);

        await giveUp.CancelAsync();
        await CancelsAsync(() => watching);

        await RequestAsync(server, Smb2Command.Close);
        Assert.Equal(1, server.Count(Smb2Command.Cancel));
        await CreditsAreWholeAsync(server, context);
        Assert.Empty(server.Connection.Opens);
    }

    [Fact]
    public async Task A_cancelled_request_that_is_never_answered_ends_the_connection_in_time()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Read);
        using CancellationTokenSource giveUp = new();
        Task<int> reading = file.ReadAsync(new byte[1], 0, giveUp.Token).AsTask();
        await held.ReadAsync().AsTask().WaitAsync(Limit);
        await giveUp.CancelAsync();
        await CancelsAsync(() => reading);

        clock.Advance(TimeSpan.FromSeconds(68));

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(Smb2Command.TreeConnect, false)]
    [InlineData(Smb2Command.TreeConnect, true)]
    [InlineData(Smb2Command.Ioctl, false)]
    public async Task A_share_that_is_connected_too_late_is_disconnected(object command, bool isSealed)
    {
        ScriptedSmb2Server server = new() { MaxDialect = SmbDialect.Smb302, SealShares = isSealed };
        await using SmbClientContext context = new();
        SmbConnection connection = await OpenAsync(server, context);
        ChannelReader<ScriptedRequest> held = server.Hold((Smb2Command)command);
        using CancellationTokenSource giveUp = new();
        Task<SmbShare> opening = connection.OpenShareAsync("share", giveUp.Token);
        ScriptedRequest connect = await held.ReadAsync().AsTask().WaitAsync(Limit);

        await giveUp.CancelAsync();
        await CancelsAsync(() => opening);
        await RequestAsync(server, Smb2Command.Cancel);
        server.Connection.Send(connect.Answer());

        ScriptedRequest disconnect = await RequestAsync(server, Smb2Command.TreeDisconnect);
        Assert.Equal((connect.Header.SessionId, isSealed), (disconnect.Header.SessionId, disconnect.WasSealed));
        Assert.NotEqual(0u, disconnect.Header.TreeId);
        server.Behave();
        await CreditsAreWholeAsync(server, context);
        await WorksAsync(server, context);
    }

    [Theory]
    [InlineData(Smb2Command.Negotiate, 0)]
    [InlineData(Smb2Command.SessionSetup, 0)]
    [InlineData(Smb2Command.SessionSetup, 1)]
    public async Task A_sign_in_that_its_only_user_gives_up_leaves_nothing(object command, int leg)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        Channel<ScriptedRequest> held = Channel.CreateUnbounded<ScriptedRequest>();
        server.Answer((Smb2Command)command, r =>
        {
            if (server.Count(r.Command) <= leg)
            {
                return null;
            }

            held.Writer.TryWrite(r);
            return [];
        });
        using CancellationTokenSource giveUp = new();
        Task<SmbConnection> opening = SmbConnection.OpenAsync(server.Options(context), ScriptedAccounts.Alice, giveUp.Token);
        await held.Reader.ReadAsync().AsTask().WaitAsync(Limit);

        await giveUp.CancelAsync();
        await CancelsAsync(() => opening);

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task Of_many_who_want_the_same_session_one_may_give_up()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.SessionSetup);
        using CancellationTokenSource giveUp = new();
        Task<SmbConnection> leaving = SmbConnection.OpenAsync(server.Options(context), ScriptedAccounts.Alice, giveUp.Token);
        Task<SmbConnection>[] staying = [.. Enumerable.Range(0, 5).Select(_ => OpenAsync(server, context))];
        ScriptedRequest setup = await held.ReadAsync().AsTask().WaitAsync(Limit);

        await giveUp.CancelAsync();
        await CancelsAsync(() => leaving);
        server.Behave();
        server.Connection.Send(setup.Answer());

        await Task.WhenAll(staying).WaitAsync(Limit);
        Assert.Equal(1, context.GetStatistics().SessionsEstablished);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_sends_nothing()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        int before = server.Requests.Count;
        CancellationToken cancelled = new(canceled: true);

        await CancelsAsync(() => file.ReadAsync(new byte[1], 0, cancelled).AsTask());
        await CancelsAsync(() => file.WriteAsync(new byte[1], 0, cancelled).AsTask());
        await CancelsAsync(() => share.GetInfoAsync("file", cancelled));
        await CancelsAsync(() => share.OpenFileAsync("file", cancellationToken: cancelled));
        await CancelsAsync(() => SmbConnection.OpenAsync(server.Options(context), ScriptedAccounts.Bob, cancelled));

        Assert.Equal(before, server.Requests.Count);
        await CreditsAreWholeAsync(server, context);
    }

    private static async Task<ScriptedRequest> RequestAsync(ScriptedSmb2Server server, Smb2Command command)
    {
        await UntilAsync(() => server.Count(command) > 0);
        return server.Requests.Last(r => r.Command == command);
    }
}
