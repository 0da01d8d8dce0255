namespace SmbClient.Wire.Fscc;

/// <summary>FileDispositionInformation, [MS-FSCC] 2.4.11.</summary>
/// <param name="DeletePending">The file goes when its last handle is closed.</param>
internal readonly record struct FileDispositionInformation(bool DeletePending)
{
    public const int Size = 1;

    public static FileDispositionInformation Read(ref WireReader r) => new(r.UInt8() != 0);

    public void Write(ref WireWriter w) => w.UInt8(DeletePending ? (byte)1 : (byte)0);
}

/// <summary>FileEndOfFileInformation, [MS-FSCC] 2.4.13.</summary>
/// <param name="EndOfFile">Octets.</param>
internal readonly record struct FileEndOfFileInformation(long EndOfFile)
{
    public const int Size = 8;

    public static FileEndOfFileInformation Read(ref WireReader r) => new(r.Int64());

    public void Write(ref WireWriter w) => w.Int64(EndOfFile);
}

/// <summary>FileInternalInformation, [MS-FSCC] 2.4.20.</summary>
/// <param name="IndexNumber">The file within its volume; 0 if the file system does not number them.</param>
internal readonly record struct FileInternalInformation(ulong IndexNumber)
{
    public const int Size = 8;

    public static FileInternalInformation Read(ref WireReader r) => new(r.UInt64());

    public void Write(ref WireWriter w) => w.UInt64(IndexNumber);
}
