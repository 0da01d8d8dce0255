using System;

namespace SmbClient.Wire.Smb1;

/// <summary>A body without words and bytes: TREE_DISCONNECT both ways, and the successful answer to many commands, [MS-CIFS] 2.2.4.51.</summary>
internal readonly struct TreeDisconnectBody : ISmb1Body
{
    public Smb1Command Command => Smb1Command.TreeDisconnect;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame;

    public void Write(ref WireWriter w, in Smb1Strings strings) => Smb1Words.WriteEmpty(ref w);
}

/// <summary>SMB_COM_NT_CANCEL, [MS-CIFS] 2.2.4.65; the header names what is cancelled.</summary>
internal readonly struct NtCancelBody : ISmb1Body
{
    public Smb1Command Command => Smb1Command.NtCancel;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame;

    public void Write(ref WireWriter w, in Smb1Strings strings) => Smb1Words.WriteEmpty(ref w);
}

/// <summary>SMB_COM_LOGOFF_ANDX both ways, [MS-CIFS] 2.2.4.54.</summary>
internal readonly struct LogoffBody : ISmb1Body
{
    private const byte WordCount = 2;

    public Smb1Command Command => Smb1Command.LogoffAndX;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(0);
    }

    public static LogoffBody Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        return default;
    }
}

/// <summary>SMB_COM_CLOSE request, [MS-CIFS] 2.2.4.5.1.</summary>
internal readonly struct CloseRequest : ISmb1Body
{
    private const byte WordCount = 3;

    public required ushort Fid { get; init; }

    /// <summary>Seconds since 1970 in the server's local time; 0 leaves the time to the server.</summary>
    public uint LastTimeModified { get; init; }

    public Smb1Command Command => Smb1Command.Close;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(Fid);
        w.UInt32(LastTimeModified);
        w.UInt16(0);
    }

    public static CloseRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        return new CloseRequest { Fid = r.UInt16(), LastTimeModified = r.UInt32() };
    }
}

/// <summary>SMB_COM_FLUSH request, [MS-CIFS] 2.2.4.6.1.</summary>
internal readonly struct FlushRequest : ISmb1Body
{
    private const byte WordCount = 1;

    public required ushort Fid { get; init; }

    public Smb1Command Command => Smb1Command.Flush;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(Fid);
        w.UInt16(0);
    }

    public static FlushRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        return new FlushRequest { Fid = r.UInt16() };
    }
}

/// <summary>SMB_COM_DELETE request, [MS-CIFS] 2.2.4.7.1.</summary>
internal readonly struct DeleteRequest : ISmb1Body
{
    private const byte WordCount = 1;

    /// <summary>Hidden 0x02 and system 0x04 files are found only if named here.</summary>
    public required ushort SearchAttributes { get; init; }

    public required string FileName { get; init; }

    public Smb1Command Command => Smb1Command.Delete;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount) + 1 + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(SearchAttributes);
        int bytes = Smb1Words.BeginBytes(ref w);
        Smb1Buffers.WriteName(ref w, strings, FileName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static DeleteRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        ushort attributes = r.UInt16();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new DeleteRequest { SearchAttributes = attributes, FileName = Smb1Buffers.ReadName(ref bytes, strings) };
    }
}

/// <summary>SMB_COM_RENAME request, [MS-CIFS] 2.2.4.8.1.</summary>
internal readonly struct RenameRequest : ISmb1Body
{
    private const byte WordCount = 1;

    /// <summary>Hidden 0x02, system 0x04 and directories 0x10 are found only if named here.</summary>
    public required ushort SearchAttributes { get; init; }

    public required string OldFileName { get; init; }

    public required string NewFileName { get; init; }

    public Smb1Command Command => Smb1Command.Rename;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + 2 + strings.MaxOctets(OldFileName) + strings.MaxOctets(NewFileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(SearchAttributes);
        int bytes = Smb1Words.BeginBytes(ref w);
        Smb1Buffers.WriteName(ref w, strings, OldFileName);
        Smb1Buffers.WriteName(ref w, strings, NewFileName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static RenameRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        ushort attributes = r.UInt16();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new RenameRequest
        {
            SearchAttributes = attributes,
            OldFileName = Smb1Buffers.ReadName(ref bytes, strings),
            NewFileName = Smb1Buffers.ReadName(ref bytes, strings),
        };
    }
}

/// <summary>SMB_COM_NT_RENAME request, [MS-CIFS] 2.2.4.66.1.</summary>
internal readonly struct NtRenameRequest : ISmb1Body
{
    /// <summary>An <see cref="InformationLevel"/>: the file is renamed, not linked to.</summary>
    public const ushort RenameFile = 0x0104;

    private const byte WordCount = 4;

    public required ushort SearchAttributes { get; init; }

    public required ushort InformationLevel { get; init; }

    public required string OldFileName { get; init; }

    public required string NewFileName { get; init; }

    public Smb1Command Command => Smb1Command.NtRename;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + 2 + strings.MaxOctets(OldFileName) + strings.MaxOctets(NewFileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(SearchAttributes);
        w.UInt16(InformationLevel);
        w.UInt32(0);
        int bytes = Smb1Words.BeginBytes(ref w);
        Smb1Buffers.WriteName(ref w, strings, OldFileName);
        Smb1Buffers.WriteName(ref w, strings, NewFileName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static NtRenameRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        ushort attributes = r.UInt16();
        ushort level = r.UInt16();
        r.Skip(4);
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new NtRenameRequest
        {
            SearchAttributes = attributes,
            InformationLevel = level,
            OldFileName = Smb1Buffers.ReadName(ref bytes, strings),
            NewFileName = Smb1Buffers.ReadName(ref bytes, strings),
        };
    }
}

/// <summary>SMB_COM_CREATE_DIRECTORY, DELETE_DIRECTORY and CHECK_DIRECTORY requests, [MS-CIFS] 2.2.4.1.1, 2.2.4.2.1, 2.2.4.17.1.</summary>
internal readonly struct DirectoryRequest : ISmb1Body
{
    public DirectoryRequest(Smb1Command command, string directoryName)
    {
        Command = command;
        DirectoryName = directoryName;
    }

    public Smb1Command Command { get; }

    public string DirectoryName { get; }

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + 1 + strings.MaxOctets(DirectoryName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(0);
        int bytes = Smb1Words.BeginBytes(ref w);
        Smb1Buffers.WriteName(ref w, strings, DirectoryName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static DirectoryRequest Read(Smb1Command command, ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, 0);
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new DirectoryRequest(command, Smb1Buffers.ReadName(ref bytes, strings));
    }
}

/// <summary>SMB_COM_ECHO request, [MS-CIFS] 2.2.4.39.1.</summary>
internal readonly struct EchoRequest : ISmb1Body
{
    private const byte WordCount = 1;

    /// <summary>How many answers are wanted.</summary>
    public required ushort EchoCount { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public Smb1Command Command => Smb1Command.Echo;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount) + Data.Length;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(EchoCount);
        int bytes = Smb1Words.BeginBytes(ref w);
        w.Bytes(Data.Span);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static EchoRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        ushort count = r.UInt16();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new EchoRequest { EchoCount = count, Data = bytes.Bytes(bytes.Remaining) };
    }
}

/// <summary>SMB_COM_FIND_CLOSE2 request, [MS-CIFS] 2.2.4.48.1.</summary>
internal readonly struct FindClose2Request : ISmb1Body
{
    private const byte WordCount = 1;

    public required ushort Sid { get; init; }

    public Smb1Command Command => Smb1Command.FindClose2;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(Sid);
        w.UInt16(0);
    }

    public static FindClose2Request Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        return new FindClose2Request { Sid = r.UInt16() };
    }
}
