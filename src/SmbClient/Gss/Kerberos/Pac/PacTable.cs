using System;
using System.Collections.Generic;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>The table of a PACTYPE, [MS-PAC] 2.3 and 2.4: which buffers there are, and where.</summary>
internal static class PacTable
{
    private const int HeaderSize = 8;
    private const int EntrySize = 16;
    private const int Alignment = 8;

    /// <summary>The entries in their order. Each lies within the PAC and apart from the others, and none of a known type is there twice.</summary>
    public static List<Entry> Read(ReadOnlyMemory<byte> pac)
    {
        WireReader r = new(pac);
        uint count = r.UInt32();
        uint version = r.UInt32();
        if (version != 0 || count > WireLimits.MaxPacBuffers || count * EntrySize > r.Remaining)
        {
            throw r.Malformed($"A PAC of version {version} with {count} buffers");
        }

        List<Entry> entries = new((int)count);
        HashSet<PacBufferType> known = [];
        for (uint i = 0; i < count; i++)
        {
            PacBufferType type = (PacBufferType)r.UInt32();
            uint length = r.UInt32();
            ulong offset = r.UInt64();
            if (offset > (uint)pac.Length || length > (uint)pac.Length - offset || offset % Alignment != 0)
            {
                throw r.Malformed($"A PAC buffer of {length} octets at {offset} of {pac.Length}");
            }

            if (IsKnown(type) && !known.Add(type))
            {
                throw r.Malformed($"A PAC has buffer type {type} twice");
            }

            entries.Add(new Entry(type, (int)offset, (int)length));
        }

        RequireApart(entries, r);
        return entries;
    }

    /// <summary>No octet is in two buffers, or in the table.</summary>
    private static void RequireApart(List<Entry> entries, WireReader afterTable)
    {
        List<Entry> sorted = [.. entries];
        sorted.Sort(static (a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.Length.CompareTo(b.Length));
        int end = HeaderSize + (entries.Count * EntrySize);
        foreach (Entry entry in sorted)
        {
            if (entry.Offset < end)
            {
                throw afterTable.Malformed($"The PAC buffer at {entry.Offset} overlaps what ends at {end}");
            }

            end = entry.Offset + entry.Length;
        }
    }

    private static bool IsKnown(PacBufferType type) => type is PacBufferType.LogonInfo or PacBufferType.ClientInfo or PacBufferType.DelegationInfo
        or PacBufferType.UpnDnsInfo or PacBufferType.AttributesInfo or PacBufferType.RequestorSid or PacBufferType.ServerChecksum
        or PacBufferType.KdcChecksum or PacBufferType.TicketChecksum or PacBufferType.FullChecksum;

    /// <summary>One buffer; its octets are counted from the start of the PAC.</summary>
    public readonly record struct Entry(PacBufferType Type, int Offset, int Length);
}
