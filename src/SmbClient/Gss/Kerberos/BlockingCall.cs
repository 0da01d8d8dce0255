using System;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// Calls that a silent KDC can hold up for half a minute, and that cannot be cancelled: each on a thread of its own, never one of the pool. Whoever
/// gives up waiting leaves the thread behind, which gives back what it gets.
/// </summary>
internal static class BlockingCall
{
    /// <summary>Octets of stack: the libraries are written for threads of servers.</summary>
    private const int StackSize = 1 << 20;

    /// <summary>Begins a call.</summary>
    public static Task<T> Start<T>(Func<T> call)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(
            () =>
            {
                try
                {
                    done.SetResult(call());
                }
#pragma warning disable CA1031 // The waiter gets it.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    done.SetException(e);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "SmbClient GSS-API",
        };
        thread.Start();
        return done.Task;
    }
}
