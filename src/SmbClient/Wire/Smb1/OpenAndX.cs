using System.IO;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_COM_OPEN_ANDX request, [MS-CIFS] 2.2.4.41.1.</summary>
internal readonly record struct OpenAndXRequest : ISmb1Body
{
    private const byte WordCount = 15;

    public ushort Flags { get; init; }

    /// <summary>Low three bits: 0 read, 1 write, 2 both, 3 execute; then the sharing mode, 0 compatible to 4 everything.</summary>
    public required ushort AccessMode { get; init; }

    public ushort SearchAttributes { get; init; }

    public FileAttributes FileAttributes { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public uint CreationTime { get; init; }

    /// <summary>Low two bits: 0 fail, 1 open, 2 cut where the file exists; 0x10 makes it where it does not.</summary>
    public required ushort OpenMode { get; init; }

    public uint AllocationSize { get; init; }

    public uint Timeout { get; init; }

    public required string FileName { get; init; }

    public Smb1Command Command => Smb1Command.OpenAndX;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount) + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Flags);
        w.UInt16(AccessMode);
        w.UInt16(SearchAttributes);
        w.UInt16((ushort)FileAttributes);
        w.UInt32(CreationTime);
        w.UInt16(OpenMode);
        w.UInt32(AllocationSize);
        w.UInt32(Timeout);
        w.UInt32(0);
        int bytes = Smb1Words.BeginBytes(ref w);
        strings.Write(ref w, FileName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static OpenAndXRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        OpenAndXRequest request = new()
        {
            Flags = r.UInt16(),
            AccessMode = r.UInt16(),
            SearchAttributes = r.UInt16(),
            FileAttributes = (FileAttributes)r.UInt16(),
            CreationTime = r.UInt32(),
            OpenMode = r.UInt16(),
            AllocationSize = r.UInt32(),
            Timeout = r.UInt32(),
            FileName = "",
        };
        r.Skip(4);
        WireReader bytes = Smb1Words.Bytes(ref r);
        return request with { FileName = strings.Read(ref bytes) };
    }
}

/// <summary>SMB_COM_OPEN_ANDX response, [MS-CIFS] 2.2.4.41.2.</summary>
internal readonly record struct OpenAndXResponse : ISmb1Body
{
    private const byte WordCount = 15;

    public required ushort Fid { get; init; }

    public FileAttributes FileAttributes { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public uint LastWriteTime { get; init; }

    public uint FileDataSize { get; init; }

    public ushort AccessRights { get; init; }

    /// <summary>0 disk, 2 message pipe.</summary>
    public ushort ResourceType { get; init; }

    public ushort NamedPipeStatus { get; init; }

    /// <summary>1 opened, 2 created, 3 cut.</summary>
    public ushort OpenResults { get; init; }

    public Smb1Command Command => Smb1Command.OpenAndX;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Fid);
        w.UInt16((ushort)FileAttributes);
        w.UInt32(LastWriteTime);
        w.UInt32(FileDataSize);
        w.UInt16(AccessRights);
        w.UInt16(ResourceType);
        w.UInt16(NamedPipeStatus);
        w.UInt16(OpenResults);
        w.Skip(6);
        w.UInt16(0);
    }

    public static OpenAndXResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        return new OpenAndXResponse
        {
            Fid = r.UInt16(),
            FileAttributes = (FileAttributes)r.UInt16(),
            LastWriteTime = r.UInt32(),
            FileDataSize = r.UInt32(),
            AccessRights = r.UInt16(),
            ResourceType = r.UInt16(),
            NamedPipeStatus = r.UInt16(),
            OpenResults = r.UInt16(),
        };
    }
}
