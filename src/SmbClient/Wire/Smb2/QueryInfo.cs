using System;

namespace SmbClient.Wire.Smb2;

/// <summary>What kind of information is asked for or set, [MS-SMB2] 2.2.37.</summary>
internal enum Smb2InfoType : byte
{
    File = 0x01,
    FileSystem = 0x02,
    Security = 0x03,
    Quota = 0x04,
}

/// <summary>SMB2 QUERY_INFO request, [MS-SMB2] 2.2.37.</summary>
internal readonly struct QueryInfoRequest : ISmb2Body
{
    private const ushort StructureSize = 41;
    private const int FixedSize = StructureSize - 1;

    public required Smb2InfoType InfoType { get; init; }

    /// <summary>A value of <see cref="Fscc.FileInformationClass"/> or <see cref="Fscc.FsInformationClass"/>, else 0.</summary>
    public byte FileInfoClass { get; init; }

    /// <summary>Octets of information that the client takes.</summary>
    public required uint OutputBufferLength { get; init; }

    /// <summary>For security: the parts of the descriptor that are wanted.</summary>
    public uint AdditionalInformation { get; init; }

    /// <summary>For extended attributes: where the list goes on.</summary>
    public uint Flags { get; init; }

    public required FileId FileId { get; init; }

    /// <summary>For quota and extended attributes: what is wanted.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    public Smb2Command Command => Smb2Command.QueryInfo;

    public int Size => StructureSize + Input.Length;

    public void Write(ref WireWriter w)
    {
        int inputOffset = w.Position + FixedSize;
        w.UInt16(StructureSize);
        w.UInt8((byte)InfoType);
        w.UInt8(FileInfoClass);
        w.UInt32(OutputBufferLength);
        w.UInt16(Input.IsEmpty ? (ushort)0 : checked((ushort)inputOffset));
        w.UInt16(0);
        w.UInt32((uint)Input.Length);
        w.UInt32(AdditionalInformation);
        w.UInt32(Flags);
        FileId.Write(ref w);
        Smb2Buffers.WriteInput(ref w, Input.Span);
    }

    public static QueryInfoRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        Smb2InfoType type = (Smb2InfoType)r.UInt8();
        byte infoClass = r.UInt8();
        uint outputLength = r.UInt32();
        ushort offset = r.UInt16();
        r.Skip(2);
        uint length = r.UInt32();
        return new QueryInfoRequest
        {
            InfoType = type,
            FileInfoClass = infoClass,
            OutputBufferLength = outputLength,
            AdditionalInformation = r.UInt32(),
            Flags = r.UInt32(),
            FileId = FileId.Read(ref r),
            Input = Smb2Buffers.Bytes(r, offset, length),
        };
    }
}

/// <summary>SMB2 QUERY_INFO response, [MS-SMB2] 2.2.38; with STATUS_BUFFER_OVERFLOW, too, and then cut.</summary>
internal readonly struct QueryInfoResponse : ISmb2Body
{
    /// <summary>Information of the class that was asked for.</summary>
    public required ReadOnlyMemory<byte> Output { get; init; }

    public Smb2Command Command => Smb2Command.QueryInfo;

    public int Size => Smb2Buffers.OutputSize + Output.Length;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteOutput(ref w, Output);

    public static QueryInfoResponse Read(ref WireReader r) => new() { Output = Smb2Buffers.ReadOutput(ref r) };
}
