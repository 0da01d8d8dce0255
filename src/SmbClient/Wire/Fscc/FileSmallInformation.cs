using System.IO;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>FileDispositionInformation, [MS-FSCC] 2.4.11.</summary>
/// <param name="DeletePending">The file goes when its last handle is closed.</param>
internal readonly record struct FileDispositionInformation(bool DeletePending)
{
    public const int Size = 1;

    public static FileDispositionInformation Read(ref WireReader r) => new(r.UInt8() != 0);

    public void Write(ref WireWriter w) => w.UInt8(DeletePending ? (byte)1 : (byte)0);
}

/// <summary>FileEndOfFileInformation, [MS-FSCC] 2.4.13.</summary>
/// <param name="EndOfFile">Octets.</param>
internal readonly record struct FileEndOfFileInformation(long EndOfFile)
{
    public const int Size = 8;

    public static FileEndOfFileInformation Read(ref WireReader r) => new(r.Int64());

    public void Write(ref WireWriter w) => w.Int64(EndOfFile);
}

/// <summary>FileInternalInformation, [MS-FSCC] 2.4.20.</summary>
/// <param name="IndexNumber">The file within its volume; 0 if the file system does not number them.</param>
internal readonly record struct FileInternalInformation(ulong IndexNumber)
{
    public const int Size = 8;

    public static FileInternalInformation Read(ref WireReader r) => new(r.UInt64());

    public void Write(ref WireWriter w) => w.UInt64(IndexNumber);
}

/// <summary>FileDispositionInformationEx, [MS-FSCC] 2.4.</summary>
/// <param name="Flags"><see cref="Delete"/> and its like.</param>
internal readonly record struct FileDispositionInformationEx(uint Flags)
{
    public const int Size = 4;

    /// <summary>The file goes; without it, it stays.</summary>
    public const uint Delete = 0x01;

    /// <summary>The name goes when the caller's handle is closed, not the last one.</summary>
    public const uint PosixSemantics = 0x02;

    /// <summary>The flag that opening with delete-on-close has set is meant.</summary>
    public const uint OnClose = 0x08;

    /// <summary>A read-only file goes, too.</summary>
    public const uint IgnoreReadOnlyAttribute = 0x10;

    public static FileDispositionInformationEx Read(ref WireReader r) => new(r.UInt32());

    public void Write(ref WireWriter w) => w.UInt32(Flags);
}

/// <summary>FileAllocationInformation, [MS-FSCC] 2.4.4.</summary>
/// <param name="AllocationSize">Octets.</param>
internal readonly record struct FileAllocationInformation(long AllocationSize)
{
    public const int Size = 8;

    public static FileAllocationInformation Read(ref WireReader r) => new(r.Int64());

    public void Write(ref WireWriter w) => w.Int64(AllocationSize);
}

/// <summary>FileValidDataLengthInformation, [MS-FSCC] 2.4.</summary>
/// <param name="ValidDataLength">Octets.</param>
internal readonly record struct FileValidDataLengthInformation(long ValidDataLength)
{
    public const int Size = 8;

    public static FileValidDataLengthInformation Read(ref WireReader r) => new(r.Int64());

    public void Write(ref WireWriter w) => w.Int64(ValidDataLength);
}

/// <summary>FilePositionInformation, [MS-FSCC] 2.4.</summary>
/// <param name="CurrentByteOffset">Octets from the start of the file.</param>
internal readonly record struct FilePositionInformation(long CurrentByteOffset)
{
    public const int Size = 8;

    public static FilePositionInformation Read(ref WireReader r) => new(r.Int64());

    public void Write(ref WireWriter w) => w.Int64(CurrentByteOffset);
}

/// <summary>FileModeInformation, [MS-FSCC] 2.4.</summary>
/// <param name="Mode">Some of the <see cref="CreateOptions"/>.</param>
internal readonly record struct FileModeInformation(uint Mode)
{
    public const int Size = 4;

    public static FileModeInformation Read(ref WireReader r) => new(r.UInt32());

    public void Write(ref WireWriter w) => w.UInt32(Mode);
}

/// <summary>FileEaInformation, [MS-FSCC] 2.4.</summary>
/// <param name="EaSize">Octets of extended attributes.</param>
internal readonly record struct FileEaInformation(uint EaSize)
{
    public const int Size = 4;

    public static FileEaInformation Read(ref WireReader r) => new(r.UInt32());

    public void Write(ref WireWriter w) => w.UInt32(EaSize);
}

/// <summary>FileAccessInformation, [MS-FSCC] 2.4.1.</summary>
/// <param name="AccessFlags">The rights of the handle.</param>
internal readonly record struct FileAccessInformation(AccessMask AccessFlags)
{
    public const int Size = 4;

    public static FileAccessInformation Read(ref WireReader r) => new((AccessMask)r.UInt32());

    public void Write(ref WireWriter w) => w.UInt32((uint)AccessFlags);
}

/// <summary>FileAlignmentInformation, [MS-FSCC] 2.4.3.</summary>
/// <param name="AlignmentRequirement">A mask; 0 for none.</param>
internal readonly record struct FileAlignmentInformation(uint AlignmentRequirement)
{
    public const int Size = 4;

    public static FileAlignmentInformation Read(ref WireReader r) => new(r.UInt32());

    public void Write(ref WireWriter w) => w.UInt32(AlignmentRequirement);
}

/// <summary>FileAttributeTagInformation, [MS-FSCC] 2.4.6.</summary>
/// <param name="FileAttributes">Its attributes.</param>
/// <param name="ReparseTag">Of a reparse point; else 0.</param>
internal readonly record struct FileAttributeTagInformation(FileAttributes FileAttributes, uint ReparseTag)
{
    public const int Size = 8;

    public static FileAttributeTagInformation Read(ref WireReader r) => new((FileAttributes)r.UInt32(), r.UInt32());

    public void Write(ref WireWriter w)
    {
        w.UInt32((uint)FileAttributes);
        w.UInt32(ReparseTag);
    }
}

/// <summary>FileCompressionInformation of a file that is not compressed, [MS-FSCC] 2.4.9.</summary>
/// <param name="CompressedFileSize">Octets.</param>
internal readonly record struct FileCompressionInformation(long CompressedFileSize)
{
    public const int Size = 16;

    public static FileCompressionInformation Read(ref WireReader r)
    {
        long size = r.Int64();
        r.Skip(8);
        return new FileCompressionInformation(size);
    }

    public void Write(ref WireWriter w)
    {
        w.Int64(CompressedFileSize);
        w.Skip(8);
    }
}

/// <summary>FileIdInformation, [MS-FSCC] 2.4.</summary>
/// <param name="VolumeSerialNumber">The volume.</param>
/// <param name="FileId">The low half of the file's number within it.</param>
/// <param name="FileIdHigh">The high half.</param>
internal readonly record struct FileIdInformation(ulong VolumeSerialNumber, ulong FileId, ulong FileIdHigh)
{
    public const int Size = 24;

    public static FileIdInformation Read(ref WireReader r) => new(r.UInt64(), r.UInt64(), r.UInt64());

    public void Write(ref WireWriter w)
    {
        w.UInt64(VolumeSerialNumber);
        w.UInt64(FileId);
        w.UInt64(FileIdHigh);
    }
}

/// <summary>FileNameInformation and its like: a name after its length, [MS-FSCC] 2.1.7.</summary>
/// <param name="FileName">Without terminator.</param>
internal readonly record struct FileNameInformation(string FileName)
{
    /// <summary>Octets before the name.</summary>
    public const int FixedSize = 4;

    public int Size => FixedSize + (2 * FileName.Length);

    public static FileNameInformation Read(ref WireReader r)
    {
        int length = r.Int32();
        return new FileNameInformation(r.Utf16(length));
    }

    public void Write(ref WireWriter w)
    {
        w.Int32(2 * FileName.Length);
        w.Text(Encoding.Unicode, FileName);
    }
}
