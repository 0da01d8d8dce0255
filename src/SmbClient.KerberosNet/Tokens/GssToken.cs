using System;

namespace SmbClient.KerberosNet.Tokens;

/// <summary>A token of the mechanism, [RFC2743] 3.1 with [RFC4121] 4.1: the identifier of Kerberos, two octets that say what follows, and that.</summary>
internal static class GssToken
{
    public const ushort ApReq = 0x0100;
    public const ushort ApRep = 0x0200;
    public const ushort Error = 0x0300;

    /// <summary>1.2.840.113554.1.2.2 in DER.</summary>
    private static ReadOnlySpan<byte> Oid => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02];

    private const byte Application0 = 0x60;

    public static byte[] Wrap(ushort id, ReadOnlySpan<byte> message)
    {
        int length = Oid.Length + 2 + message.Length;
        int lengthOctets = length < 0x80 ? 1 : length <= 0xFF ? 2 : length <= 0xFFFF ? 3 : 4;
        byte[] token = new byte[1 + lengthOctets + length];
        token[0] = Application0;
        if (lengthOctets == 1)
        {
            token[1] = (byte)length;
        }
        else
        {
            token[1] = (byte)(0x80 + lengthOctets - 1);
            for (int i = 0, rest = length; i < lengthOctets - 1; i++, rest >>= 8)
            {
                token[lengthOctets - i] = (byte)rest;
            }
        }

        int at = 1 + lengthOctets;
        Oid.CopyTo(token.AsSpan(at));
        at += Oid.Length;
        token[at++] = (byte)(id >> 8);
        token[at++] = (byte)id;
        message.CopyTo(token.AsSpan(at));
        return token;
    }

    /// <summary>False for what is none, which may be anything.</summary>
    public static bool TryUnwrap(ReadOnlyMemory<byte> token, out ushort id, out ReadOnlyMemory<byte> message)
    {
        id = 0;
        message = default;
        ReadOnlySpan<byte> span = token.Span;
        if (span.Length < 2 || span[0] != Application0)
        {
            return false;
        }

        int at = 2;
        long length = span[1];
        if (length >= 0x80)
        {
            int count = (int)length - 0x80;
            if (count is 0 or > 3 || span.Length < 2 + count)
            {
                return false;
            }

            length = 0;
            for (; count > 0; count--)
            {
                length = (length << 8) | span[at++];
            }
        }

        if (length != span.Length - at || length < Oid.Length + 2 || !span.Slice(at, Oid.Length).SequenceEqual(Oid))
        {
            return false;
        }

        at += Oid.Length;
        id = (ushort)((span[at] << 8) | span[at + 1]);
        message = token.Slice(at + 2);
        return true;
    }
}
