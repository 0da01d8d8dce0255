using System;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 IOCTL request, [MS-SMB2] 2.2.31.</summary>
internal readonly struct IoctlRequest : ISmb2Body
{
    private const ushort StructureSize = 57;
    private const int FixedSize = StructureSize - 1;
    private const uint IsFsctlFlag = 0x00000001;

    /// <summary>A value of <see cref="FsControlCode"/>, if it is a control code of the file system.</summary>
    public required uint CtlCode { get; init; }

    /// <summary><see cref="FileId.Previous"/> for codes that are about no file.</summary>
    public required FileId FileId { get; init; }

    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Octets of output that the client takes.</summary>
    public required uint MaxOutputResponse { get; init; }

    /// <summary>A control code of the file system, not of a device; servers know no others.</summary>
    public bool IsFsctl { get; init; }

    public Smb2Command Command => Smb2Command.Ioctl;

    public int Size => StructureSize + Input.Length;

    public void Write(ref WireWriter w)
    {
        int inputOffset = w.Position + FixedSize;
        w.UInt16(StructureSize);
        w.UInt16(0);
        w.UInt32(CtlCode);
        FileId.Write(ref w);
        w.UInt32(Input.IsEmpty ? 0 : (uint)inputOffset);
        w.UInt32((uint)Input.Length);
        w.Skip(12);
        w.UInt32(MaxOutputResponse);
        w.UInt32(IsFsctl ? IsFsctlFlag : 0);
        w.UInt32(0);
        Smb2Buffers.WriteInput(ref w, Input.Span);
    }

    public static IoctlRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        r.Skip(2);
        uint code = r.UInt32();
        FileId fileId = FileId.Read(ref r);
        uint offset = r.UInt32();
        uint length = r.UInt32();
        r.Skip(12);
        uint maxOutput = r.UInt32();
        uint flags = r.UInt32();
        r.Skip(4);
        return new IoctlRequest
        {
            CtlCode = code,
            FileId = fileId,
            Input = Smb2Buffers.Bytes(r, offset, length),
            MaxOutputResponse = maxOutput,
            IsFsctl = flags == IsFsctlFlag,
        };
    }
}

/// <summary>SMB2 IOCTL response, [MS-SMB2] 2.2.32; also with STATUS_BUFFER_OVERFLOW, and with STATUS_INVALID_PARAMETER for a copy of chunks.</summary>
internal readonly struct IoctlResponse : ISmb2Body
{
    private const ushort StructureSize = 49;
    private const int FixedSize = StructureSize - 1;
    private const int Alignment = 8;

    public required uint CtlCode { get; init; }

    public required FileId FileId { get; init; }

    /// <summary>What remains of the input; empty as a rule.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    public required ReadOnlyMemory<byte> Output { get; init; }

    public Smb2Command Command => Smb2Command.Ioctl;

    public int Size => FixedSize + Input.Length + Alignment + Output.Length;

    public void Write(ref WireWriter w)
    {
        int inputOffset = w.Position + FixedSize;
        w.UInt16(StructureSize);
        w.UInt16(0);
        w.UInt32(CtlCode);
        FileId.Write(ref w);
        w.UInt32((uint)inputOffset);
        w.UInt32((uint)Input.Length);
        int outputOffset = w.Position;
        w.UInt32(0);
        w.UInt32((uint)Output.Length);
        w.Skip(8);
        w.Bytes(Input.Span);
        w.Align(Alignment);
        w.PatchUInt32(outputOffset, (uint)w.Position);
        w.Bytes(Output.Span);
    }

    public static IoctlResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        r.Skip(2);
        uint code = r.UInt32();
        FileId fileId = FileId.Read(ref r);
        uint inputOffset = r.UInt32();
        uint inputLength = r.UInt32();
        uint outputOffset = r.UInt32();
        uint outputLength = r.UInt32();
        r.Skip(8);
        return new IoctlResponse
        {
            CtlCode = code,
            FileId = fileId,
            Input = Smb2Buffers.Bytes(r, inputOffset, inputLength),
            Output = Smb2Buffers.Bytes(r, outputOffset, outputLength),
        };
    }
}
