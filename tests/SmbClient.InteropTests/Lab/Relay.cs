using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.InteropTests.Lab;

/// <summary>One SMB1 message as it passed by.</summary>
public sealed record RecordedMessage(bool FromClient, byte[] Octets)
{
    public byte Command => Octets[4];

    public uint Status => BinaryPrimitives.ReadUInt32LittleEndian(Octets.AsSpan(5));

    public ushort Flags2 => BinaryPrimitives.ReadUInt16LittleEndian(Octets.AsSpan(10));

    public ReadOnlySpan<byte> Signature => Octets.AsSpan(14, 8);

    public bool HasSignature => Signature.ContainsAnyExcept((byte)0) && !Signature.SequenceEqual("BSRSPYL "u8);
}

/// <summary>Stands between client and server, records what passes by octet for octet, and can cut or stop the flow on command.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<RecordedMessage> _messages = [];
    private readonly List<Socket> _sockets = [];
    private readonly TaskCompletionSource _clientClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LabServer _server;
    private readonly Task _accepting;
    private Func<RecordedMessage, bool>? _trap;
    private volatile bool _stalled;

    public Relay(LabServer server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Completes when a client has closed its connection.</summary>
    public Task ClientClosed => _clientClosed.Task;

    public IReadOnlyList<RecordedMessage> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>Connections that clients have made.</summary>
    public int Connections { get; private set; }

    public SmbConnectionOptions Options(SmbClientContext context) => _server.Options(context) with { Server = "127.0.0.1", Port = Port };

    /// <summary>Cuts every connection when a message passes by that fits; it is not forwarded.</summary>
    public void CutAt(Func<RecordedMessage, bool> trap) => _trap = trap;

    /// <summary>Forwards nothing any more, but keeps the connections open: a server that has died silently.</summary>
    public void Stall() => _stalled = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private void Cut()
    {
        lock (_sockets)
        {
            _sockets.ForEach(s => s.Dispose());
            _sockets.Clear();
        }
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
                lock (_sockets)
                {
                    _sockets.AddRange([client, server]);
                    Connections++;
                }

                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                pumps.Add(PumpAsync(client, server, fromClient: true));
                pumps.Add(PumpAsync(server, client, fromClient: false));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool fromClient)
    {
        byte[] buffer = new byte[0x20000 + 4];
        int have = 0;
        try
        {
            while (true)
            {
                int received = await from.ReceiveAsync(buffer.AsMemory(have), _stop.Token);
                if (received == 0)
                {
                    break;
                }

                have += received;
                while (have >= 4 && have >= 4 + FrameLength(buffer))
                {
                    int length = 4 + FrameLength(buffer);
                    if (!Record(fromClient, buffer.AsSpan(4, length - 4)))
                    {
                        Cut();
                        return;
                    }

                    if (!_stalled)
                    {
                        await to.SendAsync(buffer.AsMemory(0, length), _stop.Token);
                    }

                    buffer.AsSpan(length, have - length).CopyTo(buffer);
                    have -= length;
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

    private bool Record(bool fromClient, ReadOnlySpan<byte> octets)
    {
        if (octets.Length < 32)
        {
            return true;
        }

        RecordedMessage message = new(fromClient, octets.ToArray());
        lock (_messages)
        {
            _messages.Add(message);
        }

        return _trap?.Invoke(message) != true;
    }

    private static int FrameLength(ReadOnlySpan<byte> frame) => (frame[1] << 16) | (frame[2] << 8) | frame[3];
}
