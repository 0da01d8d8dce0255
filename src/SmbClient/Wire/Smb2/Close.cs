using System.IO;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 CLOSE request, [MS-SMB2] 2.2.15.</summary>
internal readonly struct CloseRequest : ISmb2Body
{
    /// <summary>A value of <see cref="Flags"/>, here and in the response: with the attributes as they are in the end.</summary>
    public const ushort PostQueryAttributes = 0x0001;

    private const ushort StructureSize = 24;

    public ushort Flags { get; init; }

    public required FileId FileId { get; init; }

    public Smb2Command Command => Smb2Command.Close;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(Flags);
        w.UInt32(0);
        FileId.Write(ref w);
    }

    public static CloseRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        ushort flags = r.UInt16();
        r.Skip(4);
        return new CloseRequest { Flags = flags, FileId = FileId.Read(ref r) };
    }
}

/// <summary>
/// SMB2 CLOSE response, [MS-SMB2] 2.2.16. Only with <see cref="CloseRequest.PostQueryAttributes"/> there is more than zeros in it. Times are
/// 100 ns ticks since 1601, UTC; sizes are octets.
/// </summary>
internal readonly record struct CloseResponse : ISmb2Body
{
    private const ushort StructureSize = 60;

    public ushort Flags { get; init; }

    public long CreationTime { get; init; }

    public long LastAccessTime { get; init; }

    public long LastWriteTime { get; init; }

    public long ChangeTime { get; init; }

    public ulong AllocationSize { get; init; }

    public ulong EndOfFile { get; init; }

    public FileAttributes FileAttributes { get; init; }

    public Smb2Command Command => Smb2Command.Close;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(Flags);
        w.UInt32(0);
        w.Int64(CreationTime);
        w.Int64(LastAccessTime);
        w.Int64(LastWriteTime);
        w.Int64(ChangeTime);
        w.UInt64(AllocationSize);
        w.UInt64(EndOfFile);
        w.UInt32((uint)FileAttributes);
    }

    public static CloseResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        ushort flags = r.UInt16();
        r.Skip(4);
        return new CloseResponse
        {
            Flags = flags,
            CreationTime = r.Int64(),
            LastAccessTime = r.Int64(),
            LastWriteTime = r.Int64(),
            ChangeTime = r.Int64(),
            AllocationSize = r.UInt64(),
            EndOfFile = r.UInt64(),
            FileAttributes = (FileAttributes)r.UInt32(),
        };
    }
}
