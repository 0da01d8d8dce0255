using System;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 READ request, without RDMA, [MS-SMB2] 2.2.19.</summary>
internal readonly struct ReadRequest : ISmb2Body
{
    private const ushort StructureSize = 49;

    public ReadRequest()
    {
    }

    /// <summary>Where the client wants the data in the response, in octets from its header; the server need not care.</summary>
    public byte Padding { get; init; } = ReadResponse.StandardDataOffset;

    /// <summary>1: not from the server's cache, 2: compressed, if it pays.</summary>
    public byte Flags { get; init; }

    /// <summary>Octets wanted, at most MaxReadSize.</summary>
    public required uint Length { get; init; }

    /// <summary>Octets from the start of the file.</summary>
    public ulong Offset { get; init; }

    public required FileId FileId { get; init; }

    /// <summary>Octets without which the answer is STATUS_END_OF_FILE.</summary>
    public uint MinimumCount { get; init; }

    /// <summary>Octets that the client means to read next.</summary>
    public uint RemainingBytes { get; init; }

    public Smb2Command Command => Smb2Command.Read;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt8(Padding);
        w.UInt8(Flags);
        w.UInt32(Length);
        w.UInt64(Offset);
        FileId.Write(ref w);
        w.UInt32(MinimumCount);
        w.UInt32(0);
        w.UInt32(RemainingBytes);
        w.UInt32(0);
        Smb2Buffers.WriteInput(ref w, default);
    }

    public static ReadRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        byte padding = r.UInt8();
        byte flags = r.UInt8();
        uint length = r.UInt32();
        ulong offset = r.UInt64();
        FileId fileId = FileId.Read(ref r);
        uint minimumCount = r.UInt32();
        r.Skip(4);
        uint remainingBytes = r.UInt32();
        r.Skip(4);
        return new ReadRequest
        {
            Padding = padding,
            Flags = flags,
            Length = length,
            Offset = offset,
            FileId = fileId,
            MinimumCount = minimumCount,
            RemainingBytes = remainingBytes,
        };
    }
}

/// <summary>SMB2 READ response, [MS-SMB2] 2.2.20; also with STATUS_BUFFER_OVERFLOW from a pipe.</summary>
internal readonly struct ReadResponse : ISmb2Body
{
    /// <summary>Octets of the body before the data.</summary>
    public const int HeaderSize = 16;

    /// <summary>Where the data begins if nothing is between: octets from the header of the message.</summary>
    public const byte StandardDataOffset = Smb2Header.Size + HeaderSize;

    private const ushort StructureSize = 17;

    /// <summary>What was read; it points into the message.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Octets that are left in a message of a pipe.</summary>
    public uint DataRemaining { get; init; }

    public Smb2Command Command => Smb2Command.Read;

    public int Size => HeaderSize + Data.Length;

    public void Write(ref WireWriter w)
    {
        int dataOffset = w.Position + HeaderSize;
        w.UInt16(StructureSize);
        w.UInt8(checked((byte)dataOffset));
        w.UInt8(0);
        w.UInt32((uint)Data.Length);
        w.UInt32(DataRemaining);
        w.UInt32(0);
        w.Bytes(Data.Span);
    }

    public static ReadResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        byte offset = r.UInt8();
        r.Skip(1);
        uint length = r.UInt32();
        uint remaining = r.UInt32();
        r.Skip(4);
        return new ReadResponse { Data = Smb2Buffers.Bytes(r, offset, length), DataRemaining = remaining };
    }
}
