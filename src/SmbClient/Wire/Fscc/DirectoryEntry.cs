using System;
using System.IO;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>One FileBothDirectoryInformation, [MS-FSCC] 2.4.8. Times are 100 ns ticks since 1601, UTC; sizes are octets.</summary>
internal readonly record struct DirectoryEntry
{
    public required string FileName { get; init; }

    public required string ShortName { get; init; }

    public long CreationTime { get; init; }

    public long LastAccessTime { get; init; }

    public long LastWriteTime { get; init; }

    public long ChangeTime { get; init; }

    public long EndOfFile { get; init; }

    public long AllocationSize { get; init; }

    public FileAttributes FileAttributes { get; init; }
}

/// <summary>Walks the entries of one answer. NextEntryOffset must advance, so a list cannot loop.</summary>
internal ref struct DirectoryEntryReader
{
    private const int FixedSize = 94;
    private const int ShortNameSize = 24;

    private readonly ReadOnlyMemory<byte> _entries;
    private readonly Encoding _names;
    private int _position;

    /// <param name="entries">The list.</param>
    /// <param name="names">UTF-16LE, but for SMB1 servers without Unicode.</param>
    public DirectoryEntryReader(ReadOnlyMemory<byte> entries, Encoding names)
    {
        _entries = entries;
        _names = names;
        _position = entries.IsEmpty ? -1 : 0;
    }

    /// <summary>The next entry; false at the end.</summary>
    public bool TryReadNext(out DirectoryEntry entry)
    {
        if (_position < 0)
        {
            entry = default;
            return false;
        }

        WireReader reader = new(_entries.Slice(_position));
        uint next = reader.UInt32();
        entry = Read(ref reader);
        int rest = _entries.Length - _position;
        if (next != 0 && (next < FixedSize || next > rest))
        {
            throw reader.Malformed($"NextEntryOffset {next} leads nowhere");
        }

        // Samba lets the last entry point to the end of the data instead of saying 0.
        _position = next == 0 || next == rest ? -1 : _position + (int)next;
        return true;
    }

    /// <summary>Samba counts the terminator of eight-bit names as a part of them.</summary>
    private readonly string Name(ref WireReader r, int length)
    {
        string name = r.Text(_names, length);
        return ReferenceEquals(_names, Encoding.Unicode) ? name : name.TrimEnd('\0');
    }

    private readonly DirectoryEntry Read(ref WireReader r)
    {
        r.Skip(4);
        long creation = r.Int64();
        long access = r.Int64();
        long write = r.Int64();
        long change = r.Int64();
        long endOfFile = r.Int64();
        long allocation = r.Int64();
        FileAttributes attributes = (FileAttributes)r.UInt32();
        int nameLength = r.Int32();
        r.Skip(4);
        int shortLength = r.UInt8();
        r.Skip(1);
        WireReader shortName = new(r.Bytes(ShortNameSize));
        return new DirectoryEntry
        {
            CreationTime = creation,
            LastAccessTime = access,
            LastWriteTime = write,
            ChangeTime = change,
            EndOfFile = endOfFile,
            AllocationSize = allocation,
            FileAttributes = attributes,
            ShortName = Name(ref shortName, shortLength),
            FileName = Name(ref r, nameLength),
        };
    }
}
