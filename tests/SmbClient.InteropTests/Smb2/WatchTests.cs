using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests.Smb2;

/// <summary>Watching a directory: what is heard, and what is left when nobody listens any more.</summary>
public sealed class WatchTests(LabFixture servers)
{
    public static TheoryData<string> Rows => [.. LabRows.Smb2Dialects, "encrypt-required"];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Changes_below_are_heard_where_they_are_asked_for(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        await lab.Share.CreateDirectoryAsync("above");
        await lab.Share.CreateDirectoryAsync("above/below");
        await using IAsyncEnumerator<SmbDirectoryChange> changes = lab.Share.WatchAsync("above", recursive: true).GetAsyncEnumerator();
        Task<bool> heard = changes.MoveNextAsync().AsTask();
        for (int i = 0; !heard.IsCompleted; i++)
        {
            await lab.Share.WriteAllBytesAsync($@"above\below\file-{i}.txt", "x"u8.ToArray());
        }

        Assert.True(await heard);
        Assert.StartsWith(@"below\file-", changes.Current.Path, StringComparison.Ordinal);

        // Deleted by another client: heard too, in the order of events.
        await Shell.SmbclientAsync(server.Host, server.Port, "share", "del above\\below\\file-0.txt");
        while (changes.Current.Kind != SmbDirectoryChangeKind.Removed)
        {
            Assert.True(await changes.MoveNextAsync());
        }

        Assert.Equal(@"below\file-0.txt", changes.Current.Path);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Who_stops_listening_leaves_nothing_open(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        await lab.Share.CreateDirectoryAsync("unwatched");
        using CancellationTokenSource enough = new();
        IAsyncEnumerator<SmbDirectoryChange> changes = lab.Share.WatchAsync("unwatched", cancellationToken: enough.Token).GetAsyncEnumerator();
        Task<bool> heard = changes.MoveNextAsync().AsTask();
        await lab.Connection.EchoAsync();

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heard);
        await changes.DisposeAsync();

        // A directory that is open cannot be renamed, and one that is deleted stays until it is closed.
        await lab.Share.RenameAsync("unwatched", "unwatched, renamed");
        await lab.Share.DeleteDirectoryAsync("unwatched, renamed");
        Assert.False(await lab.Share.ExistsAsync("unwatched, renamed"));
    }

    [Fact]
    public async Task A_directory_that_is_not_there_cannot_be_watched()
    {
        LabServer server = await servers.StartAsync("smb3_11");
        await using LabShare lab = await LabShare.OpenAsync(server.Options);

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(async () => await lab.Share.WatchAsync("nowhere").FirstAsync());

        Assert.Equal(NtStatus.ObjectNameNotFound, e.Status);
        Assert.Contains("nowhere", e.Message, StringComparison.Ordinal);
    }
}
