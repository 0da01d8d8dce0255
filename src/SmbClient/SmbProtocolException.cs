using System;
using System.IO;

namespace SmbClient;

/// <summary>What a peer did wrong at the level of the protocol.</summary>
public enum SmbProtocolError
{
    /// <summary>A message does not decode.</summary>
    Malformed,

    /// <summary>A message decodes but breaks a rule: a wrong signature, an answer that was not asked for, a missing field.</summary>
    Misbehaved,

    /// <summary>Both sides keep to the rules but share no way to talk: no common dialect, a signing policy that is Blocked.</summary>
    Incompatible,
}

/// <summary>The peer broke the protocol or shares none with us. The connection on which it happened is closed.</summary>
public sealed class SmbProtocolException : IOException
{
    internal SmbProtocolException(SmbProtocolError error, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
    }

    /// <summary>Whether the peer was malformed, misbehaved, or merely incompatible.</summary>
    public SmbProtocolError Error { get; }
}
