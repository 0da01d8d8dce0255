using System;
using System.Collections.Generic;
using SmbClient.Wire;

namespace SmbClient.Exchange;

/// <summary>What leaves for one request: a message and the rest of it that lies elsewhere. Both are valid until the send is over.</summary>
internal readonly record struct OutgoingMessage(MessageBuffer Message, ReadOnlyMemory<byte> Payload);

/// <summary>
/// Where an incoming message goes: into <paramref name="Message"/>, but for what follows its octets, which goes into the
/// <see cref="PendingRequest.Landing"/> of <paramref name="Request"/>.
/// </summary>
internal readonly record struct Arrival(MessageBuffer Message, PendingRequest? Request = null);

/// <summary>
/// What a protocol family knows about the order of messages: ids, signatures, which request a response belongs to.
/// The pump calls <see cref="Prepare"/> from its send loop only and <see cref="Place"/> and <see cref="Receive"/> from its receive loop only.
/// </summary>
internal abstract class MessageFlow
{
    /// <summary>The largest message to accept now, in octets; smaller before authentication.</summary>
    public abstract int MaxReceiveSize { get; }

    /// <summary>Octets at the start of a message that <see cref="Place"/> wants to see.</summary>
    public virtual int PreviewSize => 0;

    /// <summary>A number that changes when one of those who wait for a place gets it; null while nobody waits.</summary>
    public virtual long? Progress => null;

    /// <summary>Gives the request its ids, enters it into the table of outstanding requests and signs or seals it, in that order.</summary>
    public abstract OutgoingMessage Prepare(PendingRequest request, long timestamp);

    /// <summary>
    /// Says where a message of <paramref name="length"/> octets goes. Nothing is verified yet: the decision may not depend on more than that.
    /// A request whose memory is chosen has begun landing.
    /// </summary>
    public virtual Arrival Place(ReadOnlySpan<byte> preview, int length) => new(MessageBuffer.Rent(length));

    /// <summary>
    /// Takes over one message from the peer: verifies it, finds its request, completes it.
    /// Throws <see cref="MalformedMessageException"/> or <see cref="SmbProtocolException"/>, which end the connection.
    /// </summary>
    /// <param name="message">The message, or what came before <paramref name="landed"/> of it.</param>
    /// <param name="landed">The rest of the message, in the memory of the caller of <see cref="Arrival.Request"/>.</param>
    public abstract void Receive(MessageBuffer message, ReadOnlyMemory<byte> landed);

    /// <summary>The message that asks the server to give up <paramref name="request"/>, or null where there is none to send.</summary>
    public abstract PendingRequest? CreateCancel(PendingRequest request);

    /// <summary>A message that any living server answers at once.</summary>
    public abstract PendingRequest? CreateProbe();

    /// <summary>The outstanding requests at this moment.</summary>
    public abstract IReadOnlyList<PendingRequest> Outstanding();

    /// <summary>A request that was queued is gone without having been sent; its place is free.</summary>
    public abstract void Discard(PendingRequest request);

    /// <summary>The connection is over: every outstanding request fails and nobody waits for a place any more.</summary>
    public abstract void Close(Func<Exception> reason);
}
