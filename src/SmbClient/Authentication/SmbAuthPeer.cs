using System;

namespace SmbClient.Authentication;

/// <summary>What the host knows of a client that is about to sign in.</summary>
public sealed class SmbAuthPeer
{
    /// <summary>
    /// The client's address without its port, such as <c>192.0.2.7</c>: repeated failures are counted by it. Empty where there is none, as in
    /// memory; those are counted together.
    /// </summary>
    public string RemoteAddress { get; init; } = "";

    /// <summary>What is spoken, for the log, such as <c>SMB 3.1.1</c>.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Application data of the channel ([RFC5056]); empty for none.</summary>
    public ReadOnlyMemory<byte> ChannelBindings { get; init; }

    /// <summary>The address and the protocol.</summary>
    public override string ToString() => Protocol.Length == 0 ? RemoteAddress : $"{RemoteAddress} ({Protocol})";
}
