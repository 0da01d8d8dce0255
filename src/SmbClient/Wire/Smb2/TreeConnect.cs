using System.Text;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 TREE_CONNECT request, [MS-SMB2] 2.2.9.</summary>
internal readonly struct TreeConnectRequest : ISmb2Body
{
    private const ushort StructureSize = 9;
    private const int FixedSize = StructureSize - 1;

    /// <summary>Only in 3.1.1, for clusters.</summary>
    public ushort Flags { get; init; }

    /// <summary><c>\\server\share</c>.</summary>
    public required string Path { get; init; }

    public Smb2Command Command => Smb2Command.TreeConnect;

    public int Size => StructureSize + (2 * Path.Length);

    public void Write(ref WireWriter w)
    {
        int start = w.Position;
        w.UInt16(StructureSize);
        w.UInt16(Flags);
        w.UInt16(checked((ushort)(start + FixedSize)));
        w.UInt16(checked((ushort)(2 * Path.Length)));
        w.Text(Encoding.Unicode, Path);
    }

    public static TreeConnectRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        ushort flags = r.UInt16();
        ushort offset = r.UInt16();
        ushort length = r.UInt16();
        return new TreeConnectRequest { Flags = flags, Path = Smb2Buffers.Text(r, offset, length) };
    }
}

/// <summary>SMB2 TREE_CONNECT response, [MS-SMB2] 2.2.10; the TreeId is in the header.</summary>
internal readonly struct TreeConnectResponse : ISmb2Body
{
    private const ushort StructureSize = 16;

    public required Smb2ShareType ShareType { get; init; }

    public Smb2ShareFlags ShareFlags { get; init; }

    public Smb2ShareCapabilities Capabilities { get; init; }

    /// <summary>An access mask: what this user may do at most.</summary>
    public uint MaximalAccess { get; init; }

    public Smb2Command Command => Smb2Command.TreeConnect;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt8((byte)ShareType);
        w.UInt8(0);
        w.UInt32((uint)ShareFlags);
        w.UInt32((uint)Capabilities);
        w.UInt32(MaximalAccess);
    }

    public static TreeConnectResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        Smb2ShareType type = (Smb2ShareType)r.UInt8();
        r.Skip(1);
        return new TreeConnectResponse
        {
            ShareType = type,
            ShareFlags = (Smb2ShareFlags)r.UInt32(),
            Capabilities = (Smb2ShareCapabilities)r.UInt32(),
            MaximalAccess = r.UInt32(),
        };
    }
}
