using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire.Smb1;
using Xunit;

namespace SmbClient.Tests.Hostile;

/// <summary>When files of SMB1 are closed.</summary>
public sealed class CloseTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answers_of_callers_who_have_left_are_waited_for(bool reads)
    {
        Smb1Command command = reads ? Smb1Command.ReadAndX : Smb1Command.WriteAndX;
        ScriptedServer server = new();
        TaskCompletionSource<Request> held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OnRequest = r => r.Command == Smb1Command.NtCancel || (r.Command == command && held.TrySetResult(r)) ? []
            : r.Command == Smb1Command.Echo && held.Task.IsCompleted ? [Answer(server, held.Task.Result), server.Reply(r, new EchoRequest { EchoCount = 1 })]
            : null;
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential).WaitAsync(Limit);
        await using SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit);
        SmbFile file = await share.OpenFileAsync("file", FileMode.Open, FileAccess.ReadWrite).WaitAsync(Limit);
        using CancellationTokenSource giveUp = new();
        Task transfer = reads ? file.ReadAsync(new byte[10], 0, giveUp.Token).AsTask() : file.WriteAsync(new byte[10], 0, giveUp.Token).AsTask();
        await held.Task.WaitAsync(Limit);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transfer);

        Task closing = file.DisposeAsync().AsTask();
        await using SmbFile later = await share.OpenFileAsync("later").WaitAsync(Limit);        // what was sent before it has arrived
        Assert.Equal(0, server.Count(Smb1Command.Close));

        await connection.EchoAsync().WaitAsync(Limit);          // brings the answer along
        await closing.WaitAsync(Limit);
        Assert.Equal(1, server.Count(Smb1Command.Close));
    }

    [Fact]
    public async Task Who_never_asked_for_anything_leaves_nothing_to_wait_for()
    {
        ScriptedServer server = new() { OnRequest = r => r.Command == Smb1Command.NtCancel ? [] : null };
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), ScriptedServer.Credential).WaitAsync(Limit);
        await using SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit);
        SmbFile file = await share.OpenFileAsync("file").WaitAsync(Limit);
        using CancellationTokenSource giveUp = new();
        Task[] reads = [.. Enumerable.Range(0, 40).Select(_ => file.ReadAsync(new byte[10], 0, giveUp.Token).AsTask())];
        await giveUp.CancelAsync();
        foreach (Task read in reads)
        {
            await Record.ExceptionAsync(() => read.WaitAsync(Limit));
        }

        await file.DisposeAsync().AsTask().WaitAsync(Limit);

        Assert.Equal(1, server.Count(Smb1Command.Close));
    }

    private static byte[] Answer(ScriptedServer server, Request request) => request.Command == Smb1Command.ReadAndX
        ? server.Reply(request, new ReadResponse { Data = new byte[10] })
        : server.Reply(request, new WriteResponse { Count = 10 });
}
