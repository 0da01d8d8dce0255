using System.IO;

namespace SmbClient.Wire.Fscc;

/// <summary>
/// One entry of a directory in the layouts of [MS-FSCC] 2.4.8, 2.4.10, 2.4.14, 2.4.17, 2.4.18 and 2.4.26, and of
/// FileIdExtdDirectoryInformation: what a layout lacks is 0 or empty.
/// Times are 100 ns ticks since 1601, UTC; sizes are octets.
/// </summary>
internal readonly record struct DirectoryEntry
{
    public required string FileName { get; init; }

    public required string ShortName { get; init; }

    public uint FileIndex { get; init; }

    public long CreationTime { get; init; }

    public long LastAccessTime { get; init; }

    public long LastWriteTime { get; init; }

    public long ChangeTime { get; init; }

    public long EndOfFile { get; init; }

    public long AllocationSize { get; init; }

    public FileAttributes FileAttributes { get; init; }

    /// <summary>Octets of extended attributes; of a reparse point its tag.</summary>
    public uint EaSize { get; init; }

    /// <summary>Only in <see cref="FileInformationClass.IdExtdDirectory"/>.</summary>
    public uint ReparsePointTag { get; init; }

    /// <summary>The file within its volume, or the low half of that; 0 if the file system does not number them.</summary>
    public ulong FileId { get; init; }

    /// <summary>The high half, only in <see cref="FileInformationClass.IdExtdDirectory"/>.</summary>
    public ulong FileIdHigh { get; init; }
}
