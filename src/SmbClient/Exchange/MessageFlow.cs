using System;
using System.Collections.Generic;
using SmbClient.Wire;

namespace SmbClient.Exchange;

/// <summary>
/// What a protocol family knows about the order of messages: ids, signatures, which request a response belongs to.
/// The pump calls <see cref="Prepare"/> from its send loop only and <see cref="Receive"/> from its receive loop only.
/// </summary>
internal abstract class MessageFlow
{
    /// <summary>The largest message to accept now, in octets; smaller before authentication.</summary>
    public abstract int MaxReceiveSize { get; }

    /// <summary>Gives the request its ids, enters it into the table of outstanding requests and signs it, in that order.</summary>
    public abstract void Prepare(PendingRequest request);

    /// <summary>
    /// Takes over one message from the peer: verifies it, finds its request, completes it.
    /// Throws <see cref="MalformedMessageException"/> or <see cref="SmbProtocolException"/>, which end the connection.
    /// </summary>
    public abstract void Receive(MessageBuffer message);

    /// <summary>The message that asks the server to give up <paramref name="request"/>, or null where the family has none.</summary>
    public abstract PendingRequest? CreateCancel(PendingRequest request);

    /// <summary>A message that any living server answers at once.</summary>
    public abstract PendingRequest? CreateProbe();

    /// <summary>The outstanding requests at this moment.</summary>
    public abstract IReadOnlyList<PendingRequest> Outstanding();

    /// <summary>A request that was queued is gone without having been sent; its slot is free.</summary>
    public abstract void Discard(PendingRequest request);

    /// <summary>The connection is over: every outstanding request fails and nobody waits for a slot any more.</summary>
    public abstract void Close(Func<Exception> reason);
}
