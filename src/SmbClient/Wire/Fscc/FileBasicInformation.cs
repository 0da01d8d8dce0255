using System.IO;

namespace SmbClient.Wire.Fscc;

/// <summary>FileBasicInformation, [MS-FSCC] 2.4.7. Times are 100 ns ticks since 1601, UTC; 0 in a change leaves a value as it is.</summary>
internal readonly record struct FileBasicInformation
{
    public const int Size = 40;

    public long CreationTime { get; init; }

    public long LastAccessTime { get; init; }

    public long LastWriteTime { get; init; }

    public long ChangeTime { get; init; }

    public FileAttributes FileAttributes { get; init; }

    public static FileBasicInformation Read(ref WireReader r)
    {
        FileBasicInformation information = new()
        {
            CreationTime = r.Int64(),
            LastAccessTime = r.Int64(),
            LastWriteTime = r.Int64(),
            ChangeTime = r.Int64(),
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
        w.UInt32((uint)FileAttributes);
        w.UInt32(0);
    }
}
