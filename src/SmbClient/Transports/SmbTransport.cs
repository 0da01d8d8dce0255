using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;

namespace SmbClient.Transports;

/// <summary>
/// Carries whole messages between two peers. One caller sends at a time and one receives at a time; both may run together.
/// Failures are <see cref="System.IO.IOException"/> or <see cref="System.Net.Sockets.SocketException"/> for the wire and
/// <see cref="MalformedMessageException"/> for frames that no peer may send.
/// </summary>
internal abstract class SmbTransport : IDisposable
{
    /// <summary>The largest message that the framing can carry, in octets.</summary>
    public abstract int MaxMessageSize { get; }

    /// <summary>The peer, for messages to people.</summary>
    public abstract string RemoteName { get; }

    /// <summary>Sends <paramref name="message"/> followed by <paramref name="payload"/> as one message; neither is kept afterwards.</summary>
    public abstract ValueTask SendAsync(MessageBuffer message, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>
    /// The next message of at most <paramref name="maxLength"/> octets, which the caller owns; null when the peer has closed in between messages.
    /// </summary>
    public abstract ValueTask<MessageBuffer?> ReceiveAsync(int maxLength, CancellationToken cancellationToken);

    /// <summary>Cuts the wire at once; pending calls fail.</summary>
    public abstract void Dispose();
}
