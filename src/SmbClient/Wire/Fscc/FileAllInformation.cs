using System;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>FileAllInformation, [MS-FSCC] 2.4.2.</summary>
internal readonly record struct FileAllInformation
{
    private const int FixedSize = FileBasicInformation.Size + FileStandardInformation.Size + 36;

    public required FileBasicInformation Basic { get; init; }

    public required FileStandardInformation Standard { get; init; }

    /// <summary>The file within its volume; 0 if the file system does not number them.</summary>
    public ulong IndexNumber { get; init; }

    /// <summary>Octets of extended attributes.</summary>
    public uint EaSize { get; init; }

    public AccessMask AccessFlags { get; init; }

    public long CurrentByteOffset { get; init; }

    public uint Mode { get; init; }

    public uint AlignmentRequirement { get; init; }

    /// <summary>From the root of the volume; cut where the buffer was too small for it, which STATUS_BUFFER_OVERFLOW says.</summary>
    public required string FileName { get; init; }

    public int Size => FixedSize + (2 * FileName.Length);

    public void Write(ref WireWriter w)
    {
        Basic.Write(ref w);
        Standard.Write(ref w);
        w.UInt64(IndexNumber);
        w.UInt32(EaSize);
        w.UInt32((uint)AccessFlags);
        w.Int64(CurrentByteOffset);
        w.UInt32(Mode);
        w.UInt32(AlignmentRequirement);
        w.Int32(2 * FileName.Length);
        w.Text(Encoding.Unicode, FileName);
    }

    public static FileAllInformation Read(ref WireReader r)
    {
        FileAllInformation information = new()
        {
            Basic = FileBasicInformation.Read(ref r),
            Standard = FileStandardInformation.Read(ref r),
            IndexNumber = r.UInt64(),
            EaSize = r.UInt32(),
            AccessFlags = (AccessMask)r.UInt32(),
            CurrentByteOffset = r.Int64(),
            Mode = r.UInt32(),
            AlignmentRequirement = r.UInt32(),
            FileName = "",
        };
        int length = r.Int32();
        return information with { FileName = r.Utf16(Math.Min(length, r.Remaining & ~1)) };
    }
}
