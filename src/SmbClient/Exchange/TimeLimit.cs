using System;
using System.Threading;

namespace SmbClient.Exchange;

/// <summary>A token that is cancelled with its caller's, or when the time is up by the connection's clock.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;

    /// <param name="time">The clock.</param>
    /// <param name="limit">The time; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public TimeLimit(TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _source.Token;
        _timer = time.CreateTimer(static source => Expire((CancellationTokenSource)source!), _source, limit, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token { get; }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private static void Expire(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work was done in the same moment.
        }
    }
}
