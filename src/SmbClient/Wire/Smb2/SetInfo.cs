using System;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 SET_INFO request, [MS-SMB2] 2.2.39.</summary>
internal readonly struct SetInfoRequest : ISmb2Body
{
    private const ushort StructureSize = 33;
    private const int FixedSize = StructureSize - 1;

    public required Smb2InfoType InfoType { get; init; }

    /// <summary>A value of <see cref="Fscc.FileInformationClass"/> or <see cref="Fscc.FsInformationClass"/>, else 0.</summary>
    public byte FileInfoClass { get; init; }

    /// <summary>For security: the parts of the descriptor that are set.</summary>
    public uint AdditionalInformation { get; init; }

    public required FileId FileId { get; init; }

    /// <summary>Information of the class that is set.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    public Smb2Command Command => Smb2Command.SetInfo;

    public int Size => StructureSize + Data.Length;

    public void Write(ref WireWriter w)
    {
        int dataOffset = w.Position + FixedSize;
        w.UInt16(StructureSize);
        w.UInt8((byte)InfoType);
        w.UInt8(FileInfoClass);
        w.UInt32((uint)Data.Length);
        w.UInt16(checked((ushort)dataOffset));
        w.UInt16(0);
        w.UInt32(AdditionalInformation);
        FileId.Write(ref w);
        Smb2Buffers.WriteInput(ref w, Data.Span);
    }

    public static SetInfoRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        Smb2InfoType type = (Smb2InfoType)r.UInt8();
        byte infoClass = r.UInt8();
        uint length = r.UInt32();
        ushort offset = r.UInt16();
        r.Skip(2);
        return new SetInfoRequest
        {
            InfoType = type,
            FileInfoClass = infoClass,
            AdditionalInformation = r.UInt32(),
            FileId = FileId.Read(ref r),
            Data = Smb2Buffers.Bytes(r, offset, length),
        };
    }
}

/// <summary>SMB2 SET_INFO response, [MS-SMB2] 2.2.40.</summary>
internal readonly struct SetInfoResponse : ISmb2Body
{
    private const ushort StructureSize = 2;

    public Smb2Command Command => Smb2Command.SetInfo;

    public int Size => StructureSize;

    public void Write(ref WireWriter w) => w.UInt16(StructureSize);

    public static SetInfoResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        return default;
    }
}
