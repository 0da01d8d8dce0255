using System;
using System.Buffers.Binary;

namespace SmbClient.Gss.Kerberos;

/// <summary>Integrity codes of [RFC4121] 4.2.6.1, for keys of the AES types.</summary>
internal static class KerberosMic
{
    private const int HeaderSize = 16;
    private const ushort TokenId = 0x0404;
    private const byte SentByAcceptor = 1;
    private const byte Sealed = 2;
    private const byte AcceptorSubkey = 4;
    private const byte Filler = 0xFF;
    private const int SequenceOffset = 8;

    public static byte[] Create(KerberosKey key, bool isAcceptor, bool isAcceptorSubkey, uint sequence, ReadOnlySpan<byte> message)
    {
        byte[] header = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt16BigEndian(header, TokenId);
        header[2] = (byte)((isAcceptor ? SentByAcceptor : 0) | (isAcceptorSubkey ? AcceptorSubkey : 0));
        header.AsSpan(3, SequenceOffset - 3).Fill(Filler);
        BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(SequenceOffset), sequence);
        return [.. header, .. Checksum(key, isAcceptor, header, message)];
    }

    /// <summary>True if the code is right and from the side that it must be from, with this number.</summary>
    /// <param name="acceptorSubkey">The key that the acceptor chose; null for none.</param>
    /// <param name="otherKey">The key without it: the initiator's subkey, or the ticket's session key.</param>
    /// <param name="isAcceptor">True for a code that the acceptor must have made.</param>
    /// <param name="sequence">The number that is due.</param>
    /// <param name="message">What it is over.</param>
    /// <param name="mic">The code.</param>
    public static bool Verify(KerberosKey? acceptorSubkey, KerberosKey otherKey, bool isAcceptor, uint sequence, ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic)
    {
        if (mic.Length < HeaderSize || BinaryPrimitives.ReadUInt16BigEndian(mic) != TokenId)
        {
            return false;
        }

        byte flags = mic[2];
        KerberosKey? key = (flags & AcceptorSubkey) != 0 ? acceptorSubkey : otherKey;
        if (key is null || key.Type == KerberosEncryptionType.Rc4 || (flags & Sealed) != 0 || ((flags & SentByAcceptor) != 0) != isAcceptor)
        {
            return false;
        }

        ReadOnlySpan<byte> header = mic.Slice(0, HeaderSize);
        byte[] signed = [.. message, .. header];
        return header.Slice(3, SequenceOffset - 3).SequenceEqual([Filler, Filler, Filler, Filler, Filler])
            && BinaryPrimitives.ReadUInt64BigEndian(header.Slice(SequenceOffset)) == sequence
            && key.VerifyChecksum(Usage(isAcceptor), key.ChecksumType, signed, mic.Slice(HeaderSize));
    }

    private static byte[] Checksum(KerberosKey key, bool isAcceptor, ReadOnlySpan<byte> header, ReadOnlySpan<byte> message)
    {
        byte[] signed = [.. message, .. header];
        return key.Checksum(Usage(isAcceptor), signed);
    }

    private static int Usage(bool isAcceptor) => isAcceptor ? KeyUsage.AcceptorSign : KeyUsage.InitiatorSign;
}
