using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Which response belongs to which request: answers out of order, twice, to nobody, to something else, and none at all.</summary>
public sealed class OrderTests : HostileSmb2Test
{
    /// <summary>The last octet of what a read was answered with tells whose it is.</summary>
    private static ReadResponse Octet(ulong value) => new() { Data = new[] { (byte)value } };

    /// <summary>Servers handle requests side by side: what is sent while the same octets are on their way may be overtaken by them.</summary>
    [Fact]
    public async Task A_stream_that_writes_the_same_octets_twice_waits_in_between()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        await using Stream stream = file.AsStream();
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Write);
        await stream.WriteAsync("first"u8.ToArray());
        await stream.WriteAsync("next"u8.ToArray());
        stream.Position = 3;
        Task again = stream.WriteAsync("second"u8.ToArray()).AsTask();
        ScriptedRequest[] writes = [await held.ReadAsync().AsTask().WaitAsync(Limit), await held.ReadAsync().AsTask().WaitAsync(Limit)];

        await TakenInAsync(server, context);
        Assert.Equal(2, server.Count(Smb2Command.Write));
        server.Behave();
        server.Connection.Send(writes.Select(w => w.Answer()));
        await again.WaitAsync(Limit);
        await stream.FlushAsync().WaitAsync(Limit);

        Assert.Equal(3, server.Count(Smb2Command.Write));
        Assert.StartsWith("firsecond", System.Text.Encoding.ASCII.GetString(server.Files["file"]), StringComparison.Ordinal);
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task Answers_out_of_order_reach_the_right_callers()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        List<ScriptedRequest> held = [];
        server.Answer(Smb2Command.Read, r =>
        {
            held.Add(r);
            return held.Count < 9 ? [] : held.AsEnumerable().Reverse().Select(h => h.Reply(Octet(h.Read(ReadRequest.Read).Offset)));
        });
        byte[][] buffers = [.. Enumerable.Range(0, 9).Select(_ => new byte[1])];

        await Task.WhenAll(buffers.Select((b, i) => file.ReadAsync(b, i + 1).AsTask())).WaitAsync(Limit);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], buffers.Select(b => (int)b[0]));
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_second_answer_is_dropped()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.Reply(Octet(1)), r.Reply(Octet(2), credits: 0), r.Reply(new ReadResponse { Data = new byte[3000] }, credits: 0)]);

        for (int i = 0; i < 50; i++)
        {
            byte[] buffer = new byte[4000];
            Assert.Equal(1, await file.ReadAsync(buffer, 0).AsTask().WaitAsync(Limit));
            Assert.Equal(1, buffer[0]);
            HoldsOnly(buffer.AsSpan(1), 0);
        }

        await CreditsAreWholeAsync(server, context);
    }

    [Theory]
    [InlineData(0x7777UL)]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue - 1)]
    [InlineData(ulong.MaxValue)]
    public async Task An_answer_that_nobody_waits_for_is_dropped(ulong messageId)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [
            r.Protect(Octets.With64(r.Bare(Octet(66), credits: 0), Smb2Header.MessageIdPosition, messageId)),
            r.Protect(Octets.With64(r.BareStatus(NtStatus.AccessDenied, credits: 0), Smb2Header.MessageIdPosition, messageId)),
            r.Reply(Octet(1))]);
        byte[] buffer = new byte[10];

        Assert.Equal(1, await file.ReadAsync(buffer, 0).AsTask().WaitAsync(Limit));

        Assert.Equal(1, buffer[0]);
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task An_answer_before_its_request_is_dropped_too()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => r.Read(ReadRequest.Read).Offset == 0
            ? [r.Reply(Octet(1)), r.Protect(Octets.With64(r.Bare(Octet(66), credits: 0), Smb2Header.MessageIdPosition, r.Header.MessageId + 1))]
            : []);
        Assert.Equal(1, await file.ReadAsync(new byte[1], 0).AsTask().WaitAsync(Limit));
        byte[] buffer = new byte[1];

        Task<int> second = file.ReadAsync(buffer, 1).AsTask();
        await UntilAsync(() => server.Count(Smb2Command.Read) == 2);
        clock.Advance(TimeSpan.FromSeconds(61));

        await TimesOutAsync(() => second);
        Assert.Equal(0, buffer[0]);
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task Only_answers_to_others_time_out()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.Protect(Octets.With64(r.Bare(Octet(66)), Smb2Header.MessageIdPosition, r.Header.MessageId + 1000))]);
        byte[] buffer = new byte[1];
        Task<int> reading = file.ReadAsync(buffer, 0).AsTask();
        await UntilAsync(() => server.Count(Smb2Command.Read) == 1);

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(reading.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(9));

        await TimesOutAsync(() => reading);
        Assert.Equal(0, buffer[0]);
        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(SmbSigningState.Required)]
    [InlineData(SmbSigningState.Declined)]
    public async Task An_answer_to_another_command(SmbSigningState policy)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        await using SmbFile file = await OpenFileAsync(server, context, options);
        server.Answer(Smb2Command.Write, r => [r.Protect(Octets.With16(r.Bare(Octet(1)), Smb2Header.CommandPosition, (ushort)Smb2Command.Read))]);

        await MisbehavesAsync(() => file.WriteAsync(new byte[1], 0).AsTask());

        await StartsAnewAsync(server, context, options);
    }

    [Theory]
    [InlineData(SmbSigningState.Required)]
    [InlineData(SmbSigningState.Declined)]
    public async Task A_request_from_the_server(SmbSigningState policy)
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = policy };
        await using SmbFile file = await OpenFileAsync(server, context, options);
        byte[] buffer = new byte[5];
        server.Answer(Smb2Command.Read, r => [r.Protect(Octets.Flip(r.Bare(Octet(1)), Smb2Header.FlagsPosition))]);

        await MisbehavesAsync(() => file.ReadAsync(buffer, 0).AsTask());

        HoldsOnly(buffer, 0);
        await StartsAnewAsync(server, context, options);
    }

    [Fact]
    public async Task A_request_that_pends_for_ever_ends_after_four_times_the_timeout()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Read);
        Task<int> reading = file.ReadAsync(new byte[1], 0).AsTask();
        ScriptedRequest request = await held.ReadAsync().AsTask().WaitAsync(Limit);

        for (int i = 0; i < 23; i++)
        {
            server.Connection.Send(request.Interim(5, credits: i == 0 ? 1 : 0));
            await TakenInAsync(server, context);
            clock.Advance(TimeSpan.FromSeconds(10));
            Assert.False(reading.IsCompleted);
        }

        clock.Advance(TimeSpan.FromSeconds(18));

        await TimesOutAsync(() => reading);
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_lock_may_wait_for_ever_if_only_the_server_lives()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        Task locking = file.LockAsync(0, 1, exclusive: true, System.Threading.Timeout.InfiniteTimeSpan);
        await UntilAsync(() => !server.Connection.Pending.IsEmpty);

        for (int i = 1; i <= 10; i++)
        {
            await TakenInAsync(server, context);
            int echoes = server.Count(Smb2Command.Echo);
            clock.Advance(TimeSpan.FromSeconds(60));
            await UntilAsync(() => server.Count(Smb2Command.Echo) > echoes);
        }

        Assert.False(locking.IsCompleted);
        await TakenInAsync(server, context);
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Echo);
        clock.Advance(TimeSpan.FromSeconds(60));
        await held.ReadAsync().AsTask().WaitAsync(Limit);
        clock.Advance(TimeSpan.FromSeconds(60));
        clock.Advance(TimeSpan.FromSeconds(60));

        await TimesOutAsync(() => locking);
        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(Smb2Command.TreeConnect)]
    [InlineData(Smb2Command.Create)]
    [InlineData(Smb2Command.QueryInfo)]
    [InlineData(Smb2Command.Close)]
    [InlineData(Smb2Command.QueryDirectory)]
    [InlineData(Smb2Command.Write)]
    public async Task Silence(object commandOf)
    {
        Smb2Command command = (Smb2Command)commandOf;
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        SmbConnection connection = await OpenAsync(server, context);
        ChannelReader<ScriptedRequest> held = server.Hold(command);

        async Task UseAsync()
        {
            SmbShare share = await connection.OpenShareAsync("share");
            await share.GetInfoAsync("file");
            await share.EnumerateAsync().ToArrayAsync();
            await share.WriteAllBytesAsync("file", new byte[10]);
        }

        Task using_ = UseAsync();
        await held.ReadAsync().AsTask().WaitAsync(Limit);
        clock.Advance(TimeSpan.FromSeconds(68));

        await TimesOutAsync(() => using_);
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_server_that_hangs_up_between_request_and_answer()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r =>
        {
            if (server.Count(Smb2Command.Read) == 10)
            {
                r.Connection.Close();
            }

            return [];
        });

        Task[] reads = [.. Enumerable.Range(0, 10).Select(_ => FailsAsync<SmbConnectionClosedException>(() => file.ReadAsync(new byte[10], 0).AsTask()))];

        await Task.WhenAll(reads);
        await StartsAnewAsync(server, context);
    }
}
