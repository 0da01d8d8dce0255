using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Data that goes straight into the caller's memory: not a moment longer than he waits for it, and never unverified.</summary>
public sealed class LandingTests : HostileSmb2Test
{
    private const int Length = 50_000;
    private const byte Untouched = 0x55;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20_000)]
    [InlineData(Length - 1)]
    public async Task Who_cancels_while_his_data_arrives_gets_his_memory_back_at_once(int arrived)
    {
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync();
        await using SmbClientContext owned = context;
        byte[] buffer = new byte[Length];
        using CancellationTokenSource giveUp = new();
        gate().Allow(ReadResponse.StandardDataOffset + arrived);
        Task<int> reading = file.ReadAsync(buffer, 0, giveUp.Token).AsTask();
        await UntilAsync(() => gate().IsReceiving && server.Count(Smb2Command.Read) == 1);

        await giveUp.CancelAsync();
        await CancelsAsync(() => reading);
        HoldsOnly(buffer, 0);
        buffer.AsSpan().Fill(Untouched);
        gate().AllowAll();

        await CreditsAreWholeAsync(server, context);
        HoldsOnly(buffer, Untouched);
        await WorksAsync(server, context);
        Assert.Single(server.Connections);
    }

    [Fact]
    public async Task Where_the_wire_cannot_be_interrupted_he_gets_it_back_with_the_next_octet()
    {
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync();
        await using SmbClientContext owned = context;
        gate().IsInterruptible = false;
        byte[] buffer = new byte[Length];
        using CancellationTokenSource giveUp = new();
        gate().Allow(1000);
        Task<int> reading = file.ReadAsync(buffer, 0, giveUp.Token).AsTask();
        await UntilAsync(() => gate().IsReceiving && server.Count(Smb2Command.Read) == 1);

        await giveUp.CancelAsync();
        Assert.False(reading.IsCompleted);
        gate().Allow(1);
        await CancelsAsync(() => reading);
        buffer.AsSpan().Fill(Untouched);
        gate().AllowAll();

        await CreditsAreWholeAsync(server, context);
        HoldsOnly(buffer, Untouched);
    }

    [Fact]
    public async Task What_arrives_for_somebody_who_has_left_is_verified_all_the_same()
    {
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync();
        await using SmbClientContext owned = context;
        server.Answer(Smb2Command.Read, r => [Octets.Flip(r.Answer(), -1)]);
        byte[] buffer = new byte[Length];
        using CancellationTokenSource giveUp = new();
        gate().Allow(1000);
        Task<int> reading = file.ReadAsync(buffer, 0, giveUp.Token).AsTask();
        await UntilAsync(() => gate().IsReceiving && server.Count(Smb2Command.Read) == 1);

        await giveUp.CancelAsync();
        await CancelsAsync(() => reading);
        gate().AllowAll();

        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task What_has_landed_when_the_wire_breaks_does_not_stay()
    {
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync();
        await using SmbClientContext owned = context;
        byte[] buffer = new byte[Length];
        gate().Allow(10_000);
        Task<int> reading = file.ReadAsync(buffer, 0).AsTask();
        await UntilAsync(() => gate().IsReceiving && server.Count(Smb2Command.Read) == 1);
        Assert.NotEqual(0, buffer[0]);

        gate().Break();

        await FailsAsync<SmbConnectionClosedException>(() => reading);
        HoldsOnly(buffer, 0);
        await StartsAnewAsync(server, context);
    }

    [Fact]
    public async Task Others_are_not_held_up_by_one_who_cancels_in_their_midst()
    {
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync();
        await using SmbClientContext owned = context;
        byte[] theirs = new byte[Length];
        byte[] his = new byte[Length];
        using CancellationTokenSource giveUp = new();
        gate().Allow(10_000);
        Task<int> landing = file.ReadAsync(theirs, 0).AsTask();
        await UntilAsync(() => gate().IsReceiving && server.Count(Smb2Command.Read) == 1);
        Task<int> cancelled = file.ReadAsync(his, 1, giveUp.Token).AsTask();
        await UntilAsync(() => server.Count(Smb2Command.Read) == 2);

        await giveUp.CancelAsync();
        await CancelsAsync(() => cancelled);
        gate().AllowAll();

        Assert.Equal(Length, await landing.WaitAsync(Limit));
        Assert.Equal(server.Files["file"].Take(Length), theirs);
        await CreditsAreWholeAsync(server, context);
        HoldsOnly(his, 0);
    }

    [Fact]
    public async Task Who_cancels_while_his_request_is_queued_is_not_heard_of()
    {
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync();
        await using SmbClientContext owned = context;
        using CancellationTokenSource giveUp = new();
        gate().HoldSends();
        Task<int> first = file.ReadAsync(new byte[10], 0).AsTask();
        await UntilAsync(() => gate().IsSending);
        Task<int> queued = file.ReadAsync(new byte[10], 7, giveUp.Token).AsTask();
        Task writing = file.WriteAsync(new byte[100_000], 0, giveUp.Token).AsTask();

        await giveUp.CancelAsync();
        await CancelsAsync(() => queued);
        await CancelsAsync(() => writing);
        gate().ReleaseSends();

        Assert.Equal(10, await first.WaitAsync(Limit));
        await CreditsAreWholeAsync(server, context);
        Assert.Equal((1, 0, 0), (server.Count(Smb2Command.Read), server.Count(Smb2Command.Write), server.Count(Smb2Command.Cancel)));
    }

    [Fact]
    public async Task Who_cancels_while_his_octets_are_being_sent_gets_them_back_when_they_are()
    {
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync();
        await using SmbClientContext owned = context;
        ChannelReader<ScriptedRequest> held = server.Hold(Smb2Command.Write);
        byte[] octets = new byte[1000];
        using CancellationTokenSource giveUp = new();
        gate().HoldSends();
        Task writing = file.WriteAsync(octets, 0, giveUp.Token).AsTask();
        await UntilAsync(() => gate().IsSending);

        await giveUp.CancelAsync();
        Assert.False(writing.IsCompleted);
        gate().ReleaseSends();

        await CancelsAsync(() => writing);
        ScriptedRequest write = await held.ReadAsync().AsTask().WaitAsync(Limit);
        HoldsOnly(write.Read(WriteRequest.Read).Data.ToArray(), 0);
        await UntilAsync(() => server.Count(Smb2Command.Cancel) == 1);
        server.Connection.Send(write.Answer());
        await CreditsAreWholeAsync(server, context);
    }

    [Fact]
    public async Task A_server_that_takes_nothing_any_more_times_out()
    {
        FakeTimeProvider clock = new();
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync(clock);
        await using SmbClientContext owned = context;
        gate().HoldSends();
        Task[] waiting = [.. Enumerable.Range(0, 5).Select(_ => file.WriteAsync(new byte[10], 0).AsTask())];
        await UntilAsync(() => gate().IsSending);

        clock.Advance(TimeSpan.FromSeconds(68));

        await Task.WhenAll(waiting.Select(w => TimesOutAsync(() => w)));
        await StartsAnewAsync(server, context);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answers_that_are_faster_than_the_end_of_their_requests_sending(bool cancel)
    {
        (ScriptedSmb2Server server, SmbClientContext context, SmbFile file, Func<GatedTransport> gate) = await StartAsync();
        await using SmbClientContext owned = context;
        SmbConnection connection = await OpenAsync(server, context);
        SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit);
        byte[] buffer = new byte[Length];
        foreach (Func<CancellationToken, Task> action in new Func<CancellationToken, Task>[]
        {
            ct => file.ReadAsync(buffer, 0, ct).AsTask(),
            ct => file.WriteAsync(new byte[10], 200_000, ct).AsTask(),
            ct => share.OpenFileAsync("other", cancellationToken: ct),
            ct => share.GetInfoAsync("file", ct),
            ct => file.LockAsync(0, 1, exclusive: true, TimeSpan.Zero, ct),
        })
        {
            using CancellationTokenSource giveUp = new();
            gate().HoldEndOfSends();
            int before = server.Connection.Sent;
            Task acting = action(giveUp.Token);
            await UntilAsync(() => server.Connection.Sent > before && gate().Asked > server.Connection.Sent);
            Assert.False(acting.IsCompleted);
            if (cancel)
            {
                await giveUp.CancelAsync();
                gate().ReleaseSends();
                await CancelsAsync(() => acting);
            }
            else
            {
                gate().ReleaseSends();
                await acting.WaitAsync(Limit);
            }
        }

        await CreditsAreWholeAsync(server, context);
        await UntilAsync(() => server.Connection.Opens.Count == (cancel ? 1 : 2));
        Assert.Equal(server.Files["file"].Take(Length), buffer);
    }

    private static async Task<(ScriptedSmb2Server Server, SmbClientContext Context, SmbFile File, Func<GatedTransport> Gate)> StartAsync(TimeProvider? clock = null)
    {
        GatedTransport? gate = null;
        ScriptedSmb2Server server = new() { WrapTransport = t => gate = new GatedTransport(t) };
        server.Files["file"] = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i | 1))];
        SmbClientContext context = new() { TimeProvider = clock ?? TimeProvider.System };
        SmbFile file = await OpenFileAsync(server, context);
        return (server, context, file, () => gate!);
    }
}
