using System;
using System.IO;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_COM_OPEN, SMB_COM_CREATE, SMB_COM_CREATE_TEMPORARY and SMB_COM_CREATE_NEW requests, [MS-CIFS] 2.2.4.3.1, 2.2.4.4.1, 2.2.4.15.1 and 2.2.4.16.1.</summary>
internal readonly record struct CoreOpenRequest : ISmb1Body
{
    private const byte OpenWordCount = 2;
    private const byte CreateWordCount = 3;

    public required Smb1Command Command { get; init; }

    /// <summary>Of OPEN, as in <see cref="OpenAndXRequest.AccessMode"/>.</summary>
    public ushort AccessMode { get; init; }

    /// <summary>What to look for, or what the new file is.</summary>
    public FileAttributes Attributes { get; init; }

    /// <summary>Of CREATE_TEMPORARY: the directory.</summary>
    public required string FileName { get; init; }

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * CreateWordCount) + 1 + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        bool isOpen = Command == Smb1Command.Open;
        w.UInt8(isOpen ? OpenWordCount : CreateWordCount);
        if (isOpen)
        {
            w.UInt16(AccessMode);
        }

        w.UInt16((ushort)Attributes);
        w.Skip(isOpen ? 0 : 4);
        int bytes = Smb1Words.BeginBytes(ref w);
        Smb1Buffers.WriteName(ref w, strings, FileName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static CoreOpenRequest Read(Smb1Command command, ref WireReader r, in Smb1Strings strings)
    {
        bool isOpen = command == Smb1Command.Open;
        Smb1Words.Expect(ref r, isOpen ? OpenWordCount : CreateWordCount);
        ushort accessMode = isOpen ? r.UInt16() : (ushort)0;
        FileAttributes attributes = (FileAttributes)r.UInt16();
        r.Skip(isOpen ? 0 : 4);
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new CoreOpenRequest { Command = command, AccessMode = accessMode, Attributes = attributes, FileName = Smb1Buffers.ReadName(ref bytes, strings) };
    }
}

/// <summary>SMB_COM_CREATE_TEMPORARY response, [MS-CIFS] 2.2.4.15.2.</summary>
internal readonly record struct CreateTemporaryResponse : ISmb1Body
{
    private const byte WordCount = 1;

    public required ushort Fid { get; init; }

    /// <summary>Without its directory.</summary>
    public required string FileName { get; init; }

    public Smb1Command Command => Smb1Command.CreateTemporary;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount) + 1 + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16(Fid);
        int bytes = Smb1Words.BeginBytes(ref w);
        Smb1Buffers.WriteName(ref w, strings, FileName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static CreateTemporaryResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        ushort fid = r.UInt16();
        WireReader bytes = Smb1Words.Bytes(ref r);
        return new CreateTemporaryResponse { Fid = fid, FileName = Smb1Buffers.ReadName(ref bytes, strings) };
    }
}

/// <summary>SMB_COM_READ, SMB_COM_WRITE, SMB_COM_LOCK_BYTE_RANGE and SMB_COM_UNLOCK_BYTE_RANGE requests, [MS-CIFS] 2.2.4.11 to 2.2.4.14.</summary>
internal readonly record struct CoreRangeRequest : ISmb1Body
{
    private const byte TransferWordCount = 5;
    private const byte DataFormat = 0x01;

    public required Smb1Command Command { get; init; }

    public required ushort Fid { get; init; }

    /// <summary>Octets from the start of the file.</summary>
    public required uint Offset { get; init; }

    /// <summary>Octets; 16 bits in a transfer.</summary>
    public required uint Count { get; init; }

    /// <summary>Of WRITE; it points into the message.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * TransferWordCount) + 3 + Data.Length;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(TransferWordCount);
        w.UInt16(Fid);
        if (Command is Smb1Command.Read or Smb1Command.Write)
        {
            w.UInt16((ushort)Count);
            w.UInt32(Offset);
            w.UInt16(0);
        }
        else
        {
            w.UInt32(Count);
            w.UInt32(Offset);
        }

        int bytes = Smb1Words.BeginBytes(ref w);
        if (Command == Smb1Command.Write)
        {
            w.UInt8(DataFormat);
            w.UInt16((ushort)Data.Length);
            w.Bytes(Data.Span);
        }

        Smb1Words.EndBytes(ref w, bytes);
    }

    public static CoreRangeRequest Read(Smb1Command command, ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, TransferWordCount);
        bool isTransfer = command is Smb1Command.Read or Smb1Command.Write;
        ushort fid = r.UInt16();
        uint count = isTransfer ? r.UInt16() : r.UInt32();
        uint offset = r.UInt32();
        r.Skip(isTransfer ? 2 : 0);
        WireReader bytes = Smb1Words.Bytes(ref r);
        ReadOnlyMemory<byte> data = default;
        if (command == Smb1Command.Write)
        {
            bytes.Skip(1);
            data = bytes.Bytes(bytes.UInt16());
        }

        return new CoreRangeRequest { Command = command, Fid = fid, Offset = offset, Count = count, Data = data };
    }
}

/// <summary>SMB_COM_READ response, [MS-CIFS] 2.2.4.11.2.</summary>
internal readonly record struct CoreReadResponse(ReadOnlyMemory<byte> Data) : ISmb1Body
{
    private const byte WordCount = 5;
    private const byte DataFormat = 0x01;

    public Smb1Command Command => Smb1Command.Read;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount) + 3 + Data.Length;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        w.UInt16((ushort)Data.Length);
        w.Skip(8);
        int bytes = Smb1Words.BeginBytes(ref w);
        w.UInt8(DataFormat);
        w.UInt16((ushort)Data.Length);
        w.Bytes(Data.Span);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static CoreReadResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(2 * WordCount);
        WireReader bytes = Smb1Words.Bytes(ref r);
        bytes.Skip(1);
        return new CoreReadResponse(bytes.Bytes(bytes.UInt16()));
    }
}
