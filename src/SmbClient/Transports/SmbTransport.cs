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
    /// <summary>What <see cref="ReceiveHeaderAsync"/> returns when the peer has closed in between messages.</summary>
    public const int Closed = -1;

    /// <summary>The largest message that the framing can carry, in octets.</summary>
    public abstract int MaxMessageSize { get; }

    /// <summary>The peer, for messages to people.</summary>
    public abstract string RemoteName { get; }

    /// <summary>
    /// True when cancelling <see cref="ReceiveSomeAsync"/> loses no octet and leaves the connection as it was; where it is false,
    /// cancelling ends the connection.
    /// </summary>
    public abstract bool CanInterruptReceive { get; }

    /// <summary>Sends <paramref name="message"/> followed by <paramref name="payload"/> as one message; neither is kept afterwards.</summary>
    public abstract ValueTask SendAsync(MessageBuffer message, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>
    /// The length in octets of the next message, at most <paramref name="maxLength"/>, whose octets <see cref="ReceiveSomeAsync"/> then hands out;
    /// <see cref="Closed"/> when the peer has closed in between messages.
    /// </summary>
    public abstract ValueTask<int> ReceiveHeaderAsync(int maxLength, CancellationToken cancellationToken);

    /// <summary>At least one and at most as many octets of the current message as fit; never asked for more than it has.</summary>
    public abstract ValueTask<int> ReceiveSomeAsync(Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>
    /// The next message of at most <paramref name="maxLength"/> octets, which the caller owns; null when the peer has closed in between messages.
    /// </summary>
    public async ValueTask<MessageBuffer?> ReceiveAsync(int maxLength, CancellationToken cancellationToken)
    {
        int length = await ReceiveHeaderAsync(maxLength, cancellationToken).ConfigureAwait(false);
        if (length == Closed)
        {
            return null;
        }

        MessageBuffer message = MessageBuffer.Rent(length);
        try
        {
            Memory<byte> rest = message.Memory;
            while (!rest.IsEmpty)
            {
                rest = rest.Slice(await ReceiveSomeAsync(rest, cancellationToken).ConfigureAwait(false));
            }

            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    /// <summary>Cuts the wire at once; pending calls fail.</summary>
    public abstract void Dispose();
}
