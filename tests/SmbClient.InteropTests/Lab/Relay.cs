using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.InteropTests.Lab;

/// <summary>Stands between client and server, records what passes by octet for octet, and can cut, stop, hold or change the flow on command.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<RecordedFrame> _frames = [];
    private readonly List<(Func<RecordedFrame, bool> Fits, TaskCompletionSource<RecordedFrame> Seen)> _waiters = [];
    private readonly List<Socket> _sockets = [];
    private readonly TaskCompletionSource _clientClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LabServer _server;
    private readonly Task _accepting;
    private Func<RecordedFrame, bool>? _trap;
    private Action<RecordedFrame, byte[]>? _change;
    private TaskCompletionSource? _held;
    private volatile bool _stalled;
    private volatile bool _cutsWithin;

    public Relay(LabServer server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port of this relay on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Completes when a client has closed its connection.</summary>
    public Task ClientClosed => _clientClosed.Task;

    /// <summary>Everything that has passed by so far, as its sender sent it.</summary>
    public RecordedFrames Frames
    {
        get
        {
            lock (_gate)
            {
                return new RecordedFrames(_frames);
            }
        }
    }

    /// <summary>The SMB1 messages among the frames.</summary>
    public IReadOnlyList<RecordedMessage> Messages => [.. Frames.Select(f => f.Smb1).OfType<RecordedMessage>()];

    /// <summary>Connections that clients have made.</summary>
    public int Connections { get; private set; }

    public SmbConnectionOptions Options(SmbClientContext context) => _server.Behind(Port).Options(context);

    public SmbConnectionOptions Options(SmbClientContext context, SmbDialect dialect) => _server.Behind(Port).Options(context, dialect);

    /// <summary>Cuts every connection there is; new ones may be made.</summary>
    public void Cut()
    {
        lock (_sockets)
        {
            _sockets.ForEach(s => s.Dispose());
            _sockets.Clear();
        }
    }

    /// <summary>Cuts every connection when an SMB1 message passes by that fits; it is not forwarded.</summary>
    public void CutAt(Func<RecordedMessage, bool> trap) => CutAtFrame(f => f.Smb1 is { } message && trap(message));

    /// <summary>Cuts every connection when a frame passes by that fits; it is not forwarded.</summary>
    public void CutAtFrame(Func<RecordedFrame, bool> trap) => _trap = trap;

    /// <summary>Cuts every connection in the middle of a frame that fits: half of it is forwarded.</summary>
    public void CutWithinFrame(Func<RecordedFrame, bool> trap)
    {
        _cutsWithin = true;
        _trap = trap;
    }

    /// <summary>A man in the middle: may change the octets of every frame before they are forwarded, but not their number.</summary>
    public void Change(Action<RecordedFrame, byte[]> change) => _change = change;

    /// <summary>Keeps what the server sends until <see cref="Release"/>.</summary>
    public void HoldAnswers() => Volatile.Write(ref _held, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Lets go what <see cref="HoldAnswers"/> has kept, and all that follows.</summary>
    public void Release() => Interlocked.Exchange(ref _held, null)?.SetResult();

    /// <summary>Forwards nothing any more, but keeps the connections open: a server that has died silently.</summary>
    public void Stall() => _stalled = true;

    /// <summary>The first frame that fits, whether it has passed by already or not.</summary>
    public async Task<RecordedFrame> SeenAsync(Func<RecordedFrame, bool> fits)
    {
        TaskCompletionSource<RecordedFrame> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_frames.FirstOrDefault(fits) is { } frame)
            {
                return frame;
            }

            _waiters.Add((fits, seen));
        }

        return await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> pumps = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                int connection;
                lock (_sockets)
                {
                    _sockets.AddRange([client, server]);
                    connection = ++Connections;
                }

                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                pumps.Add(PumpAsync(client, server, connection, fromClient: true));
                pumps.Add(PumpAsync(server, client, connection, fromClient: false));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, int connection, bool fromClient)
    {
        byte[] header = new byte[4];
        try
        {
            while (await ReceiveAsync(from, header))
            {
                byte[] octets = new byte[(header[1] << 16) | (header[2] << 8) | header[3]];
                if (!await ReceiveAsync(from, octets))
                {
                    break;
                }

                RecordedFrame frame = new(connection, fromClient, octets);
                Record(frame);
                if (_trap?.Invoke(frame) == true)
                {
                    if (_cutsWithin)
                    {
                        await to.SendAsync([header, octets.AsMemory(0, octets.Length / 2).ToArray()]);
                        to.Shutdown(SocketShutdown.Send);
                    }

                    Cut();
                    return;
                }

                if (!fromClient && Volatile.Read(ref _held) is { } held)
                {
                    await held.Task.WaitAsync(_stop.Token);
                }

                if (!_stalled)
                {
                    await to.SendAsync([header, Changed(frame)]);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two has gone.
        }

        if (fromClient)
        {
            _clientClosed.TrySetResult();
        }
    }

    /// <summary>False when the sender has closed before the first octet, or in between.</summary>
    private async Task<bool> ReceiveAsync(Socket from, Memory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int received = await from.ReceiveAsync(buffer, _stop.Token);
            if (received == 0)
            {
                return false;
            }

            buffer = buffer[received..];
        }

        return true;
    }

    private byte[] Changed(RecordedFrame frame)
    {
        if (_change is not { } change)
        {
            return frame.Octets;
        }

        byte[] octets = [.. frame.Octets];
        change(frame, octets);
        return octets;
    }

    private void Record(RecordedFrame frame)
    {
        lock (_gate)
        {
            _frames.Add(frame);
            foreach ((Func<RecordedFrame, bool> fits, TaskCompletionSource<RecordedFrame> seen) in _waiters)
            {
                if (fits(frame))
                {
                    seen.TrySetResult(frame);
                }
            }
        }
    }
}
