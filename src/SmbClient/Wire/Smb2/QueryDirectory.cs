using System;
using System.Text;

namespace SmbClient.Wire.Smb2;

/// <summary>Where a listing goes on, [MS-SMB2] 2.2.33.</summary>
[Flags]
internal enum Smb2QueryDirectoryFlags : byte
{
    None = 0,
    RestartScans = 0x01,
    ReturnSingleEntry = 0x02,
    IndexSpecified = 0x04,
    Reopen = 0x10,
}

/// <summary>SMB2 QUERY_DIRECTORY request, [MS-SMB2] 2.2.33.</summary>
internal readonly struct QueryDirectoryRequest : ISmb2Body
{
    private const ushort StructureSize = 33;
    private const int FixedSize = StructureSize - 1;

    /// <summary>A value of <see cref="Fscc.FileInformationClass"/>: how the entries are laid out.</summary>
    public required byte FileInformationClass { get; init; }

    public Smb2QueryDirectoryFlags Flags { get; init; }

    /// <summary>Only with <see cref="Smb2QueryDirectoryFlags.IndexSpecified"/>.</summary>
    public uint FileIndex { get; init; }

    public required FileId FileId { get; init; }

    /// <summary>The names wanted, with wildcards; what the first request of a listing says holds for all.</summary>
    public required string Pattern { get; init; }

    /// <summary>Octets of entries that the client takes.</summary>
    public required uint OutputBufferLength { get; init; }

    public Smb2Command Command => Smb2Command.QueryDirectory;

    public int Size => StructureSize + (2 * Pattern.Length);

    public void Write(ref WireWriter w)
    {
        int nameOffset = w.Position + FixedSize;
        w.UInt16(StructureSize);
        w.UInt8(FileInformationClass);
        w.UInt8((byte)Flags);
        w.UInt32(FileIndex);
        FileId.Write(ref w);
        w.UInt16(checked((ushort)nameOffset));
        w.UInt16(checked((ushort)(2 * Pattern.Length)));
        w.UInt32(OutputBufferLength);
        w.Text(Encoding.Unicode, Pattern);
        w.Skip(Pattern.Length == 0 ? 1 : 0);
    }

    public static QueryDirectoryRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        byte informationClass = r.UInt8();
        Smb2QueryDirectoryFlags flags = (Smb2QueryDirectoryFlags)r.UInt8();
        uint index = r.UInt32();
        FileId fileId = FileId.Read(ref r);
        ushort offset = r.UInt16();
        ushort length = r.UInt16();
        return new QueryDirectoryRequest
        {
            FileInformationClass = informationClass,
            Flags = flags,
            FileIndex = index,
            FileId = fileId,
            OutputBufferLength = r.UInt32(),
            Pattern = Smb2Buffers.Text(r, offset, length),
        };
    }
}

/// <summary>SMB2 QUERY_DIRECTORY response, [MS-SMB2] 2.2.34.</summary>
internal readonly struct QueryDirectoryResponse : ISmb2Body
{
    /// <summary>Entries of the class that was asked for.</summary>
    public required ReadOnlyMemory<byte> Output { get; init; }

    public Smb2Command Command => Smb2Command.QueryDirectory;

    public int Size => Smb2Buffers.OutputSize + Output.Length;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteOutput(ref w, Output);

    public static QueryDirectoryResponse Read(ref WireReader r) => new() { Output = Smb2Buffers.ReadOutput(ref r) };
}
