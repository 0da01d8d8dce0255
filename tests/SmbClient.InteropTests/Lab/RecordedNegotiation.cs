using System;
using System.Buffers.Binary;

namespace SmbClient.InteropTests.Lab;

/// <summary>What a server chose, read from its NEGOTIATE response ([MS-SMB2] 2.2.4).</summary>
public sealed class RecordedNegotiation
{
    private const ushort EncryptionContext = 2;
    private const ushort SigningContext = 8;

    internal RecordedNegotiation(RecordedSmb2 response)
    {
        ReadOnlySpan<byte> message = response.Octets.Span;
        ReadOnlySpan<byte> body = response.Body;
        SecurityMode = UInt16(body[2..]);
        Dialect = UInt16(body[4..]);
        Capabilities = BinaryPrimitives.ReadUInt32LittleEndian(body[24..]);
        if (Dialect != 0x0311)
        {
            return;
        }

        int position = (int)BinaryPrimitives.ReadUInt32LittleEndian(body[60..]);
        for (int left = UInt16(body[6..]); left > 0; left--)
        {
            position = (position + 7) & ~7;
            ushort type = UInt16(message[position..]);
            ushort length = UInt16(message[(position + 2)..]);
            ReadOnlySpan<byte> data = message.Slice(position + 8, length);
            position += 8 + length;

            // Both are a count, which is one in a response, and the choice.
            switch (type)
            {
                case EncryptionContext:
                    Cipher = UInt16(data[2..]);
                    break;
                case SigningContext:
                    SigningAlgorithm = UInt16(data[2..]);
                    break;
            }
        }
    }

    /// <summary>0x01: signatures are enabled, 0x02: required.</summary>
    public ushort SecurityMode { get; }

    /// <summary>DialectRevision: 0x0202 to 0x0311, or 0x02FF where an SMB1 negotiation goes on in SMB2.</summary>
    public ushort Dialect { get; }

    public uint Capabilities { get; }

    /// <summary>1 AES-128-CCM, 2 AES-128-GCM, 3 AES-256-CCM, 4 AES-256-GCM, 0 for none; null where no context says it.</summary>
    public ushort? Cipher { get; }

    /// <summary>0 HMAC-SHA256, 1 AES-CMAC, 2 AES-GMAC; null where no context says it.</summary>
    public ushort? SigningAlgorithm { get; }

    private static ushort UInt16(ReadOnlySpan<byte> octets) => BinaryPrimitives.ReadUInt16LittleEndian(octets);
}
