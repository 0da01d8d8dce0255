using System;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>FileRenameInformation in the form of SMB2, [MS-FSCC] 2.4.37.2.</summary>
internal readonly record struct FileRenameInformation
{
    private const int FixedSize = 20;

    /// <summary>Octets that servers want at least: the fixed part, aligned.</summary>
    private const int MinimumSize = 24;

    public bool ReplaceIfExists { get; init; }

    /// <summary>From the root of the share, without leading backslash.</summary>
    public required string FileName { get; init; }

    public int Size => Math.Max(MinimumSize, FixedSize + (2 * FileName.Length));

    public void Write(ref WireWriter w)
    {
        w.UInt8(ReplaceIfExists ? (byte)1 : (byte)0);
        w.Skip(15);
        w.Int32(2 * FileName.Length);
        w.Text(Encoding.Unicode, FileName);
        w.Skip(Size - FixedSize - (2 * FileName.Length));
    }

    public static FileRenameInformation Read(ref WireReader r)
    {
        bool replace = r.UInt8() != 0;
        r.Skip(15);
        int length = r.Int32();
        return new FileRenameInformation { ReplaceIfExists = replace, FileName = r.Utf16(length) };
    }
}
