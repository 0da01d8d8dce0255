using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server.Connections;

/// <summary>
/// Octets that all connections may hold at once. Whoever wants more than are left waits in line; one alone gets what it wants, however much.
/// </summary>
internal sealed class OctetBudget
{
    private readonly object _gate = new();
    private readonly Queue<(int Octets, TaskCompletionSource Granted)> _waiting = new();
    private readonly long _limit;
    private long _used;

    public OctetBudget(long limit)
    {
        _limit = limit;
    }

    public long Used => Interlocked.Read(ref _used);

    public ValueTask TakeAsync(int octets)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(octets))
            {
                _used += octets;
                return default;
            }

            TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((octets, granted));
            return new ValueTask(granted.Task);
        }
    }

    /// <summary>Takes octets for an answer, without waiting: what was let in is answered.</summary>
    public void Add(int octets)
    {
        lock (_gate)
        {
            _used += octets;
        }
    }

    public void Give(int octets)
    {
        lock (_gate)
        {
            _used -= octets;
            while (_waiting.TryPeek(out (int Octets, TaskCompletionSource Granted) next) && Fits(next.Octets))
            {
                _waiting.Dequeue();
                _used += next.Octets;
                next.Granted.SetResult();
            }
        }
    }

    private bool Fits(int octets) => _used == 0 || _used + octets <= _limit;
}
