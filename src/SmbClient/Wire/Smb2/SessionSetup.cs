using System;

namespace SmbClient.Wire.Smb2;

/// <summary>What became of a session, [MS-SMB2] 2.2.6.</summary>
[Flags]
internal enum Smb2SessionFlags : ushort
{
    None = 0,
    IsGuest = 0x0001,
    IsNull = 0x0002,
    EncryptData = 0x0004,
}

/// <summary>SMB2 SESSION_SETUP request, one leg of the authentication, [MS-SMB2] 2.2.5.</summary>
internal readonly struct SessionSetupRequest : ISmb2Body
{
    /// <summary>A value of <see cref="Flags"/>: another connection for an established session.</summary>
    public const byte Binding = 0x01;

    private const ushort StructureSize = 25;
    private const int FixedSize = StructureSize - 1;

    public byte Flags { get; init; }

    public required Smb2SecurityMode SecurityMode { get; init; }

    /// <summary><see cref="Smb2Capabilities.Dfs"/> or nothing.</summary>
    public Smb2Capabilities Capabilities { get; init; }

    /// <summary>The session that this one takes the place of after a lost connection, or 0.</summary>
    public ulong PreviousSessionId { get; init; }

    /// <summary>The GSS token.</summary>
    public required ReadOnlyMemory<byte> SecurityBuffer { get; init; }

    public Smb2Command Command => Smb2Command.SessionSetup;

    public int Size => StructureSize + SecurityBuffer.Length;

    public void Write(ref WireWriter w)
    {
        int start = w.Position;
        w.UInt16(StructureSize);
        w.UInt8(Flags);
        w.UInt8((byte)SecurityMode);
        w.UInt32((uint)Capabilities);
        w.UInt32(0);
        w.UInt16(checked((ushort)(start + FixedSize)));
        w.UInt16(checked((ushort)SecurityBuffer.Length));
        w.UInt64(PreviousSessionId);
        Smb2Buffers.WriteInput(ref w, SecurityBuffer.Span);
    }

    public static SessionSetupRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        byte flags = r.UInt8();
        Smb2SecurityMode securityMode = (Smb2SecurityMode)r.UInt8();
        Smb2Capabilities capabilities = (Smb2Capabilities)r.UInt32();
        r.Skip(4);
        ushort offset = r.UInt16();
        ushort length = r.UInt16();
        return new SessionSetupRequest
        {
            Flags = flags,
            SecurityMode = securityMode,
            Capabilities = capabilities,
            PreviousSessionId = r.UInt64(),
            SecurityBuffer = Smb2Buffers.Bytes(r, offset, length),
        };
    }
}

/// <summary>SMB2 SESSION_SETUP response, [MS-SMB2] 2.2.6; also with STATUS_MORE_PROCESSING_REQUIRED.</summary>
internal readonly struct SessionSetupResponse : ISmb2Body
{
    private const ushort StructureSize = 9;
    private const int FixedSize = StructureSize - 1;

    public Smb2SessionFlags SessionFlags { get; init; }

    /// <summary>The GSS token, perhaps empty.</summary>
    public required ReadOnlyMemory<byte> SecurityBuffer { get; init; }

    public Smb2Command Command => Smb2Command.SessionSetup;

    public int Size => FixedSize + SecurityBuffer.Length;

    public void Write(ref WireWriter w)
    {
        int start = w.Position;
        w.UInt16(StructureSize);
        w.UInt16((ushort)SessionFlags);
        w.UInt16(checked((ushort)(start + FixedSize)));
        w.UInt16(checked((ushort)SecurityBuffer.Length));
        w.Bytes(SecurityBuffer.Span);
    }

    public static SessionSetupResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        Smb2SessionFlags flags = (Smb2SessionFlags)r.UInt16();
        ushort offset = r.UInt16();
        ushort length = r.UInt16();
        return new SessionSetupResponse { SessionFlags = flags, SecurityBuffer = Smb2Buffers.Bytes(r, offset, length) };
    }
}
