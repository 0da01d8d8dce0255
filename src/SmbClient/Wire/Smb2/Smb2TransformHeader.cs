using System;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 TRANSFORM_HEADER, the 52 octets before an encrypted message, [MS-SMB2] 2.2.41.</summary>
internal readonly struct Smb2TransformHeader
{
    public const int Size = 52;

    /// <summary>0xFD 'S' 'M' 'B'.</summary>
    public const uint ProtocolId = 0x424D53FD;

    public const int SignaturePosition = 4;
    public const int NoncePosition = 20;
    public const int MessageSizePosition = 36;
    public const int FlagsPosition = 42;
    public const int SessionIdPosition = 44;

    private const int SignatureSize = 16;
    private const int NonceSize = 16;

    /// <summary>16 octets: the tag of the cipher; zeros are written where it is empty.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>16 octets, of which CCM uses 11 and GCM 12; zeros are written for what is missing.</summary>
    public ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>Octets of the message that follows, encrypted as in the clear.</summary>
    public required uint OriginalMessageSize { get; init; }

    /// <summary>1: encrypted; in 3.0 this is the EncryptionAlgorithm, AES-128-CCM.</summary>
    public required ushort Flags { get; init; }

    public required ulong SessionId { get; init; }

    public void Write(ref WireWriter w)
    {
        w.UInt32(ProtocolId);
        w.Bytes(Signature.Span);
        w.Skip(SignatureSize - Signature.Length);
        w.Bytes(Nonce.Span);
        w.Skip(NonceSize - Nonce.Length);
        w.UInt32(OriginalMessageSize);
        w.UInt16(0);
        w.UInt16(Flags);
        w.UInt64(SessionId);
    }

    public static Smb2TransformHeader Read(ref WireReader r)
    {
        if (r.UInt32() != ProtocolId)
        {
            throw r.Malformed("Not an encrypted SMB2 message");
        }

        ReadOnlyMemory<byte> signature = r.Bytes(SignatureSize);
        ReadOnlyMemory<byte> nonce = r.Bytes(NonceSize);
        uint messageSize = r.UInt32();
        r.Skip(2);
        ushort flags = r.UInt16();
        ulong sessionId = r.UInt64();
        if (messageSize > r.Remaining)
        {
            throw r.Malformed($"OriginalMessageSize is {messageSize}, {r.Remaining} octets are left");
        }

        return new Smb2TransformHeader { Signature = signature, Nonce = nonce, OriginalMessageSize = messageSize, Flags = flags, SessionId = sessionId };
    }
}
