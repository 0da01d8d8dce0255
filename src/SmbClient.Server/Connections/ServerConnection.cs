using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Server.Diagnostics;
using SmbClient.Transports;
using SmbClient.Wire;

namespace SmbClient.Server.Connections;

/// <summary>
/// One client's connection: a loop that receives whole messages and hands them to the dialect family that the first one chose, and a loop that
/// protects and sends the answers, the only writer. The first reason to end it wins; then everything that the client had open is closed.
/// </summary>
internal sealed class ServerConnection
{
    /// <summary>
    /// How long one message may take to arrive, or to be taken, besides what a slow line needs for it; longer, and what is kept for it would starve
    /// the others.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Octets a second of the slowest line that is served.</summary>
    private const int SlowestLine = 16 << 10;

    private readonly SmbTransport _transport;
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<Outgoing> _outbound = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ITimer _sendLimit;
    private readonly ITimer _receiveLimit;
    private ITimer? _deadline;
    private IServerProtocol? _protocol;
    private string? _reason;

    /// <param name="server">What all connections share.</param>
    /// <param name="transport">Owned by the connection from now on.</param>
    /// <param name="clientName">The client's address and port, for logs.</param>
    /// <param name="clientAddress">The client's address alone, by which failures are counted.</param>
    public ServerConnection(ServerState server, SmbTransport transport, string clientName, string clientAddress)
    {
        Server = server;
        _transport = transport;
        ClientName = clientName;
        ClientAddress = clientAddress;
        Ended = _ended.Token;
        _sendLimit = server.Time.CreateTimer(static c => ((ServerConnection)c!).Abort("the client takes no answers"), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _receiveLimit = server.Time.CreateTimer(static c => ((ServerConnection)c!).Abort("the client began a message and does not end it"), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ServerState Server { get; }

    public string ClientName { get; }

    public string ClientAddress { get; }

    public ILogger Logger => Server.Logger;

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Runs until the connection is over and everything it held is closed. Never throws.</summary>
    public async Task RunAsync()
    {
        ServerLog.Connected(Logger, ClientName);
        _deadline = Server.Time.CreateTimer(static c => ((ServerConnection)c!).Abort("nobody signed in in time"), this, Server.Options.AuthenticationTimeout, Timeout.InfiniteTimeSpan);
        Task sending = SendLoopAsync();
        await ReceiveLoopAsync().ConfigureAwait(false);
        if (_protocol is not null)
        {
            try
            {
                await _protocol.EndAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                ServerLog.RequestFailed(Logger, e, ClientName, "the end of the connection");
            }
        }

        await sending.ConfigureAwait(false);
        _protocol?.Dispose();
        await _deadline.DisposeAsync().ConfigureAwait(false);
        await _sendLimit.DisposeAsync().ConfigureAwait(false);
        await _receiveLimit.DisposeAsync().ConfigureAwait(false);
        ServerLog.Disconnected(Logger, ClientName, _reason ?? "the client has closed");
    }

    /// <summary>Ends the connection; the first reason is the one that counts.</summary>
    public void Abort(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            _outbound.Writer.TryComplete();
            _transport.Dispose();
            _ended.Cancel();
        }
    }

    /// <summary>Somebody has signed in: the connection may stay.</summary>
    public void KeepAlive() => _deadline?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Queues a message, which the connection now owns.</summary>
    /// <param name="message">Everything but its protection.</param>
    /// <param name="protection">Null for none.</param>
    /// <param name="argument">For the protection.</param>
    public void Send(MessageBuffer message, IMessageProtection? protection = null, ulong argument = 0)
    {
        Server.Octets.Add(message.Length);
        if (!_outbound.Writer.TryWrite(new Outgoing(message, protection, argument)))
        {
            Server.Octets.Give(message.Length);
            message.Dispose();
        }
    }

    /// <summary>Gives back what <see cref="IServerProtocol.ReceiveAsync"/> was given.</summary>
    public void Release(MessageBuffer received)
    {
        Server.Octets.Give(received.Length);
        received.Dispose();
    }

    private async Task ReceiveLoopAsync()
    {
        try
        {
            while (true)
            {
                int limit = _protocol?.MaxMessageSize ?? WireLimits.MaxMessageBeforeAuthentication;
                int length = await _transport.ReceiveHeaderAsync(limit, Ended).ConfigureAwait(false);
                if (length == SmbTransport.Closed)
                {
                    Abort("the client has closed");
                    return;
                }

                await Server.Octets.TakeAsync(length).ConfigureAwait(false);
                MessageBuffer message = MessageBuffer.Rent(length);
                try
                {
                    await FillAsync(message.Memory).ConfigureAwait(false);
                    _protocol ??= ProtocolChoice.Of(this, message.Span);
                }
                catch
                {
                    Release(message);
                    throw;
                }

                await _protocol.ReceiveAsync(message).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is MalformedMessageException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Abort(e.Message);
        }
        catch (Exception e)
        {
            ServerLog.RequestFailed(Logger, e, ClientName, "the receive loop");
            Abort("an error of the server");
        }
    }

    private static TimeSpan TimeFor(int octets) => Patience + TimeSpan.FromSeconds(octets / SlowestLine);

    private async ValueTask FillAsync(Memory<byte> rest)
    {
        _receiveLimit.Change(TimeFor(rest.Length), Timeout.InfiniteTimeSpan);
        while (!rest.IsEmpty)
        {
            rest = rest[await _transport.ReceiveSomeAsync(rest, Ended).ConfigureAwait(false)..];
        }

        _receiveLimit.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private async Task SendLoopAsync()
    {
        ChannelReader<Outgoing> reader = _outbound.Reader;
        try
        {
            while (await reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (reader.TryRead(out Outgoing next))
                {
                    await SendAsync(next).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            if (e is not (IOException or SocketException or OperationCanceledException or ObjectDisposedException))
            {
                ServerLog.RequestFailed(Logger, e, ClientName, "the send loop");
            }

            Abort(e.Message);
        }

        while (reader.TryRead(out Outgoing unsent))
        {
            Server.Octets.Give(unsent.Message.Length);
            unsent.Message.Dispose();
        }
    }

    private async ValueTask SendAsync(Outgoing outgoing)
    {
        int octets = outgoing.Message.Length;
        MessageBuffer message = outgoing.Message;
        try
        {
            message = outgoing.Protection?.Protect(message, outgoing.Argument) ?? message;
            _sendLimit.Change(TimeFor(message.Length), Timeout.InfiniteTimeSpan);
            await _transport.SendAsync(message, default, Ended).ConfigureAwait(false);
            _sendLimit.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            message.Dispose();
            Server.Octets.Give(octets);
        }
    }

    private readonly record struct Outgoing(MessageBuffer Message, IMessageProtection? Protection, ulong Argument);
}
