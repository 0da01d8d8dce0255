namespace SmbClient.Wire.Smb1;

/// <summary>SMB_Header, the 32 octets before every message, [MS-CIFS] 2.2.3.1.</summary>
internal readonly struct Smb1Header
{
    public const int Size = 32;

    /// <summary>The TID of a request without a tree.</summary>
    public const ushort NoTid = 0xFFFF;

    /// <summary>0xFF 'S' 'M' 'B'.</summary>
    public const uint ProtocolId = 0x424D53FF;

    public Smb1Command Command { get; init; }

    /// <summary>The NTSTATUS, or class, reserved and code of a DOS error, as they came.</summary>
    public uint Status { get; init; }

    public Smb1Flags Flags { get; init; }

    public Smb1Flags2 Flags2 { get; init; }

    public ushort PidHigh { get; init; }

    public ulong SecuritySignature { get; init; }

    public ushort Tid { get; init; }

    public ushort PidLow { get; init; }

    public ushort Uid { get; init; }

    public ushort Mid { get; init; }

    public uint Pid => ((uint)PidHigh << 16) | PidLow;

    /// <summary>The status, whichever way the server writes it.</summary>
    public NtStatus NtStatus => (Flags2 & Smb1Flags2.NtStatus) != 0 ? (NtStatus)Status : Smb1DosStatus.ToNtStatus(Status);

    public void Write(ref WireWriter w)
    {
        w.UInt32(ProtocolId);
        w.UInt8((byte)Command);
        w.UInt32(Status);
        w.UInt8((byte)Flags);
        w.UInt16((ushort)Flags2);
        w.UInt16(PidHigh);
        w.UInt64(SecuritySignature);
        w.UInt16(0);
        w.UInt16(Tid);
        w.UInt16(PidLow);
        w.UInt16(Uid);
        w.UInt16(Mid);
    }

    public static Smb1Header Read(ref WireReader r)
    {
        if (r.UInt32() != ProtocolId)
        {
            throw r.Malformed("Not an SMB1 message");
        }

        Smb1Command command = (Smb1Command)r.UInt8();
        uint status = r.UInt32();
        Smb1Flags flags = (Smb1Flags)r.UInt8();
        Smb1Flags2 flags2 = (Smb1Flags2)r.UInt16();
        ushort pidHigh = r.UInt16();
        ulong signature = r.UInt64();
        r.Skip(2);
        return new Smb1Header
        {
            Command = command,
            Status = status,
            Flags = flags,
            Flags2 = flags2,
            PidHigh = pidHigh,
            SecuritySignature = signature,
            Tid = r.UInt16(),
            PidLow = r.UInt16(),
            Uid = r.UInt16(),
            Mid = r.UInt16(),
        };
    }
}
