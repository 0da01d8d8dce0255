using SmbClient.Wire;

namespace SmbClient.Server.Pipes.Rpc;

/// <summary>The first 16 octets of every PDU of connection-oriented RPC, [C706] 12.6.3.1, little-endian.</summary>
internal readonly record struct RpcHeader
{
    public const int Size = 16;

    private const byte Version = 5;
    private const uint LittleEndianAsciiIeee = 0x00000010;      // the drep as it is read here

    public required RpcPacketType Type { get; init; }

    public required RpcFlags Flags { get; init; }

    /// <summary>Octets of the whole PDU.</summary>
    public required int FragmentLength { get; init; }

    /// <summary>Octets of the authentication value at the end; 0 for none.</summary>
    public int AuthLength { get; init; }

    public required uint CallId { get; init; }

    public bool IsFirst => (Flags & RpcFlags.FirstFragment) != 0;

    public bool IsLast => (Flags & RpcFlags.LastFragment) != 0;

    public static RpcHeader Read(ref WireReader r)
    {
        if (r.UInt8() != Version || r.UInt8() > 1)
        {
            throw r.Malformed("not version 5.0 or 5.1 of RPC");
        }

        RpcPacketType type = (RpcPacketType)r.UInt8();
        RpcFlags flags = (RpcFlags)r.UInt8();
        if ((r.UInt32() & 0xFFFF) != LittleEndianAsciiIeee)
        {
            // Deviation: nobody has sent big-endian or EBCDIC data over SMB for decades, so that it is not made right here.
            throw r.Malformed("a data representation that is not little-endian, ASCII and IEEE");
        }

        RpcHeader header = new()
        {
            Type = type,
            Flags = flags,
            FragmentLength = r.UInt16(),
            AuthLength = r.UInt16(),
            CallId = r.UInt32(),
        };
        return header.FragmentLength >= Size ? header : throw r.Malformed($"a PDU of {header.FragmentLength} octets");
    }

    public void Write(ref WireWriter w)
    {
        w.UInt8(Version);
        w.UInt8(0);
        w.UInt8((byte)Type);
        w.UInt8((byte)Flags);
        w.UInt32(LittleEndianAsciiIeee);
        w.UInt16((ushort)FragmentLength);
        w.UInt16((ushort)AuthLength);
        w.UInt32(CallId);
    }
}
