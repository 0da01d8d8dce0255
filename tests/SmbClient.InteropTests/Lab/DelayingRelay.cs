using System;
using System.Buffers;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace SmbClient.InteropTests.Lab;

/// <summary>
/// A long line: whatever passes by, either way, arrives a fixed time later, in order, and however much is on its way. Each direction has threads
/// of its own, so that the delay is not at the mercy of a thread pool that the measured program keeps busy.
/// </summary>
public sealed class DelayingRelay : IDisposable
{
    private const int ChunkSize = 256 * 1024;

    /// <summary>Far more than is on its way at any speed; who receives slowly stops the sender in the end, as on a real line.</summary>
    private const int MaxOctetsOnTheWay = 256 * 1024 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly string _host;
    private readonly int _port;
    private readonly TimeSpan _delay;

    /// <param name="host">The server's address.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="oneWay">How much later everything arrives: half of what a round trip takes longer.</param>
    public DelayingRelay(string host, int port, TimeSpan oneWay)
    {
        _host = host;
        _port = port;
        _delay = oneWay;
        _listener.Start();
        Run(Accept);
    }

    /// <summary>The port of this relay on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Stop();
        lock (_sockets)
        {
            _sockets.ForEach(s => s.Dispose());
        }
    }

    private void Accept()
    {
        while (true)
        {
            Socket client = _listener.AcceptSocket();
            Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            client.NoDelay = true;
            lock (_sockets)
            {
                _sockets.AddRange([client, server]);
            }

            server.Connect(_host, _port);
            Join(client, server);
            Join(server, client);
        }
    }

    private void Join(Socket from, Socket to)
    {
        Line line = new(_delay);
        Run(() => line.Fill(from));
        Run(() => line.Drain(from, to));
    }

    /// <summary>A thread that ends with its socket.</summary>
    private static void Run(Action action) => new Thread(() =>
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the two has gone, or the relay.
        }
    })
    { IsBackground = true }.Start();

    /// <summary>What is on its way in one direction.</summary>
    private sealed class Line(TimeSpan delay)
    {
        private readonly Queue<(long Sent, byte[] Octets, int Count)> _onTheWay = new();
        private long _octets;

        /// <summary>Takes what arrives from one end, until it closes or the other end has failed.</summary>
        public void Fill(Socket from)
        {
            int received;
            do
            {
                byte[] octets = ArrayPool<byte>.Shared.Rent(ChunkSize);
                try
                {
                    received = from.Receive(octets);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    received = 0;
                }

                lock (_onTheWay)
                {
                    while (_octets > MaxOctetsOnTheWay)
                    {
                        Monitor.Wait(_onTheWay);
                    }

                    _octets += received;
                    _onTheWay.Enqueue((Stopwatch.GetTimestamp(), octets, received));
                    Monitor.PulseAll(_onTheWay);
                }
            }
            while (received > 0);
        }

        /// <summary>Gives everything to the other end when its time has come.</summary>
        public void Drain(Socket from, Socket to)
        {
            try
            {
                while (true)
                {
                    (long sent, byte[] octets, int count) = Next();
                    double early = (delay - Stopwatch.GetElapsedTime(sent)).TotalMilliseconds;
                    if (early > 0)
                    {
                        Thread.Sleep((int)Math.Ceiling(early));
                    }

                    if (count == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    for (int position = 0; position < count;)
                    {
                        position += to.Send(octets.AsSpan(position, count - position));
                    }

                    ArrayPool<byte>.Shared.Return(octets);
                }
            }
            catch
            {
                from.Dispose();
                to.Dispose();
                lock (_onTheWay)
                {
                    _octets = long.MinValue;
                    Monitor.PulseAll(_onTheWay);
                }

                throw;
            }
        }

        private (long Sent, byte[] Octets, int Count) Next()
        {
            lock (_onTheWay)
            {
                while (_onTheWay.Count == 0)
                {
                    Monitor.Wait(_onTheWay);
                }

                (long Sent, byte[] Octets, int Count) next = _onTheWay.Dequeue();
                _octets -= next.Count;
                Monitor.PulseAll(_onTheWay);
                return next;
            }
        }
    }
}
