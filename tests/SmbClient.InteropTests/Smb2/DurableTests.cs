using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>Files that outlive their connection, and the oplocks and leases they live on ([MS-SMB2] 3.2.4.4, 3.2.5.19).</summary>
public sealed class DurableTests(LabFixture servers)
{
    private static readonly SmbOpenOptions Durable = new()
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        Share = FileShare.ReadWrite,
        DurableTimeout = TimeSpan.FromSeconds(60),
        QueryDetails = true,
    };

    public static TheoryData<string> Dialects => [.. LabRows.Smb2Dialects];

    [Theory]
    [MemberData(nameof(Dialects))]
    [InlineData("encrypt-required")]
    public async Task A_file_is_taken_up_again_with_its_locks_and_its_content(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using LabShare other = await LabShare.OpenAsync(server.Options, "durable");
        await using LabShare lab = await LabShare.OpenAsync(relay.Options, "durable");
        byte[] content = RandomNumberGenerator.GetBytes(200_001);
        await using SmbFile file = await lab.Share.OpenFileAsync("kept.bin", Durable);
        Assert.True(file.IsDurable);
        await file.WriteAsync(content, 0);
        await file.LockAsync(0, 10, exclusive: true, TimeSpan.Zero);

        // More than once: what was taken up again is as durable as before.
        for (int round = 1; round <= 2; round++)
        {
            relay.Cut();
            await Assert.ThrowsAsync<SmbConnectionClosedException>(async () => await file.ReadAsync(new byte[10], 0));

            await file.ReopenAsync();

            Assert.True(file.IsDurable);
            byte[] back = new byte[content.Length];
            Assert.Equal(content.Length, await file.ReadAsync(back, 0));
            Octets.AssertSame(content, back);
            content[round] ^= 0xFF;
            await file.WriteAsync(content.AsMemory(round, 1), round);
            Assert.Equal(1 + round, relay.Connections);
            if (row != "smb2_02" || round == 2)
            {
                // With the oplock that another open takes away, a handle of SMB 2.0.2 is durable no more.
                await AssertLockedAsync(other.Share, "kept.bin");
            }
        }

        await file.UnlockAsync(0, 10);
        await file.DisposeAsync();
        Octets.AssertSame(content, await other.Share.ReadAllBytesAsync("kept.bin"));
        await other.Share.DeleteFileAsync("kept.bin");
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task A_file_that_somebody_else_has_had_meanwhile_is_not_taken_up(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using LabShare other = await LabShare.OpenAsync(server.Options, "durable");
        await using LabShare lab = await LabShare.OpenAsync(relay.Options, "durable");
        await using SmbFile file = await lab.Share.OpenFileAsync("lost.bin", Durable with { Share = FileShare.None });
        relay.Cut();
        await Assert.ThrowsAsync<SmbConnectionClosedException>(async () => await file.ReadAsync(new byte[10], 0));
        await WriteOnceFreeAsync(other, "lost.bin", "another's"u8.ToArray());

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => file.ReopenAsync());

        Assert.Equal(NtStatus.ObjectNameNotFound, e.Status);
        Assert.Contains("lost.bin", e.Message, StringComparison.Ordinal);
        Assert.Equal("another's"u8.ToArray(), await other.Share.ReadAllBytesAsync("lost.bin"));
    }

    [Fact]
    public async Task A_file_that_is_not_durable_says_so()
    {
        LabServer server = await servers.StartAsync("smb3_11");
        await using Relay relay = new(server);
        await using LabShare lab = await LabShare.OpenAsync(relay.Options);
        await using SmbFile file = await lab.Share.OpenFileAsync("hello.txt");
        relay.Cut();
        await Assert.ThrowsAsync<SmbConnectionClosedException>(async () => await file.ReadAsync(new byte[10], 0));

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => file.ReopenAsync());

        Assert.Contains(nameof(SmbOpenOptions.DurableTimeout), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task The_servers_question_to_give_up_an_oplock_or_lease_is_answered(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using Relay relay = new(server);
        await using LabShare other = await LabShare.OpenAsync(server.Options, "durable");
        await using LabShare lab = await LabShare.OpenAsync(relay.Options, "durable");
        await using SmbFile file = await lab.Share.OpenFileAsync("broken.bin", Durable);
        await file.WriteAsync("before"u8.ToArray(), 0);

        // Without an answer the server would keep the other one waiting for 35 s.
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        await using SmbFile others = await other.Share.OpenFileAsync("broken.bin", FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, patience.Token);

        await relay.SeenAsync(f => f.Smb2.Any(m => m.IsNotification));
        await relay.SeenAsync(f => f.Smb2.Any(m => m is { Command: RecordedSmb2.OplockBreak, IsResponse: true, IsNotification: false, Status: 0 }));
        await others.WriteAsync("after!"u8.ToArray(), 0);
        byte[] back = new byte[6];
        Assert.Equal(6, await file.ReadAsync(back, 0));
        Assert.Equal("after!"u8.ToArray(), back);
        relay.Frames.AssertSigned();
    }

    /// <summary>Writes a file as soon as the server has seen that the one who had it is gone.</summary>
    private static async Task WriteOnceFreeAsync(LabShare lab, string name, byte[] content)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                await lab.Share.WriteAllBytesAsync(name, content, patience.Token);
                return;
            }
            catch (SmbStatusException e) when (e.Status == NtStatus.SharingViolation)
            {
                await lab.Connection.EchoAsync(patience.Token);
            }
        }
    }

    private static async Task AssertLockedAsync(SmbShare share, string name)
    {
        await using SmbFile file = await share.OpenFileAsync(name, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => file.LockAsync(5, 1, exclusive: false, TimeSpan.Zero));
        Assert.Equal(NtStatus.LockNotGranted, e.Status);
    }
}
