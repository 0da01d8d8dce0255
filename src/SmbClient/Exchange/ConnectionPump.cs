using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
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
    /// <summary>How many times longer a server may take that has said it needs longer ([MS-SMB2] note 184).</summary>
    private const int InterimPatience = 4;

    private readonly SmbTransport _transport;
    private readonly MessageFlow _flow;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan _requestTimeout;
    private readonly Channel<PendingRequest> _outbound = Channel.CreateUnbounded<PendingRequest>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _aborted = new();
    private readonly byte[] _preview;
    private CancellationTokenSource _landing = new();
    private Exception? _reason;
    private long _lastReceived;
    private long? _progress;
    private long _progressTimestamp;
    private ITimer? _watchdog;
    private PendingRequest? _probe;

    public ConnectionPump(SmbTransport transport, MessageFlow flow, TimeSpan requestTimeout, TimeProvider time, ILogger logger)
    {
        _transport = transport;
        _flow = flow;
        _requestTimeout = requestTimeout;
        _time = time;
        _logger = logger;
        _preview = new byte[flow.PreviewSize];
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

    /// <summary>Stops writing into the memory of a caller who has cancelled, where the transport can.</summary>
    public void InterruptLanding()
    {
        if (_transport.CanInterruptReceive)
        {
            Volatile.Read(ref _landing).Cancel();
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(PendingRequest request)
    {
        long now = _time.GetTimestamp();
        if (!request.TryBeginSend(now))
        {
            _flow.Discard(request);
            request.Message.Dispose();
            return;
        }

        try
        {
            OutgoingMessage outgoing = _flow.Prepare(request, now);
            Log.Sending(_logger, _transport.RemoteName, request);
            await _transport.SendAsync(outgoing.Message, outgoing.Payload, _aborted.Token).ConfigureAwait(false);
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
            while (true)
            {
                int length = await _transport.ReceiveHeaderAsync(_flow.MaxReceiveSize, _aborted.Token).ConfigureAwait(false);
                if (length == SmbTransport.Closed)
                {
                    Abort(new EndOfStreamException($"{_transport.RemoteName} closed it."));
                    return;
                }

                await ReceiveMessageAsync(length).ConfigureAwait(false);
            }
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

    /// <summary>Receives one message to where the flow wants it, and hands it over.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReceiveMessageAsync(int length)
    {
        Memory<byte> preview = _preview.AsMemory(0, Math.Min(length, _preview.Length));
        await FillAsync(preview).ConfigureAwait(false);
        Arrival arrival = _flow.Place(preview.Span, length);
        MessageBuffer message = arrival.Message;
        try
        {
            preview.Span.CopyTo(message.Span);
            await FillAsync(message.Memory.Slice(preview.Length)).ConfigureAwait(false);
        }
        catch
        {
            arrival.Request?.EndLanding();
            message.Dispose();
            throw;
        }

        Volatile.Write(ref _lastReceived, _time.GetTimestamp());
        if (arrival.Request is null)
        {
            _flow.Receive(message, default);
        }
        else
        {
            await LandAsync(arrival.Request, message, length - message.Length).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Receives the rest of a message into its caller's memory. When he cancels meanwhile, what there is moves out of it and he gets his answer;
    /// the message is verified all the same. Octets of a message that is not accepted do not stay with the caller.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask LandAsync(PendingRequest request, MessageBuffer message, int count)
    {
        Memory<byte> landing = request.Landing.Slice(0, count);
        MessageBuffer? aside = null;
        bool isAccepted = false;
        try
        {
            int received = 0;
            while (received < count)
            {
                if (aside is null && request.IsCancelRequested)
                {
                    aside = MessageBuffer.Rent(count);
                    landing.Span.Slice(0, received).CopyTo(aside.Span);
                    landing.Span.Slice(0, received).Clear();
                    landing = aside.Memory;
                    request.EndLanding();
                }

                received += await TryReceiveSomeAsync(landing.Slice(received)).ConfigureAwait(false);
                Volatile.Write(ref _lastReceived, _time.GetTimestamp());
            }

            _flow.Receive(message, landing);
            isAccepted = true;
        }
        finally
        {
            if (aside is not null)
            {
                aside.Dispose();
            }
            else if (!isAccepted)
            {
                landing.Span.Clear();
                request.EndLanding();
            }
        }
    }

    /// <summary>As many octets as there are, 0 when a cancelled caller interrupted.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> TryReceiveSomeAsync(Memory<byte> destination)
    {
        try
        {
            return await _transport.ReceiveSomeAsync(destination, _landing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!IsAborted)
        {
            Volatile.Write(ref _landing, new CancellationTokenSource());
            return 0;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync(Memory<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            destination = destination.Slice(await _transport.ReceiveSomeAsync(destination, _aborted.Token).ConfigureAwait(false));
        }
    }

    /// <summary>
    /// A request older than the timeout ends the connection, and so does a server that lets nobody send although no answer is due. Behind requests that
    /// may wait for ever a silent server is asked for a sign of life, so that a half-open connection is found too.
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
        bool due = false;
        foreach (PendingRequest request in _flow.Outstanding())
        {
            TimeSpan limit = request.IsInterim ? TimeSpan.FromTicks(_requestTimeout.Ticks * InterimPatience) : _requestTimeout;
            if (!request.MayWaitForever && _time.GetElapsedTime(request.SentTimestamp, now) >= limit)
            {
                Abort(new TimeoutException($"{_transport.RemoteName} did not answer within {limit.TotalSeconds:0.###} s."));
                return;
            }

            waiting |= request.MayWaitForever;
            due |= !request.MayWaitForever;
        }

        long? progress = _flow.Progress;
        if (due || progress is null || progress != _progress)
        {
            _progress = progress;
            _progressTimestamp = now;
        }
        else if (_time.GetElapsedTime(_progressTimestamp, now) >= _requestTimeout)
        {
            Abort(new TimeoutException($"{_transport.RemoteName} has let nobody send for {_requestTimeout.TotalSeconds:0.###} s."));
            return;
        }

        if (waiting && (_probe is null || _probe.IsSettled) && _time.GetElapsedTime(Volatile.Read(ref _lastReceived), now) >= _requestTimeout)
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
