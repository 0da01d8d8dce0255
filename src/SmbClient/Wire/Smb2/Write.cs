using System;

namespace SmbClient.Wire.Smb2;

/// <summary>
/// SMB2 WRITE request, without RDMA, up to its data, [MS-SMB2] 2.2.21: the octets that are written follow the body on the wire.
/// </summary>
internal readonly struct WriteRequest : ISmb2Body
{
    /// <summary>A value of <see cref="Flags"/>: written through to the disk.</summary>
    public const uint WriteThrough = 0x00000001;

    private const ushort StructureSize = 49;
    private const int FixedSize = StructureSize - 1;

    /// <summary>Octets that follow, at most MaxWriteSize.</summary>
    public required uint Length { get; init; }

    /// <summary>Octets from the start of the file.</summary>
    public ulong Offset { get; init; }

    public required FileId FileId { get; init; }

    public uint Flags { get; init; }

    /// <summary>The octets to write, only in what was read; it points into the message.</summary>
    public ReadOnlyMemory<byte> Data { get; private init; }

    public Smb2Command Command => Smb2Command.Write;

    public int Size => FixedSize;

    public void Write(ref WireWriter w)
    {
        int dataOffset = w.Position + FixedSize;
        w.UInt16(StructureSize);
        w.UInt16(checked((ushort)dataOffset));
        w.UInt32(Length);
        w.UInt64(Offset);
        FileId.Write(ref w);
        w.Skip(12);
        w.UInt32(Flags);
    }

    public static WriteRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        ushort dataOffset = r.UInt16();
        uint length = r.UInt32();
        ulong offset = r.UInt64();
        FileId fileId = FileId.Read(ref r);
        r.Skip(12);
        uint flags = r.UInt32();
        return new WriteRequest { Length = length, Offset = offset, FileId = fileId, Flags = flags, Data = Smb2Buffers.Bytes(r, dataOffset, length) };
    }
}

/// <summary>SMB2 WRITE response, [MS-SMB2] 2.2.22.</summary>
internal readonly struct WriteResponse : ISmb2Body
{
    private const ushort StructureSize = 17;
    private const int FixedSize = StructureSize - 1;

    /// <summary>Octets that were written.</summary>
    public required uint Count { get; init; }

    public Smb2Command Command => Smb2Command.Write;

    public int Size => FixedSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(0);
        w.UInt32(Count);
        w.Skip(8);
    }

    public static WriteResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        r.Skip(2);
        uint count = r.UInt32();
        r.Skip(8);
        return new WriteResponse { Count = count };
    }
}
