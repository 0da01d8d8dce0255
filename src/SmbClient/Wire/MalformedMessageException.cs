using System;

namespace SmbClient.Wire;

/// <summary>
/// What every decoder throws, and the only thing it throws, for octets that are not what the specification allows.
/// The layer that owns the peer turns it into a <see cref="SmbProtocolException"/> or a GSS status.
/// </summary>
internal sealed class MalformedMessageException : Exception
{
    public MalformedMessageException(string reason)
        : base(reason)
    {
    }

    public MalformedMessageException(string reason, int position, int size)
        : base($"{reason} (at octet {position} of {size})")
    {
    }

    public MalformedMessageException(string reason, Exception innerException)
        : base(reason, innerException)
    {
    }
}
