using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;

namespace SmbClient;

/// <summary>
/// The "Client" of [MS-SMB] 3.2.1.1: owns the ConnectionTable and the MessageSigningPolicy. Connections opened with the same context share
/// transports and sessions by the rules of [MS-SMB] 3.2.4.2.4. Safe for any number of threads.
/// </summary>
public sealed class SmbClientContext : IAsyncDisposable
{
    private readonly Lazy<ConnectionTable> _connectionTable;

    /// <summary>Makes a context of its own, which shares nothing with others.</summary>
    public SmbClientContext()
    {
        _connectionTable = new Lazy<ConnectionTable>(() => new ConnectionTable(IdleTimeout, TimeProvider));
    }

    /// <summary>The context of everyone who brings none. It lives as long as the process and cannot be disposed.</summary>
    public static SmbClientContext Shared { get; } = new();

    /// <summary>Client.MessageSigningPolicy, unless <see cref="SmbConnectionOptions.MessageSigningPolicy"/> says otherwise. Required by default.</summary>
    public SmbSigningState MessageSigningPolicy { get; init; } = SmbSigningState.Required;

    /// <summary>
    /// How long a session that nobody holds is kept before it is logged off, and a connection without sessions before it is closed.
    /// Zero ends a session with its last holder; <see cref="Timeout.InfiniteTimeSpan"/> keeps it until the context is disposed.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal ConnectionTable ConnectionTable => _connectionTable.Value;

    /// <summary>What the context holds now, and what it has done so far.</summary>
    public SmbClientStatistics GetStatistics() => ConnectionTable.GetStatistics();

    /// <summary>Logs every session off and closes every connection, whoever still holds them.</summary>
    /// <exception cref="InvalidOperationException">This is the shared context.</exception>
    public async ValueTask DisposeAsync()
    {
        if (ReferenceEquals(this, Shared))
        {
            throw new InvalidOperationException("The shared context is everybody's and cannot be disposed.");
        }

        await ConnectionTable.DisposeAsync().ConfigureAwait(false);
    }
}
