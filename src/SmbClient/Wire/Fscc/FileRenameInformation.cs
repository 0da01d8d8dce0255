using System;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>FileRenameInformation in the form of SMB2, [MS-FSCC] 2.4.37.2, and FileRenameInformationEx, which has flags where this one has a truth value.</summary>
internal readonly record struct FileRenameInformation
{
    /// <summary>A flag of FileRenameInformationEx: <see cref="ReplaceIfExists"/>.</summary>
    public const uint ReplaceFlag = 0x01;

    private const int FixedSize = 20;

    /// <summary>Octets that servers want at least: the fixed part, aligned.</summary>
    private const int MinimumSize = 24;

    public bool ReplaceIfExists { get; init; }

    /// <summary>Other flags of FileRenameInformationEx.</summary>
    public uint OtherFlags { get; init; }

    /// <summary>A handle that the name counts from; 0 in SMB2.</summary>
    public ulong RootDirectory { get; init; }

    /// <summary>From the root of the share, without leading backslash.</summary>
    public required string FileName { get; init; }

    public int Size => Math.Max(MinimumSize, FixedSize + (2 * FileName.Length));

    public void Write(ref WireWriter w)
    {
        w.UInt32((ReplaceIfExists ? ReplaceFlag : 0) | OtherFlags);
        w.Skip(4);
        w.UInt64(RootDirectory);
        w.Int32(2 * FileName.Length);
        w.Text(Encoding.Unicode, FileName);
        w.Skip(Size - FixedSize - (2 * FileName.Length));
    }

    public static FileRenameInformation Read(ref WireReader r)
    {
        bool replace = r.UInt8() != 0;
        r.Skip(7);
        return ReadName(ref r) with { ReplaceIfExists = replace };
    }

    /// <summary>Reads a FileRenameInformationEx.</summary>
    public static FileRenameInformation ReadEx(ref WireReader r)
    {
        uint flags = r.UInt32();
        r.Skip(4);
        return ReadName(ref r) with { ReplaceIfExists = (flags & ReplaceFlag) != 0, OtherFlags = flags & ~ReplaceFlag };
    }

    private static FileRenameInformation ReadName(ref WireReader r)
    {
        ulong root = r.UInt64();
        int length = r.Int32();
        return new FileRenameInformation { RootDirectory = root, FileName = r.Utf16(length) };
    }
}
