namespace SmbClient.Wire.Fscc;

/// <summary>FileStandardInformation, [MS-FSCC] 2.4.41. Sizes in octets.</summary>
internal readonly record struct FileStandardInformation
{
    public const int Size = 24;

    public long AllocationSize { get; init; }

    public long EndOfFile { get; init; }

    public uint NumberOfLinks { get; init; }

    public bool DeletePending { get; init; }

    public bool Directory { get; init; }

    public static FileStandardInformation Read(ref WireReader r)
    {
        FileStandardInformation information = new()
        {
            AllocationSize = r.Int64(),
            EndOfFile = r.Int64(),
            NumberOfLinks = r.UInt32(),
            DeletePending = r.UInt8() != 0,
            Directory = r.UInt8() != 0,
        };
        r.Skip(2);
        return information;
    }

    public void Write(ref WireWriter w)
    {
        w.Int64(AllocationSize);
        w.Int64(EndOfFile);
        w.UInt32(NumberOfLinks);
        w.UInt8(DeletePending ? (byte)1 : (byte)0);
        w.UInt8(Directory ? (byte)1 : (byte)0);
        w.UInt16(0);
    }
}
