namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 FLUSH request, [MS-SMB2] 2.2.17.</summary>
internal readonly struct FlushRequest : ISmb2Body
{
    private const ushort StructureSize = 24;

    public required FileId FileId { get; init; }

    public Smb2Command Command => Smb2Command.Flush;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(0);
        w.UInt32(0);
        FileId.Write(ref w);
    }

    public static FlushRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        r.Skip(6);
        return new FlushRequest { FileId = FileId.Read(ref r) };
    }
}

/// <summary>SMB2 FLUSH response, [MS-SMB2] 2.2.18.</summary>
internal readonly struct FlushResponse : ISmb2Body
{
    public Smb2Command Command => Smb2Command.Flush;

    public int Size => Smb2Buffers.EmptySize;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteEmpty(ref w);

    public static FlushResponse Read(ref WireReader r)
    {
        Smb2Buffers.ReadEmpty(ref r);
        return default;
    }
}
