namespace SmbClient.Wire;

/// <summary>A handle at the server: the FID of SMB1 in <see cref="Volatile"/>, both halves in SMB2 ([MS-SMB2] 2.2.14.1).</summary>
internal readonly record struct FileId(ulong Persistent, ulong Volatile)
{
    /// <summary>Octets on the wire, in SMB2.</summary>
    public const int Size = 16;

    /// <summary>"The file that the request before in this compound opened", and the FileId of requests that are about no file.</summary>
    public static FileId Previous { get; } = new(ulong.MaxValue, ulong.MaxValue);

    public static FileId Read(ref WireReader r) => new(r.UInt64(), r.UInt64());

    public void Write(ref WireWriter w)
    {
        w.UInt64(Persistent);
        w.UInt64(Volatile);
    }
}
