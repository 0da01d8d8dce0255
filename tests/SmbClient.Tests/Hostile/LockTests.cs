using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Hostile;

/// <summary>Locks of SMB1 that are granted too late.</summary>
public sealed class LockTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_lock_that_is_granted_to_somebody_who_has_left_is_given_back()
    {
        ScriptedServer server = new();
        TaskCompletionSource<Request> locking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<LockingRequest> unlocking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OnRequest = r =>
        {
            switch (r.Command)
            {
                case Smb1Command.LockingAndX when locking.TrySetResult(r):
                    return [];
                case Smb1Command.NtCancel:
                    // The lock was granted a moment before.
                    return [server.Reply(locking.Task.Result, default(LogoffBody))];
                case Smb1Command.LockingAndX:
                    WireReader body = new(r.Message);
                    body.Skip(Smb1Header.Size);
                    unlocking.TrySetResult(LockingRequest.Read(ref body, server.Strings));
                    return [server.Reply(r, default(LogoffBody))];
                default:
                    return null;
            }
        };
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential).WaitAsync(Limit);
        await using SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit);
        await using SmbFile file = await share.OpenFileAsync("file", FileMode.Open, FileAccess.ReadWrite).WaitAsync(Limit);
        using CancellationTokenSource giveUp = new();
        Task waiting = file.LockAsync(10, 4, exclusive: true, Timeout.InfiniteTimeSpan, giveUp.Token);
        await locking.Task.WaitAsync(Limit);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        LockingRequest unlock = await unlocking.Task.WaitAsync(Limit);
        Assert.Empty(unlock.Locks);
        Assert.Equal((10UL, 4UL), unlock.Unlocks.Select(u => (u.Offset, u.Length)).Single());
    }
}
