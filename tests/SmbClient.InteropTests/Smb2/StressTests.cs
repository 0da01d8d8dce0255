using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Dialects.Smb2;
using SmbClient.Exchange.Smb2;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>
/// Sixty-four callers who do everything at once on one connection, and often change their minds: every octet is right, and in the end no credit, handle,
/// lock or exception is left behind.
/// </summary>
public sealed class StressTests(LabFixture servers, ITestOutputHelper output)
{
    private const int Callers = 64;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("smb2_10")]
    [InlineData("smb3_11")]
    [InlineData("encrypt-required")]
    public async Task Sixty_four_callers_who_often_change_their_minds(string row)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"{row}: seed {seed}");
        LabServer server = await servers.StartAsync(row);
        ConcurrentQueue<string> unobserved = new();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue($"{e.Exception}");
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await using LabShare lab = await LabShare.OpenAsync(server.Options);
            await lab.Share.CreateDirectoryAsync("stress");
            await lab.Share.WriteAllBytesAsync("stress/contended", new byte[1]);
            await lab.Share.WriteAllBytesAsync("stress/whole", StressCaller.Whole);
            StressCaller[] callers = [.. Enumerable.Range(0, Callers).Select(i => new StressCaller(lab.Share, i, new Random(seed + i)))];
            Stopwatch watch = Stopwatch.StartNew();
            await Task.WhenAll(callers.Select(c => c.RunAsync(() => watch.Elapsed < Duration)));

            Smb2Flow flow = ((Smb2Dialect)SessionOf(lab.Connection).Connection.Dialect).Flow;
            await SettleAsync(lab, flow);
            output.WriteLine($"{callers.Sum(c => c.Operations)} operations, {callers.Sum(c => c.Cancelled)} cancelled, {flow.Credits.Total} credits");
            Assert.Equal(flow.Credits.Total, flow.Credits.Available);
            Assert.InRange(flow.Credits.Total, CreditWindow.Target / 2, 2 * CreditWindow.Target);
            Assert.Equal((1L, 1L), (lab.Context.GetStatistics().ConnectionsOpened, lab.Context.GetStatistics().SessionsEstablished));
            Assert.True(callers.Sum(c => c.Cancelled) > 0, "nobody has changed his mind");
            foreach (StressCaller caller in callers)
            {
                await caller.VerifyAsync();
            }

            await AssertNothingIsHeldAsync(lab);
            await lab.Share.DeleteDirectoryAsync("stress");
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            Assert.Empty(unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_session")]
    private static extern ref ClientSession SessionOf(SmbConnection connection);

    /// <summary>Waits until the server has answered even what nobody waits for any more.</summary>
    private static async Task SettleAsync(LabShare lab, Smb2Flow flow)
    {
        for (Stopwatch patience = Stopwatch.StartNew(); flow.Outstanding().Count > 0;)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), "the server has left requests without an answer");
            await lab.Connection.EchoAsync();
        }
    }

    /// <summary>What was opened or locked for those who had left has been closed: another can have each file for himself.</summary>
    private static async Task AssertNothingIsHeldAsync(LabShare lab)
    {
        string[] names = await lab.Share.EnumerateAsync("stress").Select(e => e.Name).ToArrayAsync();
        Stopwatch patience = Stopwatch.StartNew();
        foreach (string name in names)
        {
            while (true)
            {
                try
                {
                    await using SmbFile alone = await lab.Share.OpenFileAsync("stress/" + name, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                    await alone.LockAsync(0, 1, exclusive: true, TimeSpan.Zero);
                    break;
                }
                catch (SmbStatusException e) when (e.Status == NtStatus.SharingViolation && patience.Elapsed < TimeSpan.FromSeconds(10))
                {
                    await lab.Connection.EchoAsync();
                }
            }

            await lab.Share.DeleteFileAsync("stress/" + name);
        }
    }
}
