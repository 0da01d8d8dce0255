using System;

namespace SmbClient.Wire;

/// <summary>Lists whose entries begin with the distance to the next one: those of [MS-FSCC] 2.4 and the create contexts of [MS-SMB2] 2.2.13.2.</summary>
internal static class EntryList
{
    /// <summary>What precedes the first entry.</summary>
    public const int None = -1;

    /// <summary>
    /// Pads, lets the entry at <paramref name="previous"/> point here, and begins an entry that is the last until another one follows.
    /// </summary>
    /// <returns>Where it begins, for the next call.</returns>
    public static int Begin(ref WireWriter w, int previous, int alignment)
    {
        w.Align(alignment);
        int position = w.Position;
        if (previous != None)
        {
            w.PatchUInt32(previous, (uint)(position - previous));
        }

        w.UInt32(0);
        return position;
    }
}

/// <summary>Walks such a list. The distance must advance, so a list cannot loop.</summary>
internal ref struct EntryListReader
{
    private readonly ReadOnlyMemory<byte> _list;
    private readonly int _fixedSize;
    private int _position;

    /// <param name="list">All entries.</param>
    /// <param name="fixedSize">Octets that every entry has at least.</param>
    public EntryListReader(ReadOnlyMemory<byte> list, int fixedSize)
    {
        _list = list;
        _fixedSize = fixedSize;
        _position = list.IsEmpty ? EntryList.None : 0;
    }

    /// <summary>The next entry, after its first field; false at the end. Positions count from the start of the entry.</summary>
    public bool TryReadNext(out WireReader entry)
    {
        if (_position == EntryList.None)
        {
            entry = default;
            return false;
        }

        ReadOnlyMemory<byte> rest = _list.Slice(_position);
        WireReader reader = new(rest);
        uint next = reader.UInt32();
        if (next != 0 && (next < _fixedSize || next > rest.Length))
        {
            throw reader.Malformed($"An entry whose next one is {next} octets on leads nowhere");
        }

        // Samba lets the last entry point to the end of the data instead of saying 0.
        _position = next == 0 || next == rest.Length ? EntryList.None : _position + (int)next;
        entry = new WireReader(next == 0 ? rest : rest.Slice(0, (int)next));
        entry.Skip(sizeof(uint));
        return true;
    }
}
