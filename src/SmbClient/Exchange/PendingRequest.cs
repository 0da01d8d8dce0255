using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using SmbClient.Wire;

namespace SmbClient.Exchange;

/// <summary>
/// One request from the moment it is queued until its last response: the entry of the specification's table of outstanding requests.
/// It owns its message until it has been sent.
/// </summary>
/// <remarks>
/// A caller who cancels gets his answer now, but the entry stays until the server's reply came, so that no slot, no credit and no file handle
/// in a late reply is lost. Memory that the caller lent is neither read nor written after the caller got his answer.
/// </remarks>
internal abstract class PendingRequest : IValueTaskSource<MessageBuffer>
{
    private readonly object _gate = new();
    private ManualResetValueTaskSourceCore<MessageBuffer> _completion = new() { RunContinuationsAsynchronously = true };
    private Progress _progress = Progress.Queued;
    private bool _isSettled;
    private bool _isLanding;
    private bool _cancelRequested;
    private MessageBuffer? _earlyResponse;
    private CancellationToken _callerToken;
    private ConnectionPump? _pump;

    protected PendingRequest(MessageBuffer message)
    {
        Message = message;
    }

    private enum Progress
    {
        Queued,
        Sending,
        Sent,
        Done,
    }

    /// <summary>The message without its payload, complete but for ids and signature.</summary>
    public MessageBuffer Message { get; protected set; }

    /// <summary>The caller's octets that follow <see cref="Message"/> on the wire.</summary>
    public ReadOnlyMemory<byte> Payload { get; protected set; }

    /// <summary>The caller's memory that takes the data of the response; empty where he wants the message instead.</summary>
    public Memory<byte> Landing { get; protected set; }

    /// <summary>False for messages that the server never answers.</summary>
    public virtual bool ExpectsResponse => true;

    /// <summary>True where a silent server is no sign of trouble: a lock that waits, a watched directory.</summary>
    public bool MayWaitForever { get; set; }

    /// <summary>The server has said that it works on the request and needs longer.</summary>
    public bool IsInterim { get; set; }

    /// <summary>When it was handed to the transport, by the pump's clock.</summary>
    public long SentTimestamp { get; private set; }

    /// <summary>Called with the reply that nobody waits for any more; it must dispose the message.</summary>
    public Action<MessageBuffer>? Orphaned { get; set; }

    /// <summary>The last response, which the awaiting caller owns. Awaited once.</summary>
    public ValueTask<MessageBuffer> Response => new(this, _completion.Version);

    /// <summary>True when whoever waits has his answer, whatever it is.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_gate)
            {
                return _isSettled;
            }
        }
    }

    /// <summary>The caller has cancelled while the octets of the response were on their way into his memory.</summary>
    public bool IsCancelRequested
    {
        get
        {
            lock (_gate)
            {
                return _cancelRequested;
            }
        }
    }

    /// <summary>Binds the request to the pump that carries it; called once, before it is queued.</summary>
    public void Attach(ConnectionPump pump) => _pump = pump;

    /// <summary>The caller no longer waits.</summary>
    public void Cancel(CancellationToken callerToken)
    {
        bool wasSent;
        bool isInUse;
        lock (_gate)
        {
            if (_isSettled)
            {
                return;
            }

            _callerToken = callerToken;
            wasSent = _progress == Progress.Sent;
            isInUse = _isLanding || _progress == Progress.Sending;
            _cancelRequested = isInUse;
            _isSettled = !isInUse;
            if (_progress == Progress.Queued)
            {
                _progress = Progress.Done;
            }
        }

        if (isInUse)
        {
            // The loop that uses the caller's memory answers him when it has let go of it.
            _pump?.InterruptLanding();
        }
        else
        {
            Answer(new OperationCanceledException(callerToken), tellServer: wasSent);
        }
    }

    /// <summary>The send loop takes the request; false when it was cancelled before.</summary>
    public bool TryBeginSend(long timestamp)
    {
        lock (_gate)
        {
            if (_progress != Progress.Queued)
            {
                return false;
            }

            _progress = Progress.Sending;
            SentTimestamp = timestamp;
            return true;
        }
    }

    /// <summary>The request leaves as a part of another's message, which holds its octets already.</summary>
    public void SendAlong(long timestamp)
    {
        lock (_gate)
        {
            SentTimestamp = timestamp;
            if (_progress == Progress.Queued)
            {
                _progress = Progress.Sent;
            }
        }
    }

    /// <summary>The send loop is done with the message and with the caller's payload.</summary>
    public void EndSend()
    {
        bool abandoned;
        MessageBuffer? early;
        lock (_gate)
        {
            if (_progress == Progress.Done)
            {
                return;
            }

            early = _earlyResponse;
            _earlyResponse = null;
            _progress = early is null ? Progress.Sent : Progress.Done;
            abandoned = _cancelRequested && !_isLanding && !_isSettled;
            _isSettled |= abandoned;
        }

        if (abandoned)
        {
            Answer(new OperationCanceledException(_callerToken), tellServer: early is null);
        }

        if (early is not null)
        {
            Deliver(early);
        }
    }

    /// <summary>
    /// The receive loop begins to write into <see cref="Landing"/>; false when the caller has left and it must not.
    /// </summary>
    public bool TryBeginLanding()
    {
        lock (_gate)
        {
            if (_isSettled || _cancelRequested || _progress is not (Progress.Sent or Progress.Sending))
            {
                return false;
            }

            _isLanding = true;
            return true;
        }
    }

    /// <summary>The receive loop writes into <see cref="Landing"/> no more. A caller who has cancelled meanwhile gets his answer.</summary>
    public void EndLanding()
    {
        bool abandoned;
        lock (_gate)
        {
            _isLanding = false;
            abandoned = _cancelRequested && _progress != Progress.Sending && !_isSettled;
            _isSettled |= abandoned;
        }

        if (abandoned)
        {
            Answer(new OperationCanceledException(_callerToken), tellServer: false);
        }
    }

    /// <summary>The last response has arrived. The message passes to the caller, or to <see cref="Orphaned"/>.</summary>
    public void Complete(MessageBuffer response)
    {
        lock (_gate)
        {
            _isLanding = false;
            if (_progress == Progress.Sending)
            {
                // Faster than our own send: the caller's payload is still in use.
                _earlyResponse = response;
                return;
            }

            _progress = Progress.Done;
        }

        Deliver(response);
    }

    /// <summary>No response will come.</summary>
    public virtual void Fail(Exception reason)
    {
        MessageBuffer? early;
        bool answer;
        lock (_gate)
        {
            _progress = Progress.Done;
            early = _earlyResponse;
            _earlyResponse = null;
            answer = !_isSettled;
            _isSettled = true;
        }

        early?.Dispose();
        if (answer && ExpectsResponse)
        {
            _completion.SetException(reason);
        }
    }

    MessageBuffer IValueTaskSource<MessageBuffer>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<MessageBuffer>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<MessageBuffer>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    /// <summary>Makes the request ready to be used again, once its response has been awaited and no loop knows it any more.</summary>
    protected void Reuse()
    {
        _completion.Reset();
        _progress = Progress.Queued;
        _isSettled = false;
        _isLanding = false;
        _cancelRequested = false;
        _callerToken = default;
        Payload = default;
        Landing = default;
        MayWaitForever = false;
        IsInterim = false;
        Orphaned = null;
    }

    private void Deliver(MessageBuffer response)
    {
        bool isAwaited;
        lock (_gate)
        {
            isAwaited = !_isSettled;
            _isSettled = true;
        }

        if (isAwaited)
        {
            _completion.SetResult(response);
        }
        else if (Orphaned is { } orphaned)
        {
            orphaned(response);
        }
        else
        {
            response.Dispose();
        }
    }

    private void Answer(OperationCanceledException cancelled, bool tellServer)
    {
        if (ExpectsResponse)
        {
            _completion.SetException(cancelled);
            if (tellServer)
            {
                _pump?.SendCancel(this);
            }
        }
    }
}
