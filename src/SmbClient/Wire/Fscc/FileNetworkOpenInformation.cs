using System.IO;

namespace SmbClient.Wire.Fscc;

/// <summary>FileNetworkOpenInformation, [MS-FSCC] 2.4.29. Times are 100 ns ticks since 1601, UTC; sizes are octets.</summary>
internal readonly record struct FileNetworkOpenInformation
{
    public const int Size = 56;

    public long CreationTime { get; init; }

    public long LastAccessTime { get; init; }

    public long LastWriteTime { get; init; }

    public long ChangeTime { get; init; }

    public long AllocationSize { get; init; }

    public long EndOfFile { get; init; }

    public FileAttributes FileAttributes { get; init; }

    public static FileNetworkOpenInformation Read(ref WireReader r)
    {
        FileNetworkOpenInformation information = new()
        {
            CreationTime = r.Int64(),
            LastAccessTime = r.Int64(),
            LastWriteTime = r.Int64(),
            ChangeTime = r.Int64(),
            AllocationSize = r.Int64(),
            EndOfFile = r.Int64(),
            FileAttributes = (FileAttributes)r.UInt32(),
        };
        r.Skip(4);
        return information;
    }

    public void Write(ref WireWriter w)
    {
        w.Int64(CreationTime);
        w.Int64(LastAccessTime);
        w.Int64(LastWriteTime);
        w.Int64(ChangeTime);
        w.Int64(AllocationSize);
        w.Int64(EndOfFile);
        w.UInt32((uint)FileAttributes);
        w.UInt32(0);
    }
}
