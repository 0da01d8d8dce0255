using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;

namespace SmbClient.Exchange;

/// <summary>
/// One request from the moment it is queued until its last response: the entry of the specification's table of outstanding requests.
/// It owns its message until it has been sent.
/// </summary>
/// <remarks>
/// A caller who cancels gets his answer now, but the entry stays until the server's reply came, so that no slot and no file handle
/// in a late reply is lost. Memory that the caller lent as payload is never read after the caller got his answer.
/// </remarks>
internal abstract class PendingRequest
{
    private readonly object _gate = new();
    private readonly TaskCompletionSource<MessageBuffer> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Progress _progress = Progress.Queued;
    private bool _cancelRequested;
    private MessageBuffer? _earlyResponse;
    private CancellationToken _callerToken;
    private ConnectionPump? _pump;

    protected PendingRequest(MessageBuffer message, ReadOnlyMemory<byte> payload)
    {
        Message = message;
        Payload = payload;
    }

    private enum Progress
    {
        Queued,
        Sending,
        Sent,
        Done,
    }

    /// <summary>The message without its payload, complete but for ids and signature.</summary>
    public MessageBuffer Message { get; }

    /// <summary>The caller's octets that follow <see cref="Message"/> on the wire.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>False for messages that the server never answers.</summary>
    public virtual bool ExpectsResponse => true;

    /// <summary>True where a silent server is no sign of trouble: a lock that waits, a watched directory.</summary>
    public bool MayWaitForever { get; init; }

    /// <summary>When it was handed to the transport, by the pump's clock.</summary>
    public long SentTimestamp { get; private set; }

    /// <summary>Called with the reply that nobody waits for any more; it must dispose the message.</summary>
    public Action<MessageBuffer>? Orphaned { get; init; }

    /// <summary>The last response, which the awaiting caller owns.</summary>
    public Task<MessageBuffer> Response => _completion.Task;

    /// <summary>Binds the request to the pump that carries it; called once, before it is queued.</summary>
    public void Attach(ConnectionPump pump) => _pump = pump;

    /// <summary>The caller no longer waits.</summary>
    public void Cancel(CancellationToken callerToken)
    {
        lock (_gate)
        {
            _callerToken = callerToken;
            switch (_progress)
            {
                case Progress.Queued:
                    _progress = Progress.Done;
                    break;
                case Progress.Sending:
                    _cancelRequested = true;
                    return;
                case Progress.Sent:
                    _cancelRequested = true;
                    break;
                default:
                    return;
            }
        }

        Abandon();
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
            _progress = early is null ? Progress.Sent : Progress.Done;
            abandoned = _cancelRequested;
        }

        if (abandoned)
        {
            Abandon();
        }

        if (early is not null)
        {
            Deliver(early);
        }
    }

    /// <summary>The last response has arrived. The message passes to the caller, or to <see cref="Orphaned"/>.</summary>
    public void Complete(MessageBuffer response)
    {
        lock (_gate)
        {
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
    public void Fail(Exception reason)
    {
        MessageBuffer? early;
        lock (_gate)
        {
            _progress = Progress.Done;
            early = _earlyResponse;
            _earlyResponse = null;
        }

        early?.Dispose();
        if (ExpectsResponse)
        {
            _completion.TrySetException(reason);
        }
    }

    private void Deliver(MessageBuffer response)
    {
        if (_completion.TrySetResult(response))
        {
            return;
        }

        if (Orphaned is { } orphaned)
        {
            orphaned(response);
        }
        else
        {
            response.Dispose();
        }
    }

    private void Abandon()
    {
        bool wasSent;
        lock (_gate)
        {
            wasSent = _progress == Progress.Sent;
        }

        if (_completion.TrySetCanceled(_callerToken) && wasSent && ExpectsResponse)
        {
            _pump?.SendCancel(this);
        }
    }
}
