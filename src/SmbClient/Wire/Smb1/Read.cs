using System;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_COM_READ_ANDX request with a 64-bit offset, [MS-CIFS] 2.2.4.42.1 and [MS-SMB] 2.2.4.2.1. Old clients leave the high half out.</summary>
internal readonly struct ReadRequest : ISmb1Body
{
    private const byte WordCount = 12;
    private const byte ShortWordCount = 10;

    public required ushort Fid { get; init; }

    /// <summary>Octets from the start of the file.</summary>
    public ulong Offset { get; init; }

    /// <summary>Octets wanted; more than 16 bits only from servers with CAP_LARGE_READX.</summary>
    public required uint MaxCount { get; init; }

    public ushort MinCount { get; init; }

    public Smb1Command Command => Smb1Command.ReadAndX;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Fid);
        w.UInt32((uint)Offset);
        w.UInt16((ushort)MaxCount);
        w.UInt16(MinCount);
        w.UInt16((ushort)(MaxCount >> 16));
        w.UInt16(0);
        w.UInt16(0);
        w.UInt32((uint)(Offset >> 32));
        w.UInt16(0);
    }

    public static ReadRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        bool isShort = Smb1Words.ExpectEither(ref r, WordCount, ShortWordCount);
        r.Skip(4);
        ushort fid = r.UInt16();
        uint offset = r.UInt32();
        uint maxCount = r.UInt16();
        ushort minCount = r.UInt16();
        maxCount |= (uint)r.UInt16() << 16;
        r.Skip(4);
        ulong offsetHigh = isShort ? 0 : r.UInt32();
        return new ReadRequest { Fid = fid, Offset = (offsetHigh << 32) | offset, MaxCount = maxCount, MinCount = minCount };
    }
}

/// <summary>SMB_COM_READ_ANDX response, [MS-CIFS] 2.2.4.42.2 and [MS-SMB] 2.2.4.2.2.</summary>
internal readonly struct ReadResponse : ISmb1Body
{
    private const byte WordCount = 12;
    private const int WordsAndPad = 1 + (2 * WordCount) + 2 + 1;

    public ushort Available { get; init; }

    /// <summary>What was read; it points into the message.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    public Smb1Command Command => Smb1Command.ReadAndX;

    public int MaxSize(in Smb1Strings strings) => WordsAndPad + Data.Length;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        int dataOffset = w.Position + WordsAndPad;
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Available);
        w.UInt16(0);
        w.UInt16(0);
        w.UInt16((ushort)Data.Length);
        w.UInt16(checked((ushort)dataOffset));
        w.UInt16((ushort)(Data.Length >> 16));
        w.Skip(8);
        int bytes = Smb1Words.BeginBytes(ref w);
        w.UInt8(0);
        w.Bytes(Data.Span);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static ReadResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        ushort available = r.UInt16();
        r.Skip(4);
        int length = r.UInt16();
        int offset = r.UInt16();
        length |= r.UInt16() << 16;
        r.Skip(8);

        // ByteCount has 16 bits only: the data is where DataOffset and DataLength say, within the message.
        WireReader data = length == 0 ? r.At(0, 0) : r.At(offset, length);
        return new ReadResponse { Available = available, Data = data.Bytes(length) };
    }
}
