using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace SmbClient.InteropTests.Lab.Kerberos;

/// <summary>A user whose tickets last two seconds; it sees the client notice that a session ended with its ticket.</summary>
internal sealed class ShortTicket : ILoggerFactory, ILogger
{
    private const int SigningInAgain = 13;
    private static readonly string[] Lifetime = ["-l", "2s"];
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private int _count;

    /// <summary>Works with a session until it has ended and the client has signed in again, on the same connection and with the same tree connect.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="realm">Whose user alice comes.</param>
    /// <param name="server">The way to the server.</param>
    public static async Task OutliveAsync(KerberosLab lab, string realm, Func<SmbClientContext, SmbConnectionOptions> server)
    {
        using ShortTicket log = new();
        string cache = await lab.KinitAsync("alice", realm, null, Lifetime);
        using SmbCredential alice = SmbCredential.FromCredentialCache(cache);
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server(context) with { LoggerFactory = log }, alice);
        await using SmbShare share = await connection.OpenShareAsync("share");
        byte[] hello = await share.ReadAllBytesAsync("hello.txt");

        using CancellationTokenSource tooLong = new(Longest);
        while (Volatile.Read(ref log._count) == 0)
        {
            Assert.False(tooLong.IsCancellationRequested, "the session has outlived its ticket");
            await lab.KinitAsync("alice", realm, cache, Lifetime);
            Assert.Equal(hello, await share.ReadAllBytesAsync("hello.txt"));
        }

        Assert.Equal(hello, await share.ReadAllBytesAsync("hello.txt"));
        Assert.Equal((1L, 1), (context.GetStatistics().ConnectionsOpened, context.GetStatistics().Sessions));
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == SigningInAgain)
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void Dispose()
    {
    }
}
