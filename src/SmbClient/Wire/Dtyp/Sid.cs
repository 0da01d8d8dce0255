using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SmbClient.Wire.Dtyp;

/// <summary>SID, [MS-DTYP] 2.4.2.2, which is text everywhere but on the wire.</summary>
internal static class Sid
{
    private const byte Revision = 1;
    private const int AuthoritySize = 6;
    private const int MaxSubAuthorities = 15;

    /// <summary>The text, with the authority in decimal as .NET's SecurityIdentifier has it. The next octets must be a whole SID.</summary>
    public static string Read(ref WireReader r)
    {
        byte revision = r.UInt8();
        byte count = r.UInt8();
        if (revision != Revision || count > MaxSubAuthorities)
        {
            throw r.Malformed($"A SID of revision {revision} with {count} subauthorities");
        }

        StringBuilder text = new("S-1-");
        text.Append(Authority(r.Bytes(AuthoritySize).Span).ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < count; i++)
        {
            text.Append('-').Append(r.UInt32().ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    /// <summary>The same where <paramref name="octets"/> are one SID and nothing else.</summary>
    public static string Decode(ReadOnlyMemory<byte> octets)
    {
        WireReader r = new(octets);
        string sid = Read(ref r);
        return r.Remaining == 0 ? sid : throw r.Malformed("Something follows a SID");
    }

    /// <summary>A member of a domain: the domain's SID and the relative identifier.</summary>
    public static string Of(string domain, uint relativeId) => $"{domain}-{relativeId.ToString(CultureInfo.InvariantCulture)}";

    private static ulong Authority(ReadOnlySpan<byte> octets) =>
        ((ulong)BinaryPrimitives.ReadUInt16BigEndian(octets) << 32) | BinaryPrimitives.ReadUInt32BigEndian(octets.Slice(sizeof(ushort)));
}
