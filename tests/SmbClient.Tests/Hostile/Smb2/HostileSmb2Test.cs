using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Dialects.Smb2;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire;
using Xunit;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>What the tests of hostile SMB2 servers share: each failure has its exact type and comes in time, and the context works afterwards.</summary>
public abstract class HostileSmb2Test
{
    /// <summary>No test waits for this; a test that would hang ends with it.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    internal static Task<SmbConnection> OpenAsync(ScriptedSmb2Server server, SmbClientContext context, SmbConnectionOptions? options = null) =>
        SmbConnection.OpenAsync(options ?? server.Options(context), ScriptedAccounts.Alice).WaitAsync(Limit);

    internal static async Task<SmbShare> OpenShareAsync(ScriptedSmb2Server server, SmbClientContext context, SmbConnectionOptions? options = null) =>
        await (await OpenAsync(server, context, options)).OpenShareAsync("share").WaitAsync(Limit);

    internal static async Task<SmbFile> OpenFileAsync(ScriptedSmb2Server server, SmbClientContext context, SmbConnectionOptions? options = null) =>
        await (await OpenShareAsync(server, context, options)).OpenFileAsync("file", FileMode.Open, FileAccess.ReadWrite).WaitAsync(Limit);

    protected static Task<T> FailsAsync<T>(Func<Task> action)
        where T : Exception =>
        Assert.ThrowsAsync<T>(() => action().WaitAsync(Limit));

    protected static Task CancelsAsync(Func<Task> action) => Assert.ThrowsAnyAsync<OperationCanceledException>(() => action().WaitAsync(Limit));

    protected static async Task MisbehavesAsync(Func<Task> action, SmbProtocolError error = SmbProtocolError.Misbehaved)
    {
        SmbProtocolException e = await FailsAsync<SmbProtocolException>(action);
        Assert.Equal(error, e.Error);
    }

    protected static async Task TimesOutAsync(Func<Task> action)
    {
        SmbConnectionClosedException e = await FailsAsync<SmbConnectionClosedException>(action);
        Assert.IsType<TimeoutException>(e.InnerException);
    }

    /// <summary>Every octet has one of these values.</summary>
    protected static void HoldsOnly(ReadOnlySpan<byte> octets, params ReadOnlySpan<byte> values) => Assert.Equal(-1, octets.IndexOfAnyExcept(values));

    /// <summary>Waits for what another thread is about to do.</summary>
    protected static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(Limit);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>The server behaves again: a new connection, or one that lives on, works, and the client has kept every rule so far.</summary>
    internal static async Task WorksAsync(ScriptedSmb2Server server, SmbClientContext context, SmbConnectionOptions? options = null)
    {
        Behave(server);
        await using (SmbConnection connection = await OpenAsync(server, context, options))
        await using (SmbShare share = await connection.OpenShareAsync("share").WaitAsync(Limit))
        {
            Assert.Equal(ScriptedFiles.FileContent, await share.ReadAllBytesAsync("other").WaitAsync(Limit));
        }

        KeptTheRules(server);
    }

    /// <summary>The connection on which it happened is gone, with its sessions, and a new one works.</summary>
    internal static async Task StartsAnewAsync(ScriptedSmb2Server server, SmbClientContext context, SmbConnectionOptions? options = null)
    {
        await server.Running.WaitAsync(Limit);
        Assert.Equal((0, 0), (context.GetStatistics().Connections, context.GetStatistics().Sessions));
        await WorksAsync(server, context, options);
    }

    /// <summary>The server found nothing to object to.</summary>
    internal static void KeptTheRules(ScriptedSmb2Server server)
    {
        foreach (ScriptedConnection connection in server.Connections)
        {
            if (connection.Running.IsFaulted)
            {
                connection.Running.GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>Every credit is back and nothing stays outstanding, once what the server has sent so far has been taken in.</summary>
    internal static async Task CreditsAreWholeAsync(ScriptedSmb2Server server, SmbClientContext context, SmbConnectionOptions? options = null)
    {
        ClientSession session = await AcquireAsync(server, context, options);
        await session.Connection.Dialect.EchoAsync(default).WaitAsync(Limit);
        Smb2Flow flow = ((Smb2Dialect)session.Connection.Dialect).Flow;

        // A file that was opened for someone who had left by then is closed in the background.
        await UntilAsync(() => !flow.Outstanding().Any());
        Assert.Equal(flow.Credits.Total, flow.Credits.Available);
        await context.ConnectionTable.ReleaseAsync(session);
        KeptTheRules(server);
    }

    /// <summary>Waits until the client has taken in what the server has sent so far.</summary>
    internal static async Task TakenInAsync(ScriptedSmb2Server server, SmbClientContext context, SmbConnectionOptions? options = null)
    {
        await using SmbConnection connection = await OpenAsync(server, context, options);
        await connection.EchoAsync().WaitAsync(Limit);
    }

    /// <summary>The session behind the handles that were opened with these options.</summary>
    internal static Task<ClientSession> AcquireAsync(ScriptedSmb2Server server, SmbClientContext context, SmbConnectionOptions? options = null)
    {
        options ??= server.Options(context);
        SessionRequest request = new(SmbPath.Parse(options.Server), options, ScriptedAccounts.Alice.Gss, options.MessageSigningPolicy ?? context.MessageSigningPolicy);
        return context.ConnectionTable.AcquireAsync(request, default).WaitAsync(Limit);
    }

    private static void Behave(ScriptedSmb2Server server)
    {
        server.Behave();
        server.OnNegotiate = r => r;
        server.OnSmb1 = (_, _) => null;
        server.ToClient = m => m;
        server.ToServer = m => m;
        server.WrapTransport = t => t;
    }
}
