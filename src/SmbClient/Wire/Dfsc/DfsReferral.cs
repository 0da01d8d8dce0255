using System;
using System.Collections.Generic;
using System.Text;

namespace SmbClient.Wire.Dfsc;

/// <summary>REQ_GET_DFS_REFERRAL, [MS-DFSC] 2.2.2: where a path is to be found.</summary>
/// <param name="MaxReferralLevel">The highest version of entries that the client knows: 4.</param>
/// <param name="RequestFileName">With one leading backslash: <c>\server\share\path</c>.</param>
internal readonly record struct DfsReferralRequest(ushort MaxReferralLevel, string RequestFileName)
{
    public int Size => sizeof(ushort) + (2 * RequestFileName.Length) + sizeof(ushort);

    public void Write(ref WireWriter w)
    {
        w.UInt16(MaxReferralLevel);
        w.Text(Encoding.Unicode, RequestFileName);
        w.UInt16(0);
    }

    public static DfsReferralRequest Read(ref WireReader r) => new(r.UInt16(), r.Utf16UntilNul());
}

/// <summary>What the server says of all entries, [MS-DFSC] 2.2.4.</summary>
[Flags]
internal enum DfsReferralHeaderFlags : uint
{
    None = 0,
    ReferralServers = 0x00000001,
    StorageServers = 0x00000002,
    TargetFailback = 0x00000004,
}

/// <summary>What the server says of one entry, [MS-DFSC] 2.2.5.3 and 2.2.5.4.</summary>
[Flags]
internal enum DfsReferralEntryFlags : ushort
{
    None = 0,
    NameListReferral = 0x0002,
    TargetSetBoundary = 0x0004,
}

/// <summary>One target, or one name list, of a referral in its versions 1 to 4, [MS-DFSC] 2.2.5: what a version lacks is empty.</summary>
internal readonly record struct DfsReferralEntry
{
    private const int SizeV1 = 8;
    private const int SizeV2 = 22;
    private const int SizeV3 = 18;

    public required ushort VersionNumber { get; init; }

    /// <summary>The target is the root of a namespace, not what a link leads to.</summary>
    public bool IsRootTarget { get; init; }

    public DfsReferralEntryFlags Flags { get; init; }

    /// <summary>Seconds for which the answer holds.</summary>
    public uint TimeToLive { get; init; }

    /// <summary>What of the path the target takes the place of.</summary>
    public string DfsPath { get => field ?? ""; init; }

    /// <summary>The same with a name of eight and three characters.</summary>
    public string DfsAlternatePath { get => field ?? ""; init; }

    /// <summary>The target: <c>\server\share</c> and perhaps more.</summary>
    public string NetworkAddress { get => field ?? ""; init; }

    /// <summary>In a name list: the domain, with one leading backslash.</summary>
    public string SpecialName { get => field ?? ""; init; }

    /// <summary>In a name list: the domain controllers, with one leading backslash.</summary>
    public IReadOnlyList<string> ExpandedNames { get => field ?? []; init; }

    /// <summary>Reads the entry at the position of <paramref name="r"/> and goes to the next one.</summary>
    /// <param name="r">The whole answer.</param>
    /// <param name="textLeft">Octets of text that may still be read.</param>
    public static DfsReferralEntry Read(ref WireReader r, ref int textLeft)
    {
        int start = r.Position;
        ushort version = r.UInt16();
        ushort size = r.UInt16();
        int fixedSize = version switch
        {
            1 => SizeV1,
            2 => SizeV2,
            3 or 4 => SizeV3,
            _ => throw r.Malformed($"A referral of version {version}"),
        };
        if (size < fixedSize)
        {
            throw r.Malformed($"A referral of version {version} with {size} octets");
        }

        DfsReferralEntry entry = new() { VersionNumber = version, IsRootTarget = r.UInt16() == 1, Flags = (DfsReferralEntryFlags)r.UInt16() };
        entry = version switch
        {
            1 => entry with { Flags = DfsReferralEntryFlags.None, NetworkAddress = Text(r, start, SizeV1, ref textLeft) },
            2 => ReadV2(r, start, entry, ref textLeft),
            _ => ReadV3(r, start, entry, ref textLeft),
        };
        r.Skip(start + size - r.Position);
        return entry;
    }

    private static DfsReferralEntry ReadV2(WireReader r, int start, DfsReferralEntry entry, ref int textLeft)
    {
        r.Skip(4);
        uint timeToLive = r.UInt32();
        return entry with
        {
            Flags = DfsReferralEntryFlags.None,
            TimeToLive = timeToLive,
            DfsPath = Text(r, start, r.UInt16(), ref textLeft),
            DfsAlternatePath = Text(r, start, r.UInt16(), ref textLeft),
            NetworkAddress = Text(r, start, r.UInt16(), ref textLeft),
        };
    }

    private static DfsReferralEntry ReadV3(WireReader r, int start, DfsReferralEntry entry, ref int textLeft)
    {
        entry = entry with { TimeToLive = r.UInt32() };
        if ((entry.Flags & DfsReferralEntryFlags.NameListReferral) == 0)
        {
            return entry with
            {
                DfsPath = Text(r, start, r.UInt16(), ref textLeft),
                DfsAlternatePath = Text(r, start, r.UInt16(), ref textLeft),
                NetworkAddress = Text(r, start, r.UInt16(), ref textLeft),
            };
        }

        string specialName = Text(r, start, r.UInt16(), ref textLeft);
        ushort count = r.UInt16();
        ushort offset = r.UInt16();
        return entry with { SpecialName = specialName, ExpandedNames = ReadNames(Behind(r, start, offset), count, ref textLeft) };
    }

    private static string[] ReadNames(WireReader names, ushort count, ref int textLeft)
    {
        if (count * sizeof(ushort) > names.Remaining)
        {
            throw names.Malformed($"{count} names in {names.Remaining} octets");
        }

        string[] read = new string[count];
        for (int i = 0; i < count; i++)
        {
            read[i] = Text(ref names, ref textLeft);
        }

        return read;
    }

    private static string Text(in WireReader r, int start, int offset, ref int textLeft)
    {
        WireReader text = Behind(r, start, offset);
        return Text(ref text, ref textLeft);
    }

    /// <summary>Entries may share their text, so that what is read can be more than what came.</summary>
    private static string Text(ref WireReader text, ref int textLeft)
    {
        string read = text.Utf16UntilNul();
        textLeft -= sizeof(char) * read.Length;
        return textLeft >= 0 ? read : throw text.Malformed("A referral with too much text");
    }

    /// <summary>From an offset, which counts from the start of the entry, to the end of the answer.</summary>
    private static WireReader Behind(in WireReader r, int start, int offset) =>
        r.At(start + offset, (long)r.Position + r.Remaining - start - offset);
}

/// <summary>RESP_GET_DFS_REFERRAL, [MS-DFSC] 2.2.4.</summary>
internal readonly struct DfsReferralResponse
{
    /// <summary>Octets of the smallest entry.</summary>
    private const int MinimumEntrySize = 8;

    /// <summary>Octets of the path, in UTF-16, that the targets take the place of.</summary>
    public required ushort PathConsumed { get; init; }

    public DfsReferralHeaderFlags Flags { get; init; }

    /// <summary>All of one version, the preferred target first.</summary>
    public required IReadOnlyList<DfsReferralEntry> Entries { get; init; }

    public static DfsReferralResponse Read(ref WireReader r)
    {
        ushort pathConsumed = r.UInt16();
        ushort count = r.UInt16();
        DfsReferralHeaderFlags flags = (DfsReferralHeaderFlags)r.UInt32();
        if (count * MinimumEntrySize > r.Remaining)
        {
            throw r.Malformed($"{count} referrals in {r.Remaining} octets");
        }

        int textLeft = WireLimits.MaxReferralText;
        List<DfsReferralEntry> entries = [];
        for (int i = 0; i < count; i++)
        {
            DfsReferralEntry entry = DfsReferralEntry.Read(ref r, ref textLeft);
            if (i > 0 && entry.VersionNumber != entries[0].VersionNumber)
            {
                throw r.Malformed("Referrals of different versions");
            }

            entries.Add(entry);
        }

        return new DfsReferralResponse { PathConsumed = pathConsumed, Flags = flags, Entries = entries };
    }
}
