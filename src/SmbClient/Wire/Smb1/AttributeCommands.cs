using System.IO;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_COM_QUERY_INFORMATION and SMB_COM_SET_INFORMATION requests, [MS-CIFS] 2.2.4.9.1 and 2.2.4.10.1.</summary>
internal readonly record struct PathAttributesRequest : ISmb1Body
{
    private const byte SetWordCount = 8;

    public required Smb1Command Command { get; init; }

    /// <summary>Only to be set.</summary>
    public FileAttributes Attributes { get; init; }

    /// <summary>Only to be set: seconds since 1970.</summary>
    public uint LastWriteTime { get; init; }

    public required string FileName { get; init; }

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * SetWordCount) + 1 + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        bool sets = Command == Smb1Command.SetInformation;
        w.UInt8(sets ? SetWordCount : (byte)0);
        if (sets)
        {
            w.UInt16((ushort)Attributes);
            w.UInt32(LastWriteTime);
            w.Skip(10);
        }

        int bytes = Smb1Words.BeginBytes(ref w);
        Smb1Buffers.WriteName(ref w, strings, FileName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static PathAttributesRequest Read(Smb1Command command, ref WireReader r, in Smb1Strings strings)
    {
        bool sets = command == Smb1Command.SetInformation;
        Smb1Words.Expect(ref r, sets ? SetWordCount : (byte)0);
        FileAttributes attributes = sets ? (FileAttributes)r.UInt16() : 0;
        uint lastWriteTime = sets ? r.UInt32() : 0;
        r.Skip(sets ? 10 : 0);
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new PathAttributesRequest { Command = command, Attributes = attributes, LastWriteTime = lastWriteTime, FileName = Smb1Buffers.ReadName(ref bytes, strings) };
    }
}

/// <summary>SMB_COM_QUERY_INFORMATION2 and SMB_COM_SET_INFORMATION2 requests, [MS-CIFS] 2.2.4.30.1 and 2.2.4.31.1.</summary>
internal readonly record struct FileTimesRequest : ISmb1Body
{
    private const byte SetWordCount = 7;
    private const byte QueryWordCount = 1;

    public required Smb1Command Command { get; init; }

    public required ushort Fid { get; init; }

    /// <summary>Only to be set.</summary>
    public FileTimes Times { get; init; }

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * SetWordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        bool sets = Command == Smb1Command.SetInformation2;
        w.UInt8(sets ? SetWordCount : QueryWordCount);
        w.UInt16(Fid);
        if (sets)
        {
            Times.Write(ref w);
        }

        w.UInt16(0);
    }

    public static FileTimesRequest Read(Smb1Command command, ref WireReader r, in Smb1Strings strings)
    {
        bool sets = command == Smb1Command.SetInformation2;
        Smb1Words.Expect(ref r, sets ? SetWordCount : QueryWordCount);
        return new FileTimesRequest { Command = command, Fid = r.UInt16(), Times = sets ? FileTimes.Read(ref r) : default };
    }
}

/// <summary>Three times as dates and times of DOS, [MS-CIFS] 2.2.4.30.1; a date of 0 leaves one as it is.</summary>
internal readonly record struct FileTimes
{
    public const int Size = 12;

    public ushort CreationDate { get; init; }

    public ushort CreationTime { get; init; }

    public ushort LastAccessDate { get; init; }

    public ushort LastAccessTime { get; init; }

    public ushort LastWriteDate { get; init; }

    public ushort LastWriteTime { get; init; }

    public static FileTimes Read(ref WireReader r) => new()
    {
        CreationDate = r.UInt16(),
        CreationTime = r.UInt16(),
        LastAccessDate = r.UInt16(),
        LastAccessTime = r.UInt16(),
        LastWriteDate = r.UInt16(),
        LastWriteTime = r.UInt16(),
    };

    public void Write(ref WireWriter w)
    {
        w.UInt16(CreationDate);
        w.UInt16(CreationTime);
        w.UInt16(LastAccessDate);
        w.UInt16(LastAccessTime);
        w.UInt16(LastWriteDate);
        w.UInt16(LastWriteTime);
    }
}
