using System;
using System.IO;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>How the entries of a search are laid out, [MS-CIFS] 2.2.8.1: as in [MS-FSCC], or in the old way of INFO_STANDARD.</summary>
internal readonly struct Smb1EntryLayout
{
    private const ushort ReturnResumeKeys = 0x0004;
    private const int ResumeKeySize = 4;
    private const int StandardSize = FileTimes.Size + 11;
    private const int Terminator = 3;
    private const FileAttributes KnownToDos = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Directory | FileAttributes.Archive;

    private readonly DirectoryEntryLayout? _layout;
    private readonly Smb1Strings _strings;
    private readonly bool _hasKeys;

    private Smb1EntryLayout(DirectoryEntryLayout? layout, Smb1Strings strings, bool hasKeys)
    {
        _layout = layout;
        _strings = strings;
        _hasKeys = hasKeys;
    }

    /// <summary>Null for a level that there is not.</summary>
    public static Smb1EntryLayout? Create(ushort level, ushort flags, Smb1Strings strings)
    {
        FileInformationClass? informationClass = level switch
        {
            Smb1InformationLevels.FindFileDirectoryInfo => FileInformationClass.Directory,
            Smb1InformationLevels.FindFileFullDirectoryInfo => FileInformationClass.FullDirectory,
            Smb1InformationLevels.FindFileNamesInfo => FileInformationClass.Names,
            Smb1InformationLevels.FindFileBothDirectoryInfo => FileInformationClass.BothDirectory,
            Smb1InformationLevels.FindFileIdFullDirectoryInfo => FileInformationClass.IdFullDirectory,
            Smb1InformationLevels.FindFileIdBothDirectoryInfo => FileInformationClass.IdBothDirectory,
            _ => null,
        };
        return informationClass is { } known ? new Smb1EntryLayout(new DirectoryEntryLayout(known, strings.Encoding), strings, hasKeys: false)
            : level == Smb1InformationLevels.InfoStandard ? new Smb1EntryLayout(null, strings, (flags & ReturnResumeKeys) != 0)
            : null;
    }

    /// <summary>Octets that <see cref="Write"/> takes at most.</summary>
    public int Size(in DirectoryEntry entry) =>
        _layout?.Size(entry) ?? ResumeKeySize + StandardSize + Terminator + _strings.Encoding.GetByteCount(entry.FileName);

    /// <summary>Writes an entry at a position; where it begins, and where the next one may.</summary>
    public (int Begin, int End) Write(Span<byte> data, int position, int previous, in DirectoryEntry entry)
    {
        WireWriter writer = new(data, position);
        if (_layout is { } layout)
        {
            int begin = layout.Write(ref writer, previous, entry);
            return (begin, writer.Position);
        }

        if (_hasKeys)
        {
            writer.UInt32(0);
        }

        Smb1FileTimes.Of(entry).Write(ref writer);
        writer.UInt32((uint)Math.Min(entry.EndOfFile, uint.MaxValue));
        writer.UInt32((uint)Math.Min(entry.AllocationSize, uint.MaxValue));
        writer.UInt16((ushort)(entry.FileAttributes & KnownToDos));
        writer.UInt8((byte)Math.Min(_strings.Encoding.GetByteCount(entry.FileName), byte.MaxValue));
        _strings.Write(ref writer, entry.FileName);
        return (position, writer.Position);
    }
}
