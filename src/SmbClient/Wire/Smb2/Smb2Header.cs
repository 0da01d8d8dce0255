namespace SmbClient.Wire.Smb2;

/// <summary>The 64 octets before every message, in both forms, [MS-SMB2] 2.2.1.1 and 2.2.1.2. Protection writes the signature.</summary>
internal readonly record struct Smb2Header
{
    public const int Size = 64;

    /// <summary>0xFE 'S' 'M' 'B'.</summary>
    public const uint ProtocolId = 0x424D53FE;

    public const int CreditChargePosition = 6;
    public const int StatusPosition = 8;
    public const int CommandPosition = 12;
    public const int CreditPosition = 14;
    public const int FlagsPosition = 16;
    public const int NextCommandPosition = 20;
    public const int MessageIdPosition = 24;
    public const int TreeIdPosition = 36;
    public const int SessionIdPosition = 40;
    public const int SignaturePosition = 48;

    private const int SignatureSize = 16;
    private const int Alignment = 8;

    /// <summary>Credits that the request consumes; 0 in 2.0.2.</summary>
    public ushort CreditCharge { get; init; }

    /// <summary>In responses the NTSTATUS; in requests of 3.x the ChannelSequence in the low 16 bits, else 0.</summary>
    public uint Status { get; init; }

    public Smb2Command Command { get; init; }

    /// <summary>Credits asked for in requests, granted in responses.</summary>
    public ushort Credits { get; init; }

    public Smb2HeaderFlags Flags { get; init; }

    /// <summary>Octets from this header to the next one of a compound, a multiple of 8; 0 in the last.</summary>
    public uint NextCommand { get; init; }

    public ulong MessageId { get; init; }

    /// <summary>Only with <see cref="Smb2HeaderFlags.AsyncCommand"/>.</summary>
    public ulong AsyncId { get; init; }

    /// <summary>Only without <see cref="Smb2HeaderFlags.AsyncCommand"/>.</summary>
    public uint TreeId { get; init; }

    public ulong SessionId { get; init; }

    public NtStatus NtStatus => (NtStatus)Status;

    public bool IsResponse => (Flags & Smb2HeaderFlags.ServerToRedirector) != 0;

    public bool IsAsync => (Flags & Smb2HeaderFlags.AsyncCommand) != 0;

    public bool IsSigned => (Flags & Smb2HeaderFlags.Signed) != 0;

    public void Write(ref WireWriter w)
    {
        w.UInt32(ProtocolId);
        w.UInt16(Size);
        w.UInt16(CreditCharge);
        w.UInt32(Status);
        w.UInt16((ushort)Command);
        w.UInt16(Credits);
        w.UInt32((uint)Flags);
        w.UInt32(NextCommand);
        w.UInt64(MessageId);
        w.UInt64(IsAsync ? AsyncId : (ulong)TreeId << 32);
        w.UInt64(SessionId);
        w.Skip(SignatureSize);
    }

    public static Smb2Header Read(ref WireReader r)
    {
        int length = r.Remaining;
        if (r.UInt32() != ProtocolId)
        {
            throw r.Malformed("Not an SMB2 message");
        }

        r.Expect(Size, "StructureSize of the header");
        Smb2Header header = new()
        {
            CreditCharge = r.UInt16(),
            Status = r.UInt32(),
            Command = (Smb2Command)r.UInt16(),
            Credits = r.UInt16(),
            Flags = (Smb2HeaderFlags)r.UInt32(),
            NextCommand = r.UInt32(),
            MessageId = r.UInt64(),
        };

        // A part that was cut out of its compound ends where the next one began.
        uint next = header.NextCommand;
        if (next != 0 && (next < Size || next % Alignment != 0 || next > length))
        {
            throw r.Malformed($"NextCommand {next} leads nowhere");
        }

        ulong asyncOrTree = r.UInt64();
        header = header.IsAsync ? header with { AsyncId = asyncOrTree } : header with { TreeId = (uint)(asyncOrTree >> 32) };
        header = header with { SessionId = r.UInt64() };
        r.Skip(SignatureSize);
        return header;
    }
}
