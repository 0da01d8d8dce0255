using System;
using System.IO;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>Which fields the entries of a class have, and how their names are written.</summary>
internal readonly struct DirectoryEntryLayout
{
    private const int NamesSize = 12;
    private const int DirectorySize = 64;
    private const int FullDirectorySize = 68;
    private const int BothDirectorySize = 94;
    private const int IdFullDirectorySize = 80;
    private const int IdExtdDirectorySize = 88;
    private const int IdBothDirectorySize = 104;
    private const int ShortNameSize = 24;
    private const int Alignment = 8;

    private readonly FileInformationClass _class;
    private readonly Encoding _names;

    /// <param name="informationClass">A class of directory entries.</param>
    /// <param name="names">UTF-16LE, but for SMB1 servers without Unicode.</param>
    public DirectoryEntryLayout(FileInformationClass informationClass, Encoding names)
    {
        _class = informationClass;
        _names = names;
        FixedSize = informationClass switch
        {
            FileInformationClass.Names => NamesSize,
            FileInformationClass.Directory => DirectorySize,
            FileInformationClass.FullDirectory => FullDirectorySize,
            FileInformationClass.BothDirectory => BothDirectorySize,
            FileInformationClass.IdFullDirectory => IdFullDirectorySize,
            FileInformationClass.IdExtdDirectory => IdExtdDirectorySize,
            FileInformationClass.IdBothDirectory => IdBothDirectorySize,
            _ => throw new ArgumentOutOfRangeException(nameof(informationClass), informationClass, "Not a class of directory entries."),
        };
    }

    /// <summary>Octets of an entry without its name.</summary>
    public int FixedSize { get; }

    private bool HasAttributes => _class != FileInformationClass.Names;

    private bool HasEaSize => HasAttributes && _class != FileInformationClass.Directory;

    private bool HasShortName => _class is FileInformationClass.BothDirectory or FileInformationClass.IdBothDirectory;

    /// <summary>Octets that <see cref="Write"/> takes at most.</summary>
    public int Size(in DirectoryEntry entry) => Alignment + FixedSize + _names.GetByteCount(entry.FileName);

    /// <summary>Reads an entry after its NextEntryOffset.</summary>
    public DirectoryEntry Read(ref WireReader r)
    {
        DirectoryEntry entry = new() { FileIndex = r.UInt32(), FileName = "", ShortName = "" };
        if (HasAttributes)
        {
            entry = entry with
            {
                CreationTime = r.Int64(),
                LastAccessTime = r.Int64(),
                LastWriteTime = r.Int64(),
                ChangeTime = r.Int64(),
                EndOfFile = r.Int64(),
                AllocationSize = r.Int64(),
                FileAttributes = (FileAttributes)r.UInt32(),
            };
        }

        int nameLength = r.Int32();
        if (HasEaSize)
        {
            entry = entry with { EaSize = r.UInt32() };
        }

        if (HasShortName)
        {
            int shortLength = r.UInt8();
            r.Skip(1);
            WireReader shortName = new(r.Bytes(ShortNameSize));
            entry = entry with { ShortName = Name(ref shortName, shortLength) };
        }

        entry = ReadFileId(ref r, entry);
        return entry with { FileName = Name(ref r, nameLength) };
    }

    /// <summary>Writes an entry into a list, see <see cref="EntryList.Begin"/>.</summary>
    public int Write(ref WireWriter w, int previous, in DirectoryEntry entry)
    {
        int position = EntryList.Begin(ref w, previous, Alignment);
        w.UInt32(entry.FileIndex);
        if (HasAttributes)
        {
            w.Int64(entry.CreationTime);
            w.Int64(entry.LastAccessTime);
            w.Int64(entry.LastWriteTime);
            w.Int64(entry.ChangeTime);
            w.Int64(entry.EndOfFile);
            w.Int64(entry.AllocationSize);
            w.UInt32((uint)entry.FileAttributes);
        }

        w.Int32(_names.GetByteCount(entry.FileName));
        if (HasEaSize)
        {
            w.UInt32(entry.EaSize);
        }

        if (HasShortName)
        {
            int shortLength = _names.GetByteCount(entry.ShortName);
            w.UInt8((byte)shortLength);
            w.UInt8(0);
            w.Text(_names, entry.ShortName);
            w.Skip(ShortNameSize - shortLength);
        }

        WriteFileId(ref w, entry);
        w.Text(_names, entry.FileName);
        return position;
    }

    private DirectoryEntry ReadFileId(ref WireReader r, DirectoryEntry entry)
    {
        switch (_class)
        {
            case FileInformationClass.IdBothDirectory:
                r.Skip(2);
                return entry with { FileId = r.UInt64() };
            case FileInformationClass.IdFullDirectory:
                r.Skip(4);
                return entry with { FileId = r.UInt64() };
            case FileInformationClass.IdExtdDirectory:
                return entry with { ReparsePointTag = r.UInt32(), FileId = r.UInt64(), FileIdHigh = r.UInt64() };
            default:
                return entry;
        }
    }

    private void WriteFileId(ref WireWriter w, in DirectoryEntry entry)
    {
        switch (_class)
        {
            case FileInformationClass.IdBothDirectory:
                w.Skip(2);
                w.UInt64(entry.FileId);
                break;
            case FileInformationClass.IdFullDirectory:
                w.Skip(4);
                w.UInt64(entry.FileId);
                break;
            case FileInformationClass.IdExtdDirectory:
                w.UInt32(entry.ReparsePointTag);
                w.UInt64(entry.FileId);
                w.UInt64(entry.FileIdHigh);
                break;
            default:
                break;
        }
    }

    /// <summary>Samba counts the terminator of eight-bit names as a part of them.</summary>
    private string Name(ref WireReader r, int length)
    {
        string name = r.Text(_names, length);
        return ReferenceEquals(_names, Encoding.Unicode) ? name : name.TrimEnd('\0');
    }
}

/// <summary>Walks the entries of one answer.</summary>
internal ref struct DirectoryEntryReader
{
    private readonly DirectoryEntryLayout _layout;
    private EntryListReader _entries;

    /// <param name="entries">The list.</param>
    /// <param name="names">UTF-16LE, but for SMB1 servers without Unicode.</param>
    /// <param name="informationClass">How the entries are laid out.</param>
    public DirectoryEntryReader(ReadOnlyMemory<byte> entries, Encoding names, FileInformationClass informationClass = FileInformationClass.BothDirectory)
    {
        _layout = new DirectoryEntryLayout(informationClass, names);
        _entries = new EntryListReader(entries, _layout.FixedSize);
    }

    /// <summary>The next entry; false at the end.</summary>
    public bool TryReadNext(out DirectoryEntry entry)
    {
        bool found = _entries.TryReadNext(out WireReader reader);
        entry = found ? _layout.Read(ref reader) : default;
        return found;
    }
}
