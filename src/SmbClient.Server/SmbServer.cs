using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SmbClient.Server.Connections;
using SmbClient.Server.Diagnostics;
using SmbClient.Server.Files;
using SmbClient.Server.Pipes;
using SmbClient.Transports;

namespace SmbClient.Server;

/// <summary>
/// An SMB server inside this process: SMB 2.0.2 to 3.1.1, and SMB1 by option, on sockets or in memory. Safe for any number of threads. Disposing it
/// closes every connection and file; the authenticator and the stores stay the caller's.
/// </summary>
public sealed class SmbServer : IAsyncDisposable
{
    /// <summary>Where handles are short, trying again at once would only keep the processor busy.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly ServerState _state;
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly ConcurrentDictionary<ServerConnection, Task> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;

    private SmbServer(SmbServerOptions options)
    {
        ILogger logger = options.LoggerFactory?.CreateLogger("SmbClient.Server") ?? NullLogger.Instance;
        Dictionary<string, ServerShare> shares = new(StringComparer.OrdinalIgnoreCase);
        foreach (SmbServerShare share in options.Shares)
        {
            shares.Add(share.Name, new ServerShare(share.Name, OpenerOf(share, logger), share));
        }

        PipeTree pipes = new(options);
        shares.Add("IPC$", new ServerShare("IPC$", _ => pipes, null));
        _state = new ServerState(options, shares, logger);
    }

    /// <summary>Where the server listens, with the ports that it has got; in the order of the options.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>Starts a server, which listens when this returns.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="SocketException">An end point cannot be listened on.</exception>
    public static SmbServer Start(SmbServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        SmbServer server = new(options);
        try
        {
            server.Listen(options.EndPoints);
        }
        catch
        {
            server._listeners.ForEach(l => l.Dispose());
            throw;
        }

        return server;
    }

    /// <summary>What the server holds now.</summary>
    public SmbServerStatistics GetStatistics() => new()
    {
        Connections = _state.Connections.Value,
        Sessions = _state.Sessions.Value,
        Opens = _state.Opens.Value,
        OctetsInFlight = _state.Octets.Used,
    };

    /// <summary>Options with which a client in this process reaches the server without a socket; all else is as given.</summary>
    public SmbConnectionOptions InMemory(SmbConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            TransportFactory = (_, _, _) =>
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
                (MemoryTransport client, MemoryTransport served) = MemoryTransport.CreatePair();
                Serve(served, "memory", "memory");
                return Task.FromResult<SmbTransport>(client);
            },
        };
    }

    /// <summary>Stops listening, takes away the files of Unix domain sockets, closes every connection, and returns when everything that clients had open is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        _listeners.ForEach(l => l.Dispose());
        await Task.WhenAll(_accepting).ConfigureAwait(false);
        foreach (UnixDomainSocketEndPoint endPoint in EndPoints.OfType<UnixDomainSocketEndPoint>())
        {
            File.Delete(endPoint.ToString());
        }

        foreach (ServerConnection connection in _connections.Keys)
        {
            connection.Abort("the server has stopped");
        }

        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
    }

    private static Func<SmbServerSession, ServerTree?> OpenerOf(SmbServerShare share, ILogger logger)
    {
        if (share.StoreFor is { } storeFor)
        {
            return session => storeFor(session) is { } own ? new FileTree(own, share.IsReadOnly, logger, ownsStore: true) : null;
        }

        FileTree files = new(share.Store!, share.IsReadOnly, logger);
        return _ => files;
    }

    private void Listen(IReadOnlyList<EndPoint> endPoints)
    {
        foreach (EndPoint endPoint in endPoints)
        {
            Socket socket = endPoint.AddressFamily == AddressFamily.Unix
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _listeners.Add(socket);
            socket.Bind(endPoint);
            socket.Listen();
        }

        EndPoints = [.. _listeners.Select(l => l.LocalEndPoint!)];
        foreach (Socket listener in _listeners)
        {
            ServerLog.Listening(_state.Logger, listener.LocalEndPoint!);
            _accepting.Add(AcceptLoopAsync(listener, listener.LocalEndPoint!));
        }
    }

    private async Task AcceptLoopAsync(Socket listener, EndPoint endPoint)
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                try
                {
                    Accept(await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false));
                }
                catch (SocketException e) when (!_stopping.IsCancellationRequested)
                {
                    // A client that was gone again, or no handle for it: neither is a reason to turn the others away.
                    ServerLog.AcceptFailed(_state.Logger, e, endPoint);
                    await Task.Delay(PauseAfterFailure, _state.Time, _stopping.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The server is stopping.
        }
    }

    private void Accept(Socket socket)
    {
        try
        {
            string client = socket.RemoteEndPoint?.ToString() is { Length: > 0 } remote ? remote : "local";
            string address = (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? client;
            if (socket.AddressFamily != AddressFamily.Unix)
            {
                socket.NoDelay = true;
            }

            Serve(new DirectTcpTransport(socket, client), client, address);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Serve(SmbTransport transport, string client, string address)
    {
        if (!_state.Connections.TryEnter())
        {
            ServerLog.TooManyConnections(_state.Logger, client, _state.Connections.Value);
            transport.Dispose();
            return;
        }

        ServerConnection connection = new(_state, transport, client, address);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = RunAsync(connection, begun.Task);
        begun.SetResult();
        if (_stopping.IsCancellationRequested)
        {
            // It came while the others were being ended.
            connection.Abort("the server has stopped");
        }
    }

    private async Task RunAsync(ServerConnection connection, Task begun)
    {
        await begun.ConfigureAwait(false);
        await connection.RunAsync().ConfigureAwait(false);
        _state.Connections.Leave();
        _connections.TryRemove(connection, out _);
    }
}
