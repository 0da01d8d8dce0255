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

/// <summary>Servers that grant too many credits, too few, or none.</summary>
public sealed class CreditTests : HostileSmb2Test
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(17)]
    public async Task However_few_credits_there_are_everything_works(int limit)
    {
        ScriptedSmb2Server server = new() { CreditLimit = limit };
        server.Files["large"] = [.. Enumerable.Range(0, 1_500_000).Select(i => (byte)(i * 5 / 3))];
        server.Files.Names = [.. Enumerable.Range(0, 25).Select(i => $"name {i}")];
        server.Files.EntriesPerAnswer = 4;
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);

        Assert.Equal(server.Files["large"], await share.ReadAllBytesAsync("large").WaitAsync(Limit));
        await share.WriteAllBytesAsync("copy", server.Files["large"]).WaitAsync(Limit);
        Assert.Equal(server.Files["large"], server.Files["copy"]);
        Assert.Equal(1_500_000, (await share.GetInfoAsync("large").WaitAsync(Limit)).Length);
        Assert.Equal(ScriptedFiles.FileContent, await share.ReadAllBytesAsync("small").WaitAsync(Limit));
        Assert.Null(await share.TryGetInfoAsync("missing").WaitAsync(Limit));
        Assert.Equal(NtStatus.ObjectNameNotFound, (await FailsAsync<SmbStatusException>(() => share.DeleteFileAsync("missing"))).Status);
        await share.DeleteFileAsync("copy").WaitAsync(Limit);
        await share.RenameAsync("one", "other").WaitAsync(Limit);
        await share.CreateDirectoryAsync("new").WaitAsync(Limit);
        await share.GetVolumeInfoAsync().WaitAsync(Limit);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            List<string> names = [];
            await foreach (SmbDirectoryEntry entry in share.EnumerateAsync())
            {
                names.Add(entry.Name);
            }

            Assert.Equal(server.Files.Names, names);
            Assert.Equal(1_500_000, (await share.GetInfoAsync("large")).Length);
        })).WaitAsync(Limit);

        await CreditsAreWholeAsync(server, context);
        Assert.Empty(server.Connection.Opens);
    }

    [Fact]
    public async Task A_window_that_grows_by_one_credit_at_a_time()
    {
        ScriptedSmb2Server server = new() { CreditLimit = 1 };
        server.Files["file"] = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i / 7))];
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.OnRequest = _ =>
        {
            server.CreditLimit++;
            return null;
        };
        byte[][] buffers = [.. Enumerable.Range(0, 10).Select(_ => new byte[300_000])];

        int[] counts = await Task.WhenAll(buffers.Select((b, i) => file.ReadAsync(b, i * 300_000).AsTask())).WaitAsync(Limit);

        Assert.All(counts, c => Assert.InRange(c, 65536, 300_000));
        for (int i = 0; i < buffers.Length; i++)
        {
            Assert.Equal(server.Files["file"].AsSpan(i * 300_000, counts[i]), buffers[i].AsSpan(0, counts[i]));
        }

        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task No_credit_in_the_negotiation()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        server.Answer(Smb2Command.Negotiate, r => [Octets.With16(r.Answer(), Smb2Header.CreditPosition, 0)]);

        await MisbehavesAsync(() => OpenAsync(server, context));

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task No_credit_any_more_with_nobody_waiting()
    {
        ScriptedSmb2Server server = new() { CreditLimit = 1 };
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.Reply(new ReadResponse { Data = new byte[] { 1 } }, credits: 0)]);

        Assert.Equal(1, await file.ReadAsync(new byte[1], 0).AsTask().WaitAsync(Limit));
        await MisbehavesAsync(() => file.ReadAsync(new byte[1], 0).AsTask());

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task No_credit_any_more_with_many_waiting()
    {
        ScriptedSmb2Server server = new() { CreditLimit = 1 };
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Read);
        Task<int> first = file.ReadAsync(new byte[1], 0).AsTask();
        ScriptedRequest request = await held.ReadAsync().AsTask().WaitAsync(Limit);
        Task[] waiting = [file.ReadAsync(new byte[1], 0).AsTask(), share.GetInfoAsync("file"), share.ReadAllBytesAsync("file"), file.WriteAsync(new byte[300_000], 0).AsTask()];

        server.Connection.Send(request.Reply(new ReadResponse { Data = new byte[] { 1 } }, credits: 0));

        await MisbehavesAsync(() => first);
        await Task.WhenAll(waiting.Select(w => MisbehavesAsync(() => w)));
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task No_credit_for_anybody_behind_a_lock_that_waits()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new() { CreditLimit = 1 };
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Lock, r => [r.Interim(9, credits: 0)]);
        Task locking = file.LockAsync(0, 1, exclusive: true, Timeout.InfiniteTimeSpan);
        await UntilAsync(() => server.Count(Smb2Command.Lock) == 1);
        Task<int> reading = file.ReadAsync(new byte[1], 0).AsTask();
        clock.Advance(TimeSpan.FromSeconds(50));
        Assert.False(reading.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(60));

        await TimesOutAsync(() => reading);
        await TimesOutAsync(() => locking);
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task A_lock_may_hold_every_credit_while_nobody_else_wants_one()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new() { CreditLimit = 1 };
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Lock, r => [r.Interim(9, credits: 0)]);
        Task locking = file.LockAsync(0, 1, exclusive: true, Timeout.InfiniteTimeSpan);
        await UntilAsync(() => server.Count(Smb2Command.Lock) == 1);

        for (int i = 0; i < 20; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(60));
        }

        server.Connection.Send(server.Requests.Last().Final(9, new LockResponse(), credits: 1));
        await locking.WaitAsync(Limit);
        await WorksAsync(server, context);
        Assert.Single(server.Connections);
    }

    [Fact]
    public async Task More_credits_than_any_server_has()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => [r.Reply(new ReadResponse { Data = new byte[] { 1 } }, credits: 0xFFFF)]);

        await MisbehavesAsync(() => file.ReadAsync(new byte[1], 0).AsTask());

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task More_credits_with_each_interim_response()
    {
        ScriptedSmb2Server server = new();
        await using SmbClientContext context = new();
        await using SmbFile file = await OpenFileAsync(server, context);
        server.Answer(Smb2Command.Read, r => Enumerable.Range(0, 100).Select(_ => r.Interim(1, credits: 400)));

        await MisbehavesAsync(() => file.ReadAsync(new byte[1], 0).AsTask());

        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lock_that_waits_holds_up_nobody_who_wants_more_than_is_left(bool isAnnounced)
    {
        ScriptedSmb2Server server = new() { CreditLimit = 4 };
        server.Files["file"] = new byte[4 * 65536];
        await using SmbClientContext context = new();
        await using SmbShare share = await OpenShareAsync(server, context);
        await using SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        server.Answer(Smb2Command.Lock, r => isAnnounced ? [r.Interim(9, credits: 0)] : []);
        Task locking = file.LockAsync(0, 1, exclusive: true, Timeout.InfiniteTimeSpan);
        await UntilAsync(() => server.Count(Smb2Command.Lock) == 1);

        Assert.Equal(3 * 65536, await file.ReadAsync(new byte[4 * 65536], 0).AsTask().WaitAsync(Limit));
        Assert.Equal(4 * 65536, (await share.GetInfoAsync("file").WaitAsync(Limit)).Length);
        await share.GetVolumeInfoAsync().WaitAsync(Limit);

        ScriptedRequest request = server.Requests.First(r => r.Command == Smb2Command.Lock);
        server.Connection.Send(isAnnounced ? request.Final(9, new LockResponse(), credits: 1) : request.Reply(new LockResponse(), credits: 1));
        await locking.WaitAsync(Limit);
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_sign_of_life_takes_a_credit_that_others_cannot_use_and_brings_it_back()
    {
        FakeTimeProvider clock = new();
        ScriptedSmb2Server server = new() { CreditLimit = 4 };
        await using SmbClientContext context = new() { TimeProvider = clock };
        await using SmbFile file = await OpenFileAsync(server, context);
        TaskCompletionSource<ScriptedRequest> held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Answer(Smb2Command.Read, r => r.Read(ReadRequest.Read).Offset == 0 && held.TrySetResult(r) ? [] : null);
        Task locking = file.LockAsync(0, 1, exclusive: true, Timeout.InfiniteTimeSpan);
        await UntilAsync(() => !server.Connection.Pending.IsEmpty);
        await TakenInAsync(server, context);
        (ulong asyncId, ScriptedRequest request) = server.Connection.Pending.Single();
        clock.Advance(TimeSpan.FromSeconds(50));

        // Of the three that the lock leaves, or four if its interim response brought one, the first read takes all but one, and the second wants more.
        Task<int> first = file.ReadAsync(new byte[3 * 65536], 0).AsTask();
        ScriptedRequest read = await held.Task.WaitAsync(Limit);
        Task<int> second = file.ReadAsync(new byte[4 * 65536], 10).AsTask();
        int echoes = server.Count(Smb2Command.Echo);
        clock.Advance(TimeSpan.FromSeconds(17));
        await UntilAsync(() => server.Count(Smb2Command.Echo) > echoes);
        server.Connection.Send(read.Answer(), request.Final(asyncId, new LockResponse()));

        Assert.Equal(ScriptedFiles.FileContent.Length, await first.WaitAsync(Limit));
        Assert.Equal(ScriptedFiles.FileContent.Length - 10, await second.WaitAsync(Limit));
        await locking.WaitAsync(Limit);
        await CreditsAreWholeAsync(server, context);
    }
}
