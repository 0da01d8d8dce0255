using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Hostile;

/// <summary>What servers do to a session that is up: order, signatures, lies, expiry, silence.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Answers_out_of_order_reach_the_right_callers()
    {
        ScriptedServer server = new();
        List<Request> held = [];
        server.OnRequest = r =>
        {
            if (r.Command != Smb1Command.ReadAndX)
            {
                return null;
            }

            held.Add(r);
            return held.Count < 3 ? [] : held.AsEnumerable().Reverse().Select(h => server.Reply(h, new ReadResponse { Data = new[] { h.Message[39] } }));
        };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context);

        byte[][] buffers = [new byte[1], new byte[1], new byte[1]];
        await Task.WhenAll(buffers.Select((b, i) => file.ReadAsync(b, i + 1).AsTask()));

        Assert.Equal([1, 2, 3], buffers.Select(b => (int)b[0]));
    }

    [Fact]
    public async Task An_answer_that_nobody_waits_for_is_dropped()
    {
        ScriptedServer server = new();
        server.OnRequest = r =>
        {
            if (r.Command != Smb1Command.ReadAndX)
            {
                return null;
            }

            byte[] stray = server.Reply(r, new ReadResponse { Data = new byte[] { 66 } });
            stray[30] ^= 0x55;
            return [stray, server.Reply(r, new ReadResponse { Data = new byte[] { 1 } })];
        };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context);
        byte[] buffer = new byte[1];

        Assert.Equal(1, await file.ReadAsync(buffer, 0));
        Assert.Equal(1, buffer[0]);
    }

    [Fact]
    public async Task At_most_MaxMpxCount_requests_are_outstanding()
    {
        ScriptedServer server = new() { MaxMpxCount = 3 };
        BlockingCollection<Request> held = [];
        server.OnRequest = r =>
        {
            if (r.Command != Smb1Command.ReadAndX)
            {
                return null;
            }

            held.Add(r);
            return [];
        };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context);
        Task[] reads = [.. Enumerable.Range(0, 20).Select(i => file.ReadAsync(new byte[1], i).AsTask())];

        for (int answered = 0; answered < 20; answered++)
        {
            Request next = held.Take();
            Assert.InRange(server.Count(Smb1Command.ReadAndX) - answered, 1, 3);
            server.Send(server.Reply(next, new ReadResponse { Data = new byte[1] }));
        }

        await Task.WhenAll(reads);
        server.OnRequest = _ => null;
    }

    public static TheoryData<string> Forgeries => new("unsigned", "another number", "changed");

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_response_that_is_not_signed_as_it_must_be_ends_the_connection(string how)
    {
        ScriptedServer server = new();
        server.OnRequest = r =>
        {
            if (r.Command != Smb1Command.ReadAndX)
            {
                return null;
            }

            byte[] reply = server.Reply(r, new ReadResponse { Data = new byte[] { 1, 2, 3 } }, sequence: how == "another number" ? r.Sequence + 3 : r.Sequence + 1, sign: how != "unsigned");
            reply[^1] ^= (byte)(how == "changed" ? 1 : 0);
            return [reply];
        };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context, signed: true);
        byte[] buffer = new byte[3];

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(async () => await file.ReadAsync(buffer, 0));

        Assert.Equal(SmbProtocolError.Misbehaved, e.Error);
        Assert.Equal([0, 0, 0], buffer);
        Assert.Equal(0, context.GetStatistics().Connections);
    }

    [Fact]
    public async Task Many_signed_requests_in_flight_and_a_cancelled_one_keep_the_sequence()
    {
        ScriptedServer server = new();
        TaskCompletionSource<Request> locking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<Request> cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OnRequest = r =>
        {
            switch (r.Command)
            {
                case Smb1Command.LockingAndX:
                    locking.TrySetResult(r);
                    return [];
                case Smb1Command.NtCancel:
                    cancelled.TrySetResult(r);
                    return [server.Status(locking.Task.Result, NtStatus.Cancelled)];
                default:
                    return null;
            }
        };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context, signed: true);
        using CancellationTokenSource giveUp = new();
        Task waiting = file.LockAsync(0, 1, exclusive: true, Timeout.InfiniteTimeSpan, giveUp.Token);
        Request request = await locking.Task;

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Request cancel = await cancelled.Task;
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => file.ReadAsync(new byte[1], i).AsTask()));

        Assert.Equal((request.Header.Mid, request.Header.Pid, request.Header.Uid, request.Header.Tid), (cancel.Header.Mid, cancel.Header.Pid, cancel.Header.Uid, cancel.Header.Tid));
        Assert.Equal(1, context.GetStatistics().Connections);
    }

    [Fact]
    public async Task A_server_that_lies_about_lengths_is_caught()
    {
        foreach (Func<ScriptedServer, Request, byte[]> lie in new Func<ScriptedServer, Request, byte[]>[]
        {
            (s, r) => s.Reply(r, new ReadResponse { Data = new byte[5000] }),
            (s, r) => Patched(s.Reply(r, new ReadResponse { Data = new byte[5] }), 45, 0xFF),
            (s, r) => Patched(s.Reply(r, new ReadResponse { Data = new byte[5] }), 43, 0xFF),
            (s, r) => s.Reply(r, new ReadResponse { Data = new byte[5] })[..40],
        })
        {
            ScriptedServer server = new();
            server.OnRequest = r => r.Command == Smb1Command.ReadAndX ? [lie(server, r)] : null;
            await using SmbClientContext context = new();
            await using SmbFile file = await OpenAsync(server, context);
            byte[] buffer = new byte[10];

            await Assert.ThrowsAsync<SmbProtocolException>(async () => await file.ReadAsync(buffer, 0));

            Assert.All(buffer, b => Assert.Equal(0, b));
            await server.Running.WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(0, context.GetStatistics().Connections);
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1000u)]
    public async Task A_write_that_took_nothing_or_too_much_is_caught(uint count)
    {
        ScriptedServer server = new();
        server.OnRequest = r => r.Command == Smb1Command.WriteAndX ? [server.Reply(r, new WriteResponse { Count = count })] : null;
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context);

        SmbProtocolException e = await Assert.ThrowsAsync<SmbProtocolException>(async () => await file.WriteAsync(new byte[100], 0));

        Assert.Equal(SmbProtocolError.Misbehaved, e.Error);
    }

    [Fact]
    public async Task Short_writes_are_continued()
    {
        ScriptedServer server = new();
        List<ulong> offsets = [];
        server.OnRequest = r =>
        {
            if (r.Command != Smb1Command.WriteAndX)
            {
                return null;
            }

            WireReader reader = new(r.Message);
            reader.Skip(Smb1Header.Size);
            WriteRequest write = WriteRequest.Read(ref reader, server.Strings);
            offsets.Add(write.Offset);
            return [server.Reply(r, new WriteResponse { Count = Math.Min(write.DataLength, 40) })];
        };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context);

        await file.WriteAsync(new byte[100], 1000);

        Assert.Equal([1000UL, 1040UL, 1080UL], offsets);
    }

    [Fact]
    public async Task A_session_that_expires_under_many_requests_is_renewed_once()
    {
        ScriptedServer server = new();
        List<Request> early = [];
        server.OnRequest = r =>
        {
            if (r.Command != Smb1Command.ReadAndX || early.Count >= 5)
            {
                return null;
            }

            // All five are on their way when the first of them is refused.
            early.Add(r);
            return early.Count < 5 ? [] : early.Select(e => server.Status(e, NtStatus.NetworkSessionExpired));
        };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context, signed: true);
        int legs = server.Count(Smb1Command.SessionSetupAndX);
        ushort uid = server.Requests.Last(r => r.Command == Smb1Command.NtCreateAndX).Header.Uid;

        int[] counts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => file.ReadAsync(new byte[5], 0).AsTask()));

        Assert.All(counts, c => Assert.Equal(5, c));
        Request[] setups = [.. server.Requests.Where(r => r.Command == Smb1Command.SessionSetupAndX).Skip(legs)];
        Assert.InRange(setups.Length, 2, 2);
        Assert.All(setups, r => Assert.Equal(uid, r.Header.Uid));
        Assert.Equal(1, context.GetStatistics().Sessions);
    }

    [Fact]
    public async Task A_session_that_cannot_be_renewed_is_gone()
    {
        ScriptedServer server = new();
        bool expired = false;
        server.OnRequest = r =>
        {
            if (r.Command == Smb1Command.ReadAndX)
            {
                expired = true;
                return [server.Status(r, NtStatus.NetworkSessionExpired)];
            }

            return expired && r.Command == Smb1Command.SessionSetupAndX ? [server.Status(r, NtStatus.AccountDisabled)] : null;
        };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context);

        SmbAuthenticationException e = await Assert.ThrowsAsync<SmbAuthenticationException>(async () => await file.ReadAsync(new byte[5], 0));

        Assert.Equal(NtStatus.AccountDisabled, e.Status);
        Assert.Equal(0, context.GetStatistics().Sessions);
    }

    [Fact]
    public async Task A_session_that_the_server_has_dropped_is_not_handed_out_again()
    {
        ScriptedServer server = new();
        server.OnRequest = r => r.Command == Smb1Command.ReadAndX ? [server.Status(r, NtStatus.UserSessionDeleted)] : null;
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenAsync(server, context);

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(async () => await file.ReadAsync(new byte[5], 0));
        await using SmbConnection fresh = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential);

        Assert.Equal(NtStatus.UserSessionDeleted, e.Status);
        Assert.Equal(2, context.GetStatistics().SessionsEstablished);
        Assert.Equal(1, context.GetStatistics().ConnectionsOpened);
    }

    [Fact]
    public async Task A_share_that_the_server_has_dropped_is_connected_anew()
    {
        ScriptedServer server = new();
        server.OnRequest = r => r.Command == Smb1Command.ReadAndX && server.Count(Smb1Command.TreeConnectAndX) == 1 ? [server.Status(r, NtStatus.NetworkNameDeleted)] : null;
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile file = await share.OpenFileAsync("file");

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(async () => await file.ReadAsync(new byte[5], 0));
        await using SmbShare again = await connection.OpenShareAsync("share");
        await using SmbFile anew = await again.OpenFileAsync("file");

        Assert.Equal(NtStatus.NetworkNameDeleted, e.Status);
        Assert.Equal(5, await anew.ReadAsync(new byte[5], 0));
        Assert.Equal(2, server.Count(Smb1Command.TreeConnectAndX));
    }

    [Fact]
    public async Task A_transaction_in_many_parts_is_put_together_and_a_lying_one_refused()
    {
        byte[] info = new byte[72];
        info[48] = 77;
        foreach ((string how, bool good) in new[] { ("parts", true), ("beyond", false), ("empty", false), ("too much", false) })
        {
            ScriptedServer server = new();
            server.OnRequest = r => r.Command != Smb1Command.Transaction2 ? null : how switch
            {
                "parts" => [
                    server.Reply(r, new TransactionResponse { TotalParameterCount = 2, TotalDataCount = 72, Parameters = new byte[2], Data = info.AsMemory(0, 30) }),
                    server.Reply(r, new TransactionResponse { TotalParameterCount = 2, TotalDataCount = 72, Data = info.AsMemory(30), DataDisplacement = 30 })],
                "beyond" => [server.Reply(r, new TransactionResponse { TotalParameterCount = 2, TotalDataCount = 72, Data = info, DataDisplacement = 10 })],
                "empty" => [server.Reply(r, new TransactionResponse { TotalParameterCount = 2, TotalDataCount = 72 })],
                _ => [server.Reply(r, new TransactionResponse { TotalParameterCount = 2000, TotalDataCount = 72, Data = info })],
            };
            await using SmbClientContext context = new();
            await using SmbFile file = await OpenAsync(server, context, signed: true);

            if (good)
            {
                Assert.Equal(77, (await file.GetInfoAsync()).Length);
            }
            else
            {
                await Assert.ThrowsAsync<SmbProtocolException>(() => file.GetInfoAsync());
            }
        }
    }

    [Fact]
    public async Task A_transaction_that_does_not_fit_one_message_waits_for_leave_and_follows_in_parts()
    {
        ScriptedServer server = new() { MaxBufferSize = 1100 };
        List<Request> parts = [];
        byte[] received = [];
        server.OnRequest = r =>
        {
            if (r.Command is not (Smb1Command.Transaction2 or Smb1Command.Transaction2Secondary))
            {
                return null;
            }

            parts.Add(r);
            if (r.Command == Smb1Command.Transaction2)
            {
                return [server.Status(r, NtStatus.Success)];
            }

            bool last = parts.Count == 3;
            return last ? [server.Reply(parts[0], new TransactionResponse { TotalParameterCount = 2, TotalDataCount = 0, Parameters = new byte[2] }, sequence: r.Sequence + 1)] : [];
        };
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context) with { MessageSigningPolicy = SmbSigningState.Required }, ScriptedServer.Credential);
        await using SmbShare share = await connection.OpenShareAsync("share");

        await share.SetInfoAsync(new string('x', 1200), new SmbFileChanges { Attributes = FileAttributes.Normal });

        Assert.Empty(received);
        Assert.Equal(3, parts.Count);
        Assert.All(parts, p => Assert.Equal(parts[0].Header.Mid, p.Header.Mid));
        Assert.All(parts, p => Assert.InRange(p.Message.Length, 1, 1100));
    }

    [Fact]
    public async Task A_listing_with_a_path_in_a_name_is_refused()
    {
        ScriptedServer server = new();
        byte[] entry = new byte[94 + 10];
        BitConverter.TryWriteBytes(entry.AsSpan(60), 10);
        System.Text.Encoding.Unicode.GetBytes(@"..\up").CopyTo(entry, 94);
        server.OnRequest = r => r.Command == Smb1Command.Transaction2
            ? [server.Reply(r, new TransactionResponse { TotalParameterCount = 10, TotalDataCount = (ushort)entry.Length, Parameters = new byte[] { 1, 0, 1, 0, 1, 0, 0, 0, 0, 0 }, Data = entry })]
            : null;
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential);
        await using SmbShare share = await connection.OpenShareAsync("share");

        await Assert.ThrowsAsync<SmbProtocolException>(async () => await share.EnumerateAsync().ToArrayAsync());
    }

    [Fact]
    public async Task A_session_that_nobody_holds_is_logged_off_after_the_idle_time()
    {
        ScriptedServer server = new();
        FakeTimeProvider clock = new();
        await using SmbClientContext context = new() { IdleTimeout = TimeSpan.FromSeconds(30), TimeProvider = clock };
        SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, context.GetStatistics().Sessions);
        await connection.DisposeAsync();
        clock.Advance(TimeSpan.FromSeconds(29));
        await using (SmbConnection again = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential))
        {
            clock.Advance(TimeSpan.FromSeconds(29));
        }

        clock.Advance(TimeSpan.FromSeconds(31));
        await server.Running.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(1, server.Count(Smb1Command.LogoffAndX));
        Assert.Equal((0, 0, 1L), (context.GetStatistics().Connections, context.GetStatistics().Sessions, context.GetStatistics().ConnectionsOpened));
    }

    [Fact]
    public async Task Objects_that_are_disposed_say_so()
    {
        ScriptedServer server = new();
        SmbClientContext context = new();
        SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential);
        SmbShare share = await connection.OpenShareAsync("share");
        SmbFile file = await share.OpenFileAsync("a");
        await file.DisposeAsync();
        await share.DisposeAsync();
        await share.DisposeAsync();
        await connection.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await file.ReadAsync(new byte[1], 0));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => share.OpenFileAsync("a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connection.OpenShareAsync("share"));
        await context.DisposeAsync();
        await context.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await SmbClientContext.Shared.DisposeAsync());
        Assert.Equal(1, server.Count(Smb1Command.Close));
        Assert.Equal(1, server.Count(Smb1Command.TreeDisconnect));
    }

    private static byte[] Patched(byte[] message, int position, byte value)
    {
        message[position] = value;
        return message;
    }

    private static async Task<SmbFile> OpenAsync(ScriptedServer server, SmbClientContext context, bool signed = false)
    {
        SmbConnectionOptions options = server.Options(context) with { MessageSigningPolicy = signed ? SmbSigningState.Required : SmbSigningState.Disabled };
        SmbConnection connection = await SmbConnection.OpenAsync(options, ScriptedServer.Credential);
        SmbShare share = await connection.OpenShareAsync("share");
        return await share.OpenFileAsync("file", FileMode.Open, FileAccess.ReadWrite);
    }
}
