using System;
using System.Collections.Generic;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>
/// PACTYPE, [MS-PAC] 2.3: a table of buffers and then these. Whoever signs in wrote the ticket's wrapping and could have had the service's key, so
/// nothing in here is trusted: the table is checked whole before the first buffer is read, and no count is believed before its octets are there.
/// </summary>
internal static class PacDecoder
{
    private const int HeaderSize = 8;
    private const int EntrySize = 16;
    private const int Alignment = 8;

    public static KerberosPac Decode(ReadOnlyMemory<byte> pac)
    {
        Dictionary<PacBufferType, ReadOnlyMemory<byte>> buffers = [];
        List<PacSignature> signatures = [];
        foreach (Entry entry in ReadTable(pac))
        {
            ReadOnlyMemory<byte> buffer = pac.Slice(entry.Offset, entry.Length);
            if (SignatureKind(entry.Type) is { } kind)
            {
                signatures.Add(PacBuffers.Signature(kind, buffer));
            }
            else
            {
                buffers[entry.Type] = buffer;
            }
        }

        KerberosPac decoded = new()
        {
            LogonInfo = Read(PacBufferType.LogonInfo, LogonInfoDecoder.Decode),
            ClientInfo = Read(PacBufferType.ClientInfo, PacBuffers.ClientInfo),
            UpnDnsInfo = Read(PacBufferType.UpnDnsInfo, PacBuffers.UpnDnsInfo),
            RequestorSid = Read(PacBufferType.RequestorSid, Sid.Decode),
            Attributes = buffers.TryGetValue(PacBufferType.AttributesInfo, out ReadOnlyMemory<byte> attributes) ? PacBuffers.Attributes(attributes) : null,
            DelegationInfo = Read(PacBufferType.DelegationInfo, PacBuffers.DelegationInfo),
            Signatures = signatures,
        };
        RequireOneUser(decoded);
        return decoded;

        T? Read<T>(PacBufferType type, Func<ReadOnlyMemory<byte>, T> decode)
            where T : class => buffers.TryGetValue(type, out ReadOnlyMemory<byte> buffer) ? decode(buffer) : null;
    }

    private static List<Entry> ReadTable(ReadOnlyMemory<byte> pac)
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

    /// <summary>All parts are of the same user, [MS-PAC] 2.10 and 2.15.</summary>
    private static void RequireOneUser(KerberosPac pac)
    {
        if (pac.UserSid is { } user && ((pac.UpnDnsInfo?.Sid ?? user) != user || (pac.RequestorSid ?? user) != user))
        {
            throw new MalformedMessageException("The parts of the PAC are of several users");
        }
    }

    private static bool IsKnown(PacBufferType type) => SignatureKind(type) is not null || type is PacBufferType.LogonInfo or PacBufferType.ClientInfo
        or PacBufferType.DelegationInfo or PacBufferType.UpnDnsInfo or PacBufferType.AttributesInfo or PacBufferType.RequestorSid;

    private static PacSignatureKind? SignatureKind(PacBufferType type) => type switch
    {
        PacBufferType.ServerChecksum => PacSignatureKind.Server,
        PacBufferType.KdcChecksum => PacSignatureKind.Kdc,
        PacBufferType.TicketChecksum => PacSignatureKind.Ticket,
        PacBufferType.FullChecksum => PacSignatureKind.Full,
        _ => null,
    };

    private readonly record struct Entry(PacBufferType Type, int Offset, int Length);
}
