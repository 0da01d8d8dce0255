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
    public static TheoryData<string> Dialects => [.. LabRows.Dialects];

    public static TheoryData<string, string, NtStatus> Absences
    {
        get
        {
            TheoryData<string, string, NtStatus> absences = [];
            foreach (string row in LabRows.Dialects)
            {
                absences.Add(row, "nothing.txt", NtStatus.ObjectNameNotFound);
                absences.Add(row, "no/such/dir.txt", NtStatus.ObjectPathNotFound);
            }

            return absences;
        }
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_share_that_is_not_there(string row)
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync(row);
        await using SmbClientContext owned = context;

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => connection.OpenShareAsync("nowhere"));

        Assert.Equal(NtStatus.BadNetworkName, e.Status);
        AssertNames(e, "nowhere");
        await UsableAsync(connection);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_file_that_may_not_be_written(string row)
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync(row);
        await using SmbClientContext owned = context;
        await using SmbShare share = await connection.OpenShareAsync("ro");

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => share.OpenFileAsync("ro.txt", FileMode.Open, FileAccess.ReadWrite));

        Assert.Contains(e.Status, new[] { NtStatus.AccessDenied, NtStatus.MediaWriteProtected });
        AssertNames(e, "ro.txt");
        await UsableAsync(connection);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_name_that_is_too_long(string row)
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync(row);
        await using SmbClientContext owned = context;
        await using SmbShare share = await connection.OpenShareAsync("share");

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => share.CreateFileAsync(new string('x', 300)));

        Assert.Contains(e.Status, new[] { NtStatus.ObjectNameInvalid, NtStatus.NameTooLong, NtStatus.ObjectPathNotFound });
        AssertNames(e, new string('x', 300));
        await UsableAsync(connection);
    }

    [Theory]
    [MemberData(nameof(Absences))]
    public async Task A_file_that_is_not_there(string row, string path, NtStatus status)
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync(row);
        await using SmbClientContext owned = context;
        await using SmbShare share = await connection.OpenShareAsync("share");

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => share.ReadAllBytesAsync(path));

        Assert.Equal(status, e.Status);
        AssertNames(e, path.Replace('/', '\\'));
        Assert.Null(await share.TryOpenFileAsync(path));
        await UsableAsync(connection);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_share_that_another_user_has_for_himself(string row)
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync(row);
        await using SmbClientContext owned = context;

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => connection.OpenShareAsync("private"));

        Assert.Equal(NtStatus.AccessDenied, e.Status);
        AssertNames(e, "private");
        await UsableAsync(connection);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_file_that_somebody_else_has_open(string row)
    {
        (SmbClientContext context, SmbConnection connection) = await OpenAsync(row);
        await using SmbClientContext owned = context;
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile holder = await share.OpenFileAsync("taken.txt", FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        SmbStatusException[] refusals =
        [
            await Assert.ThrowsAsync<SmbStatusException>(() => share.OpenFileAsync("taken.txt", FileMode.Open, FileAccess.Write, FileShare.ReadWrite)),
            await Assert.ThrowsAsync<SmbStatusException>(() => share.ReadAllBytesAsync("taken.txt")),
            await Assert.ThrowsAsync<SmbStatusException>(() => share.DeleteFileAsync("taken.txt")),
            await Assert.ThrowsAsync<SmbStatusException>(() => share.RenameAsync("taken.txt", "given.txt")),
        ];

        Assert.All(refusals, e => Assert.Equal(NtStatus.SharingViolation, e.Status));
        Assert.All(refusals, e => AssertNames(e, "taken.txt"));
        await using SmbFile reader = await share.OpenFileAsync("taken.txt", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await UsableAsync(connection);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb2_10")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-required")]
    public async Task A_server_that_dies_in_the_middle_of_a_write(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await using SmbFile file = await share.CreateFileAsync("interrupted.bin");
        int writes = 0;
        relay.CutAtFrame(f => f.FromClient && f.Octets.Length > 10_000 && Interlocked.Increment(ref writes) == 5);

        await Assert.ThrowsAsync<SmbConnectionClosedException>(async () => await file.WriteAsync(new byte[10_000_000], 0));

        relay.CutAtFrame(_ => false);
        await using SmbConnection again = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await UsableAsync(again);
        Assert.Equal(1, context.GetStatistics().Connections);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb2_10")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-required")]
    public async Task A_connection_that_ends_in_the_middle_of_a_read(string row)
    {
        LabServer server = await lab.StartAsync(row);
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await share.WriteAllBytesAsync("cut.bin", Enumerable.Repeat((byte)0xA5, 5_000_000).ToArray());
        await using SmbFile file = await share.OpenFileAsync("cut.bin");
        byte[] buffer = new byte[5_000_000];
        int reads = 0;
        relay.CutWithinFrame(f => !f.FromClient && f.Octets.Length > 10_000 && Interlocked.Increment(ref reads) == 3);

        SmbConnectionClosedException e = await Assert.ThrowsAsync<SmbConnectionClosedException>(async () => await file.ReadAsync(buffer, 0));

        // What is in the buffer has been verified, or is not there.
        Assert.NotNull(e.InnerException);
        Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0, (byte)0xA5));
        Assert.True(buffer.AsSpan().Count((byte)0) > 0);
        await Assert.ThrowsAsync<SmbConnectionClosedException>(() => share.ExistsAsync("cut.bin"));
        relay.CutAtFrame(_ => false);
        await using SmbConnection again = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await UsableAsync(again);
        Assert.Equal(1, context.GetStatistics().Connections);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-required")]
    public async Task A_server_that_is_killed_in_the_middle_of_a_write(string row)
    {
        LabServer server = await lab.StartOwnAsync(row);
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
        LabServer other = await lab.StartAsync("smb3_11");
        await using SmbConnection usable = await SmbConnection.OpenAsync(other.Options(context), LabServer.Alice);
        await UsableAsync(usable);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-required")]
    public async Task A_server_that_falls_silent_loses_the_connection_after_the_timeout(string row)
    {
        LabServer server = await lab.StartAsync(row);
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

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    public async Task A_half_open_connection_behind_a_waiting_lock_is_found(string row)
    {
        LabServer server = await lab.StartAsync(row);
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

    [Theory]
    [InlineData("auto")]
    [InlineData("smb2_02")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-required")]
    public async Task A_caller_who_cancels_gets_his_answer_and_loses_no_handle(string row)
    {
        LabServer server = await lab.StartAsync(row);
        (SmbClientContext context, SmbConnection connection) = await OpenAsync(row);
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

    /// <summary>smbd's process for the connection dies of a CLOSE in SMB1 that comes while it still reads for a caller who has left.</summary>
    [Fact]
    public async Task A_file_of_SMB1_is_closed_when_the_last_answer_has_come()
    {
        LabServer server = await lab.StartAsync("auto");
        await using Relay relay = new(server);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(relay.Options(context), LabServer.Alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        SmbFile file = await share.OpenFileAsync("hello.txt");
        using CancellationTokenSource giveUp = new();
        relay.HoldAnswers();
        Task reading = file.ReadAsync(new byte[10], 0, giveUp.Token).AsTask();
        await relay.SeenAsync(f => f.IsRequest(Verb.Read));
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        Task closing = file.DisposeAsync().AsTask();

        // What is sent later has passed by, and there was no CLOSE before it.
        Task echo = connection.EchoAsync();
        await relay.SeenAsync(IsEcho);
        Assert.DoesNotContain(relay.Frames, f => f.IsRequest(Verb.Close));
        relay.Release();
        await closing;
        await echo;
        Assert.Contains(relay.Frames, f => f.IsRequest(Verb.Close));
    }

    private static bool IsEcho(RecordedFrame frame) => frame.IsRequest(Verb.Echo);

    private static void AssertNames(SmbStatusException e, string path)
    {
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(path, e.Path!, StringComparison.Ordinal);
        Assert.Contains($"0x{(uint)e.Status:X8}", e.Message, StringComparison.Ordinal);
        Assert.Contains("STATUS_", e.Message, StringComparison.Ordinal);
    }

    private static async Task UsableAsync(SmbConnection connection)
    {
        await using SmbShare share = await connection.OpenShareAsync("share");
        Assert.Equal("hello\n"u8.ToArray(), await share.ReadAllBytesAsync("hello.txt"));
    }

    private async Task<(SmbClientContext Context, SmbConnection Connection)> OpenAsync(string row)
    {
        LabServer server = await lab.StartAsync(row);
        SmbClientContext context = new();
        return (context, await SmbConnection.OpenAsync(server.Options(context), LabServer.Alice));
    }
}
