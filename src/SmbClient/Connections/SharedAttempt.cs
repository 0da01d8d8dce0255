using System;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Connections;

/// <summary>
/// One piece of work that several callers wait for: it runs once, belongs to none of them, and is given up when the last of them has left.
/// </summary>
internal sealed class SharedAttempt
{
    private readonly object _gate = new();
    private readonly Func<CancellationToken, Task> _work;
    private readonly CancellationTokenSource _abandoned = new();
    private Task? _task;
    private int _waiters;

    public SharedAttempt(Func<CancellationToken, Task> work)
    {
        _work = work;
    }

    /// <summary>True when everyone has left before the work was done: it ends in cancellation, and whoever comes now must start anew.</summary>
    public bool IsAbandoned => _abandoned.IsCancellationRequested;

    /// <summary>Waits for the work, which the first caller starts. Throws what the work throws, or the caller's own cancellation.</summary>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        Task task;
        lock (_gate)
        {
            _waiters++;
            task = _task ??= Task.Run(() => _work(_abandoned.Token), CancellationToken.None);
        }

        try
        {
            await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(task);
        }
    }

    private void Leave(Task task)
    {
        lock (_gate)
        {
            if (--_waiters > 0 || task.IsCompleted)
            {
                return;
            }
        }

        _abandoned.Cancel();

        // Nobody is left to see how it ends.
        _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
