namespace SmbClient.Wire.Smb1;

/// <summary>
/// SMB_COM_WRITE_ANDX request with a 64-bit offset, [MS-CIFS] 2.2.4.43.1 and [MS-SMB] 2.2.4.3.1, up to its data: the octets that are
/// written follow the body on the wire. Old clients leave the high half of the offset out.
/// </summary>
internal readonly struct WriteRequest : ISmb1Body
{
    private const byte WordCount = 14;
    private const byte ShortWordCount = 12;
    private const int WordsAndPad = 1 + (2 * WordCount) + 2 + 1;

    public required ushort Fid { get; init; }

    /// <summary>Octets from the start of the file.</summary>
    public required ulong Offset { get; init; }

    /// <summary>0x0001: written through to the disk.</summary>
    public ushort WriteMode { get; init; }

    /// <summary>Octets that follow; more than 16 bits only to servers with CAP_LARGE_WRITEX.</summary>
    public required uint DataLength { get; init; }

    /// <summary>Where the data begins; only in what was read.</summary>
    public ushort DataOffset { get; init; }

    public Smb1Command Command => Smb1Command.WriteAndX;

    public int MaxSize(in Smb1Strings strings) => WordsAndPad;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        int dataOffset = w.Position + WordsAndPad;
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Fid);
        w.UInt32((uint)Offset);
        w.UInt32(0);
        w.UInt16(WriteMode);
        w.UInt16(0);
        w.UInt16((ushort)(DataLength >> 16));
        w.UInt16((ushort)DataLength);
        w.UInt16(checked((ushort)dataOffset));
        w.UInt32((uint)(Offset >> 32));
        int bytes = Smb1Words.BeginBytes(ref w);
        w.UInt8(0);
        Smb1Words.EndBytes(ref w, bytes, (int)DataLength);
    }

    public static WriteRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        bool isShort = Smb1Words.ExpectEither(ref r, WordCount, ShortWordCount);
        r.Skip(4);
        ushort fid = r.UInt16();
        uint offset = r.UInt32();
        r.Skip(4);
        ushort writeMode = r.UInt16();
        r.Skip(2);
        uint length = (uint)r.UInt16() << 16;
        length |= r.UInt16();
        ushort dataOffset = r.UInt16();
        ulong offsetHigh = isShort ? 0 : r.UInt32();
        _ = r.At(dataOffset, length);
        return new WriteRequest { Fid = fid, Offset = (offsetHigh << 32) | offset, WriteMode = writeMode, DataLength = length, DataOffset = dataOffset };
    }
}

/// <summary>SMB_COM_WRITE_ANDX response, [MS-CIFS] 2.2.4.43.2 and [MS-SMB] 2.2.4.3.2.</summary>
internal readonly struct WriteResponse : ISmb1Body
{
    private const byte WordCount = 6;

    /// <summary>Octets that were written.</summary>
    public required uint Count { get; init; }

    public ushort Available { get; init; }

    public Smb1Command Command => Smb1Command.WriteAndX;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16((ushort)Count);
        w.UInt16(Available);
        w.UInt16((ushort)(Count >> 16));
        w.UInt16(0);
        w.UInt16(0);
    }

    public static WriteResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        uint count = r.UInt16();
        ushort available = r.UInt16();
        count |= (uint)r.UInt16() << 16;
        r.Skip(2);
        return new WriteResponse { Count = count, Available = available };
    }
}
