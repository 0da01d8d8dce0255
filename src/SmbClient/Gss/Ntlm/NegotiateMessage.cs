using System;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>NEGOTIATE_MESSAGE, [MS-NLMP] 2.2.1.1. Domain and workstation are neither sent nor read; old clients leave them out.</summary>
internal readonly struct NegotiateMessage
{
    public const uint MessageType = 1;

    private const int Size = NtlmMessage.PrefixSize + 4 + (2 * NtlmMessage.FieldSize) + 8;

    public required NtlmFlags Flags { get; init; }

    /// <summary>The eight octets of VERSION, sent but not read.</summary>
    public byte[]? Version { get; init; }

    public byte[] Encode()
    {
        byte[] message = new byte[Size];
        WireWriter w = new(message);
        NtlmMessage.WritePrefix(ref w, MessageType);
        w.UInt32((uint)Flags);
        NtlmMessage.WriteField(ref w, 0, Size);
        NtlmMessage.WriteField(ref w, 0, Size);
        w.Bytes(Version ?? NtlmMessage.OwnVersion);
        return message;
    }

    public static NegotiateMessage Decode(ReadOnlyMemory<byte> message)
    {
        WireReader r = new(message);
        NtlmMessage.ExpectPrefix(ref r, MessageType);
        return new NegotiateMessage { Flags = (NtlmFlags)r.UInt32() };
    }
}
