using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Diagnostics;
using SmbClient.Transports;
using SmbClient.Wire;

namespace SmbClient.Exchange;

/// <summary>
/// The two loops of a connection and the one place where things wait. The send loop is the only writer, so ids and signing sequence
/// need no lock; the receive loop never runs a caller's code. The first reason to stop wins and reaches everyone who waits.
/// </summary>
internal sealed class ConnectionPump
{
    private readonly SmbTransport _transport;
    private readonly MessageFlow _flow;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan _requestTimeout;
    private readonly Channel<PendingRequest> _outbound = Channel.CreateUnbounded<PendingRequest>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _aborted = new();
    private Exception? _reason;
    private long _lastReceived;
    private ITimer? _watchdog;
    private PendingRequest? _probe;

    public ConnectionPump(SmbTransport transport, MessageFlow flow, TimeSpan requestTimeout, TimeProvider time, ILogger logger)
    {
        _transport = transport;
        _flow = flow;
        _requestTimeout = requestTimeout;
        _time = time;
        _logger = logger;
        _lastReceived = time.GetTimestamp();
    }

    /// <summary>Completes, never faults, when both loops have ended and everyone who waited has been told.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>True from the first reason to stop on.</summary>
    public bool IsAborted => Volatile.Read(ref _reason) is not null;

    public void Start()
    {
        Completion = RunAsync();
        if (_requestTimeout != Timeout.InfiniteTimeSpan)
        {
            TimeSpan period = TimeSpan.FromTicks(Math.Max(_requestTimeout.Ticks / 8, TimeSpan.TicksPerMillisecond * 10));
            _watchdog = _time.CreateTimer(static pump => ((ConnectionPump)pump!).CheckTimeouts(), this, period, period);
        }
    }

    /// <summary>Queues a request. It owns its message from here on. Throws the reason if the connection is over.</summary>
    public void Enqueue(PendingRequest request)
    {
        request.Attach(this);
        if (!_outbound.Writer.TryWrite(request))
        {
            _flow.Discard(request);
            request.Message.Dispose();
            throw CreateReason();
        }
    }

    /// <summary>Tells the server that nobody waits for <paramref name="request"/> any more.</summary>
    public void SendCancel(PendingRequest request)
    {
        if (!IsAborted && _flow.CreateCancel(request) is { } cancel && !_outbound.Writer.TryWrite(cancel))
        {
            cancel.Message.Dispose();
        }
    }

    /// <summary>Ends the connection. Only the first reason counts.</summary>
    public void Abort(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is not null)
        {
            return;
        }

        Log.ConnectionAborted(_logger, _transport.RemoteName, reason.Message);
        _outbound.Writer.TryComplete();
        _watchdog?.Dispose();
        _aborted.Cancel();
        _transport.Dispose();
    }

    /// <summary>Ends the connection because of a message that does not decode; the caller throws the result.</summary>
    public Exception Refuse(MalformedMessageException reason)
    {
        Abort(reason);
        return CreateReason();
    }

    /// <summary>What a caller of a dead connection gets: the protocol's own exception, or a closed connection with the cause inside.</summary>
    public Exception CreateReason() => Volatile.Read(ref _reason) switch
    {
        SmbProtocolException e => new SmbProtocolException(e.Error, e.Message, e),
        MalformedMessageException e => new SmbProtocolException(SmbProtocolError.Malformed, $"{_transport.RemoteName} sent a message that does not decode: {e.Message}", e),
        { } e => new SmbConnectionClosedException($"The connection to {_transport.RemoteName} is closed: {e.Message} Open a new one.", e),
        null => new SmbConnectionClosedException($"The connection to {_transport.RemoteName} is closed.", null),
    };

    private async Task RunAsync()
    {
        await Task.WhenAll(SendLoopAsync(), ReceiveLoopAsync()).ConfigureAwait(false);
        while (_outbound.Reader.TryRead(out PendingRequest? queued))
        {
            _flow.Discard(queued);
            queued.Message.Dispose();
            queued.Fail(CreateReason());
        }

        _flow.Close(CreateReason);
    }

    private async Task SendLoopAsync()
    {
        try
        {
            while (await _outbound.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (!IsAborted && _outbound.Reader.TryRead(out PendingRequest? next))
                {
                    await SendAsync(next).ConfigureAwait(false);
                }

                if (IsAborted)
                {
                    return;
                }
            }
        }
        catch (Exception e)
        {
            Abort(e);
        }
    }

    private async ValueTask SendAsync(PendingRequest request)
    {
        if (!request.TryBeginSend(_time.GetTimestamp()))
        {
            _flow.Discard(request);
            request.Message.Dispose();
            return;
        }

        try
        {
            _flow.Prepare(request);
            Log.Sending(_logger, _transport.RemoteName, request);
            await _transport.SendAsync(request.Message, request.Payload, _aborted.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Abort(e);
            request.Fail(CreateReason());
        }
        finally
        {
            request.Message.Dispose();
            request.EndSend();
        }
    }

    private async Task ReceiveLoopAsync()
    {
        try
        {
            while (await _transport.ReceiveAsync(_flow.MaxReceiveSize, _aborted.Token).ConfigureAwait(false) is { } message)
            {
                Volatile.Write(ref _lastReceived, _time.GetTimestamp());
                _flow.Receive(message);
            }

            Abort(new EndOfStreamException($"{_transport.RemoteName} closed it."));
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or OperationCanceledException or IOException or MalformedMessageException)
        {
            Abort(e);
        }
        catch (Exception e)
        {
            Log.ReceiveLoopFailed(_logger, e, _transport.RemoteName);
            Abort(e);
        }
    }

    /// <summary>
    /// A request older than the timeout ends the connection. Behind requests that may wait for ever a silent server is asked
    /// for a sign of life, so that a half-open connection is found too.
    /// </summary>
    private void CheckTimeouts()
    {
        if (IsAborted)
        {
            _watchdog?.Dispose();
            return;
        }

        long now = _time.GetTimestamp();
        bool waiting = false;
        foreach (PendingRequest request in _flow.Outstanding())
        {
            if (!request.MayWaitForever && _time.GetElapsedTime(request.SentTimestamp, now) >= _requestTimeout)
            {
                Abort(new TimeoutException($"{_transport.RemoteName} did not answer within {_requestTimeout.TotalSeconds:0.###} s."));
                return;
            }

            waiting |= request.MayWaitForever;
        }

        if (waiting && (_probe is null || _probe.Response.IsCompleted) && _time.GetElapsedTime(Volatile.Read(ref _lastReceived), now) >= _requestTimeout)
        {
            _probe = _flow.CreateProbe();
            if (_probe is not null)
            {
                _ = ObserveProbeAsync(_probe);
            }
        }
    }

    private async Task ObserveProbeAsync(PendingRequest probe)
    {
        try
        {
            Enqueue(probe);
            (await probe.Response.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The connection has ended; whoever waits on it has been told.
        }
    }
}
