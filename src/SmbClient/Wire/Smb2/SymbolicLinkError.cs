using System.Text;

namespace SmbClient.Wire.Smb2;

/// <summary>The data of STATUS_STOPPED_ON_SYMLINK: where a path goes on, [MS-SMB2] 2.2.2.2.1.</summary>
internal readonly struct SymbolicLinkError
{
    private const uint ErrorTag = 0x4C4D5953;
    private const uint ReparseTag = 0xA000000C;
    private const uint RelativeFlag = 0x00000001;

    /// <summary>Octets before PathBuffer.</summary>
    private const int FixedSize = 28;

    /// <summary>Octets of SymLinkLength, SymLinkErrorTag, ReparseTag, ReparseDataLength and UnparsedPathLength.</summary>
    private const int HeaderSize = 16;

    /// <summary>Octets at the end of the path, in UTF-16, that come behind the link.</summary>
    public required ushort UnparsedPathLength { get; init; }

    /// <summary>What takes the place of the path up to there.</summary>
    public required string SubstituteName { get; init; }

    /// <summary>The same, for people.</summary>
    public required string PrintName { get; init; }

    /// <summary>The name is relative to the directory of the link.</summary>
    public bool IsRelative { get; init; }

    public int Size => FixedSize + (2 * SubstituteName.Length) + (2 * PrintName.Length);

    public void Write(ref WireWriter w)
    {
        w.UInt32((uint)(Size - sizeof(uint)));
        w.UInt32(ErrorTag);
        w.UInt32(ReparseTag);
        w.UInt16(checked((ushort)(Size - HeaderSize)));
        w.UInt16(UnparsedPathLength);
        w.UInt16(0);
        w.UInt16((ushort)(2 * SubstituteName.Length));
        w.UInt16((ushort)(2 * SubstituteName.Length));
        w.UInt16((ushort)(2 * PrintName.Length));
        w.UInt32(IsRelative ? RelativeFlag : 0);
        w.Text(Encoding.Unicode, SubstituteName);
        w.Text(Encoding.Unicode, PrintName);
    }

    public static SymbolicLinkError Read(ref WireReader r)
    {
        r.Skip(4);
        if (r.UInt32() != ErrorTag || r.UInt32() != ReparseTag)
        {
            throw r.Malformed("Not a symbolic link");
        }

        r.Skip(2);
        ushort unparsedPathLength = r.UInt16();
        ushort substituteOffset = r.UInt16();
        ushort substituteLength = r.UInt16();
        ushort printOffset = r.UInt16();
        ushort printLength = r.UInt16();
        uint flags = r.UInt32();
        return new SymbolicLinkError
        {
            UnparsedPathLength = unparsedPathLength,
            SubstituteName = Smb2Buffers.Text(r, (uint)(r.Position + substituteOffset), substituteLength),
            PrintName = Smb2Buffers.Text(r, (uint)(r.Position + printOffset), printLength),
            IsRelative = (flags & RelativeFlag) != 0,
        };
    }
}
