namespace SmbClient.Wire.Smb2;

/// <summary>What a client may cache of an open, [MS-SMB2] 2.2.13.</summary>
internal enum Smb2OplockLevel : byte
{
    None = 0x00,
    LevelII = 0x01,
    Exclusive = 0x08,
    Batch = 0x09,

    /// <summary>A lease, in a create context, says it.</summary>
    Lease = 0xFF,
}

/// <summary>
/// SMB2 OPLOCK_BREAK of an oplock: the notification, its acknowledgment and the response to that, [MS-SMB2] 2.2.23.1, 2.2.24.1 and 2.2.25.1.
/// A lease has messages of its own under the same command, which <see cref="StructureSize"/> tells apart.
/// </summary>
internal readonly struct OplockBreak : ISmb2Body
{
    public const ushort StructureSize = 24;

    public required Smb2OplockLevel OplockLevel { get; init; }

    public required FileId FileId { get; init; }

    public Smb2Command Command => Smb2Command.OplockBreak;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt8((byte)OplockLevel);
        w.UInt8(0);
        w.UInt32(0);
        FileId.Write(ref w);
    }

    public static OplockBreak Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        Smb2OplockLevel level = (Smb2OplockLevel)r.UInt8();
        r.Skip(5);
        return new OplockBreak { OplockLevel = level, FileId = FileId.Read(ref r) };
    }
}
