using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace SmbClient.Exchange.Smb2;

/// <summary>
/// The credits of a connection, [MS-SMB2] 3.2.4.1.2 and 3.2.5.1.4 (client-state L10): a caller takes them before his request is queued, in the order
/// of asking, and each response brings new ones.
/// </summary>
internal sealed class CreditWindow
{
    /// <summary>Credits to have altogether: 32 MiB of reads or writes in flight.</summary>
    public const int Target = 512;

    /// <summary>Credits that no honest server gives: four times what the largest one has.</summary>
    public const int Limit = 0x8000;

    private readonly object _gate = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private readonly Stack<Waiter> _spare = new();
    private int _available;
    private int _inFlight;
    private int _lent;
    private long _served;
    private Func<Exception>? _closed;

    /// <param name="initial">What the negotiation has granted.</param>
    public CreditWindow(int initial)
    {
        _available = initial;
    }

    /// <summary>Credits that may be used now.</summary>
    public int Available
    {
        get
        {
            lock (_gate)
            {
                return _available;
            }
        }
    }

    /// <summary>Credits in all: those that may be used now, and those of requests that have not been answered.</summary>
    public int Total
    {
        get
        {
            lock (_gate)
            {
                return _available + _inFlight;
            }
        }
    }

    /// <summary>How many callers have got their credits so far; null while nobody waits for any.</summary>
    public long? Progress
    {
        get
        {
            lock (_gate)
            {
                return _waiters.Count == 0 ? null : _served;
            }
        }
    }

    /// <summary>
    /// Takes <paramref name="wanted"/> credits, or waits for them; takes fewer, at least one, where the whole window is smaller than that, what is lent left out.
    /// </summary>
    public ValueTask<int> TakeAsync(int wanted, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_closed is not null)
            {
                throw _closed();
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (_waiters.Count == 0 && TryTake(wanted, out int taken))
            {
                return new ValueTask<int>(taken);
            }

            waiter = _spare.Count > 0 ? _spare.Pop() : new Waiter(this);
            waiter.Wanted = wanted;
            _waiters.AddLast(waiter.Node);
        }

        waiter.Registration = cancellationToken.UnsafeRegister(static (w, token) => ((Waiter)w!).Cancel(token), waiter);
        return waiter.Task;
    }

    /// <summary>Takes one credit, if there is one, even if others wait for more.</summary>
    public bool TryTakeOne()
    {
        lock (_gate)
        {
            return _closed is null && TryTake(1, out _);
        }
    }

    /// <summary>A request has left whose answer may take for ever: nobody waits for the return of its credits.</summary>
    public void Lend(int charge)
    {
        lock (_gate)
        {
            _lent += charge;
            Serve();
        }
    }

    /// <summary>That request has been answered after all.</summary>
    public void EndLending(int charge)
    {
        lock (_gate)
        {
            _lent -= charge;
        }
    }

    /// <summary>A response has arrived: its request's charge is no longer in flight, and the server grants new credits.</summary>
    /// <returns>False when the server has granted more than any server does, or leaves somebody waiting without any.</returns>
    public bool Grant(int granted, int charge)
    {
        lock (_gate)
        {
            _inFlight -= charge;
            _available += granted;
            Serve();
            int total = _available + _inFlight;
            return total <= Limit && (total > 0 || _waiters.Count == 0);
        }
    }

    /// <summary>Credits that a request takes with it are not used after all.</summary>
    public void Return(int charge)
    {
        lock (_gate)
        {
            _inFlight -= charge;
            _available += charge;
            Serve();
        }
    }

    /// <summary>
    /// What to ask for with a request of this charge: as much again, and what is missing to the target; less beyond it, since Samba gives the charge whatever
    /// it is asked for, and of what it is asked for all but one on top.
    /// </summary>
    public ushort Request(int charge)
    {
        lock (_gate)
        {
            return (ushort)Math.Max(1, charge + Target - _available - _inFlight);
        }
    }

    /// <summary>Nobody gets anything any more.</summary>
    public void Close(Func<Exception> reason)
    {
        List<Waiter> waiters;
        lock (_gate)
        {
            _closed = reason;
            waiters = [.. _waiters];
            _waiters.Clear();
        }

        foreach (Waiter waiter in waiters)
        {
            waiter.Fail(reason());
        }
    }

    private bool TryTake(int wanted, out int taken)
    {
        taken = Math.Max(1, Math.Min(wanted, _available + _inFlight - _lent));
        if (_available < taken)
        {
            return false;
        }

        _available -= taken;
        _inFlight += taken;
        _served++;
        return true;
    }

    private void Serve()
    {
        while (_waiters.First is { } first && TryTake(first.Value.Wanted, out int taken))
        {
            _waiters.RemoveFirst();
            first.Value.Succeed(taken);
        }
    }

    /// <summary>One caller in the queue; used again and again.</summary>
    private sealed class Waiter : IValueTaskSource<int>
    {
        private readonly CreditWindow _window;
        private ManualResetValueTaskSourceCore<int> _completion = new() { RunContinuationsAsynchronously = true };

        public Waiter(CreditWindow window)
        {
            _window = window;
            Node = new LinkedListNode<Waiter>(this);
        }

        public LinkedListNode<Waiter> Node { get; }

        public int Wanted { get; set; }

        public CancellationTokenRegistration Registration { get; set; }

        public ValueTask<int> Task => new(this, _completion.Version);

        /// <summary>Called under the window's gate, after the node has left the queue.</summary>
        public void Succeed(int taken) => _completion.SetResult(taken);

        public void Fail(Exception reason) => _completion.SetException(reason);

        public void Cancel(CancellationToken token)
        {
            lock (_window._gate)
            {
                if (Node.List is null)
                {
                    return;
                }

                _window._waiters.Remove(Node);
                _window.Serve();
            }

            _completion.SetException(new OperationCanceledException(token));
        }

        public int GetResult(short token)
        {
            // After this the callback of the token does not run any more, so the waiter may serve the next caller.
            Registration.Dispose();
            try
            {
                return _completion.GetResult(token);
            }
            finally
            {
                Registration = default;
                _completion.Reset();
                lock (_window._gate)
                {
                    _window._spare.Push(this);
                }
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _completion.OnCompleted(continuation, state, token, flags);
    }
}
