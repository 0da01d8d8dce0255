using System;
using System.Text;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>What the three NTLM messages share: signature, type, and fields that point into the payload, [MS-NLMP] 2.2.</summary>
internal static class NtlmMessage
{
    /// <summary>Octets of signature and type.</summary>
    public const int PrefixSize = 12;

    /// <summary>Octets of a field: length, maximum, offset.</summary>
    public const int FieldSize = 8;

    /// <summary>Octets of a name, at most.</summary>
    public const int MaxNameOctets = 1024;

    /// <summary>What we say of ourselves, [MS-NLMP] 2.2.2.10: 10.0, build 0, NTLMSSP revision 15.</summary>
    public static readonly byte[] OwnVersion = [10, 0, 0, 0, 0, 0, 0, 15];

    /// <summary>NTLMSSP and NUL: how raw messages are recognised.</summary>
    public static ReadOnlySpan<byte> Signature => "NTLMSSP\0"u8;

    public static bool HasSignature(ReadOnlySpan<byte> token) => token.StartsWith(Signature);

    public static void WritePrefix(ref WireWriter w, uint messageType)
    {
        w.Bytes(Signature);
        w.UInt32(messageType);
    }

    public static void ExpectPrefix(ref WireReader r, uint messageType)
    {
        if (!HasSignature(r.Bytes(Signature.Length).Span))
        {
            throw r.Malformed("Not an NTLM message");
        }

        uint type = r.UInt32();
        if (type != messageType)
        {
            throw r.Malformed($"NTLM message {type} where {messageType} is due");
        }
    }

    /// <summary>The octets of a field. MaxLength is ignored, as the specification says.</summary>
    public static ReadOnlyMemory<byte> ReadField(ref WireReader r, ref int payloadStart)
    {
        int length = r.UInt16();
        r.Skip(2);
        uint offset = r.UInt32();
        if (length == 0)
        {
            return default;
        }

        payloadStart = (int)Math.Min((uint)payloadStart, offset);
        return r.At(offset, length).Bytes(length);
    }

    public static void WriteField(ref WireWriter w, int length, int offset)
    {
        w.UInt16(checked((ushort)length));
        w.UInt16((ushort)length);
        w.UInt32((uint)offset);
    }

    /// <summary>A name as both sides have agreed to write it. The OEM code page is not told; Latin-1 has the characters that most of them share.</summary>
    public static byte[] EncodeName(string name, NtlmFlags flags) => EncodingOf(flags).GetBytes(name);

    public static string ReadName(ReadOnlyMemory<byte> octets, NtlmFlags flags)
    {
        if (octets.Length > MaxNameOctets)
        {
            throw new MalformedMessageException($"A name of {octets.Length} octets");
        }

        WireReader reader = new(octets);
        return (flags & NtlmFlags.Unicode) != 0 ? reader.Utf16(octets.Length) : reader.OemUntilNul(EncodingOf(flags));
    }

    private static Encoding EncodingOf(NtlmFlags flags) => (flags & NtlmFlags.Unicode) != 0 ? Encoding.Unicode : Encoding.GetEncoding("iso-8859-1");
}
