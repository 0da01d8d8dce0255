using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>What goes wrong with real servers: each a clear error within its time, and the context usable after.</summary>
public sealed class FailureTests(LabFixture lab)
{
    private const byte Echo = 0x2B;
    private const byte WriteAndX = 0x2F;

    [Fact]
    public async Task A_share_that_is_not_there()
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync();
        await using SmbClientContext owned = context;

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => connection.OpenShareAsync("nowhere"));

        Assert.Equal(NtStatus.BadNetworkName, e.Status);
        Assert.Contains("nowhere", e.Message, StringComparison.Ordinal);
        await UsableAsync(connection);
    }

    [Fact]
    public async Task A_file_that_may_not_be_written()
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync();
        await using SmbClientContext owned = context;
        await using SmbShare share = await connection.OpenShareAsync("ro");

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => share.OpenFileAsync("ro.txt", FileMode.Open, FileAccess.ReadWrite));

        Assert.Contains(e.Status, new[] { NtStatus.AccessDenied, NtStatus.MediaWriteProtected });
        Assert.Contains("ro.txt", e.Message, StringComparison.Ordinal);
        await UsableAsync(connection);
    }

    [Fact]
    public async Task A_name_that_is_too_long()
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync();
        await using SmbClientContext owned = context;
        await using SmbShare share = await connection.OpenShareAsync("share");

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => share.CreateFileAsync(new string('x', 300)));

        Assert.Contains(e.Status, new[] { NtStatus.ObjectNameInvalid, NtStatus.NameTooLong, NtStatus.ObjectPathNotFound });
        await UsableAsync(connection);
    }

    [Theory]
    [InlineData("nothing.txt", NtStatus.ObjectNameNotFound)]
    [InlineData("no/such/dir.txt", NtStatus.ObjectPathNotFound)]
    public async Task A_file_that_is_not_there(string path, NtStatus status)
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync();
        await using SmbClientContext owned = context;
        await using SmbShare share = await connection.OpenShareAsync("share");

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => share.ReadAllBytesAsync(path));

        Assert.Equal(status, e.Status);
        Assert.Null(await share.TryOpenFileAsync(path));
        await UsableAsync(connection);
    }

    [Fact]
    public async Task A_server_that_dies_in_the_middle_of_a_write()
    {
        LabServer server = await lab.StartAsync("auto");
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile file = await share.CreateFileAsync("interrupted.bin");
        int writes = 0;
        relay.CutAt(m => m is { FromClient: true, Command: WriteAndX } && Interlocked.Increment(ref writes) == 5);

        await Assert.ThrowsAsync<SmbConnectionClosedException>(async () => await file.WriteAsync(new byte[10_000_000], 0));

        relay.CutAt(_ => false);
        await using SmbConnection again = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await UsableAsync(again);
        Assert.Equal(1, context.GetStatistics().Connections);
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_of_a_write()
    {
        LabServer server = await lab.StartOwnAsync("auto");
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile file = await share.CreateFileAsync("killed.bin");
        Task writing = Task.Run(async () =>
        {
            for (byte[] content = new byte[1_000_000]; ;)
            {
                await file.WriteAsync(content, 0);
            }
        });

        await server.StopAsync();

        await Assert.ThrowsAsync<SmbConnectionClosedException>(() => writing.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, context.GetStatistics().Connections);
        LabServer other = await lab.StartAsync("auto");
        await using SmbConnection usable = await SmbConnection.OpenAsync(other.Options(context), LabServer.Alice);
        await UsableAsync(usable);
    }

    [Fact]
    public async Task A_server_that_falls_silent_loses_the_connection_after_the_timeout()
    {
        LabServer server = await lab.StartAsync("auto");
        await using Relay relay = new(server);
        FakeTimeProvider clock = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        SmbConnectionOptions options = relay.Options(context) with { RequestTimeout = TimeSpan.FromSeconds(10) };
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, LabServer.Alice);
        relay.Stall();
        Task echo = connection.EchoAsync();
        await relay.SeenAsync(IsEcho);

        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, context.GetStatistics().Connections);
        clock.Advance(TimeSpan.FromSeconds(2));

        SmbConnectionClosedException e = await Assert.ThrowsAsync<SmbConnectionClosedException>(() => echo.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.IsType<TimeoutException>(e.InnerException);
        Assert.Equal(0, context.GetStatistics().Connections);
    }

    [Fact]
    public async Task A_half_open_connection_behind_a_waiting_lock_is_found()
    {
        LabServer server = await lab.StartAsync("auto");
        await using Relay relay = new(server);
        FakeTimeProvider clock = new();
        await using SmbClientContext context = new() { TimeProvider = clock };
        SmbConnectionOptions options = relay.Options(context) with { RequestTimeout = TimeSpan.FromSeconds(10) };
        await using SmbConnection connection = await SmbConnection.OpenAsync(options, LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await share.WriteAllBytesAsync("halfopen.bin", new byte[10]);
        await using SmbFile holder = await share.OpenFileAsync("halfopen.bin", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await using SmbFile other = await share.OpenFileAsync("halfopen.bin", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await holder.LockAsync(0, 1, exclusive: true, TimeSpan.Zero);
        Task waiting = other.LockAsync(0, 1, exclusive: true, Timeout.InfiniteTimeSpan);
        await holder.GetInfoAsync();
        relay.Stall();

        // The lock may wait for ever; the sign of life that it makes the client ask for may not.
        clock.Advance(TimeSpan.FromSeconds(12));
        await relay.SeenAsync(IsEcho);
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(12));

        await Assert.ThrowsAsync<SmbConnectionClosedException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_server_that_is_not_there()
    {
        await using SmbClientContext context = new();
        SmbConnectionOptions options = new() { Server = "127.0.0.1", Port = 1, AllowSmb1 = true, MaxDialect = SmbDialect.NtLm012, Context = context };

        SmbConnectionClosedException e = await Assert.ThrowsAsync<SmbConnectionClosedException>(() => SmbConnection.OpenAsync(options, LabServer.Alice));

        Assert.Contains("127.0.0.1", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, context.GetStatistics().Connections);
    }

    [Fact]
    public async Task A_caller_who_cancels_gets_his_answer_and_loses_no_handle()
    {
        LabServer server = await lab.StartAsync("auto");
        (SmbClientContext context, SmbConnection connection) = await OpenAsync();
        await using SmbClientContext owned = context;
        await using SmbShare share = await connection.OpenShareAsync("share");
        await share.WriteAllBytesAsync("cancelled.bin", new byte[10]);

        for (int i = 0; i < 50; i++)
        {
            using CancellationTokenSource giveUp = new();
            Task<SmbFile> opening = share.OpenFileAsync("cancelled.bin", FileMode.Open, FileAccess.ReadWrite, FileShare.None, giveUp.Token);
            await giveUp.CancelAsync();
            try
            {
                await using SmbFile file = await opening;
            }
            catch (OperationCanceledException)
            {
                // What the server opened all the same must be closed again, or nobody could ever open it alone.
            }
            catch (SmbStatusException e) when (e.Status == NtStatus.SharingViolation)
            {
                // The handle of the round before is being closed.
            }
        }

        SmbFile? alone = null;
        for (Stopwatch watch = Stopwatch.StartNew(); alone is null && watch.Elapsed < TimeSpan.FromSeconds(10);)
        {
            try
            {
                alone = await share.OpenFileAsync("cancelled.bin", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (SmbStatusException e) when (e.Status == NtStatus.SharingViolation)
            {
                await connection.EchoAsync();
            }
        }

        Assert.NotNull(alone);
        await alone.DisposeAsync();
        await alone.DisposeAsync();
        await share.DeleteFileAsync("cancelled.bin");
    }

    private static bool IsEcho(RecordedFrame frame) => frame.Smb1 is { FromClient: true, Command: Echo };

    private static async Task UsableAsync(SmbConnection connection)
    {
        await using SmbShare share = await connection.OpenShareAsync("share");
        Assert.Equal("hello\n"u8.ToArray(), await share.ReadAllBytesAsync("hello.txt"));
    }

    private async Task<(SmbClientContext Context, SmbConnection Connection)> OpenAsync()
    {
        LabServer server = await lab.StartAsync("auto");
        SmbClientContext context = new();
        return (context, await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice));
    }
}
