using System.IO;
using SmbClient.Wire.Fscc;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_COM_NT_CREATE_ANDX request, [MS-CIFS] 2.2.4.64.1 and [MS-SMB] 2.2.4.9.1.</summary>
internal readonly record struct NtCreateRequest : ISmb1Body
{
    private const byte WordCount = 24;

    public uint Flags { get; init; }

    public uint RootDirectoryFid { get; init; }

    public required AccessMask DesiredAccess { get; init; }

    public ulong AllocationSize { get; init; }

    public FileAttributes FileAttributes { get; init; }

    public required ShareAccess ShareAccess { get; init; }

    public required CreateDisposition CreateDisposition { get; init; }

    public CreateOptions CreateOptions { get; init; }

    public uint ImpersonationLevel { get; init; }

    public byte SecurityFlags { get; init; }

    public required string FileName { get; init; }

    public Smb1Command Command => Smb1Command.NtCreateAndX;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount) + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt8(0);
        w.UInt16(checked((ushort)strings.Encoding.GetByteCount(FileName)));
        w.UInt32(Flags);
        w.UInt32(RootDirectoryFid);
        w.UInt32((uint)DesiredAccess);
        w.UInt64(AllocationSize);
        w.UInt32((uint)FileAttributes);
        w.UInt32((uint)ShareAccess);
        w.UInt32((uint)CreateDisposition);
        w.UInt32((uint)CreateOptions);
        w.UInt32(ImpersonationLevel);
        w.UInt8(SecurityFlags);
        int bytes = Smb1Words.BeginBytes(ref w);
        strings.Write(ref w, FileName);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static NtCreateRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(7);
        NtCreateRequest request = new()
        {
            Flags = r.UInt32(),
            RootDirectoryFid = r.UInt32(),
            DesiredAccess = (AccessMask)r.UInt32(),
            AllocationSize = r.UInt64(),
            FileAttributes = (FileAttributes)r.UInt32(),
            ShareAccess = (ShareAccess)r.UInt32(),
            CreateDisposition = (CreateDisposition)r.UInt32(),
            CreateOptions = (CreateOptions)r.UInt32(),
            ImpersonationLevel = r.UInt32(),
            SecurityFlags = r.UInt8(),
            FileName = "",
        };
        WireReader bytes = Smb1Words.Bytes(ref r);
        return request with { FileName = strings.Read(ref bytes) };
    }
}

/// <summary>
/// SMB_COM_NT_CREATE_ANDX response, [MS-CIFS] 2.2.4.64.2 and [MS-SMB] 2.2.4.9.2. The extended form says 42 words and has 50; what it adds
/// is not read.
/// </summary>
internal readonly struct NtCreateResponse : ISmb1Body
{
    private const byte WordCount = 34;
    private const byte ExtendedWordCount = 42;

    public byte OplockLevel { get; init; }

    public required ushort Fid { get; init; }

    public CreateAction CreateAction { get; init; }

    public long CreationTime { get; init; }

    public long LastAccessTime { get; init; }

    public long LastWriteTime { get; init; }

    public long ChangeTime { get; init; }

    public FileAttributes FileAttributes { get; init; }

    public ulong AllocationSize { get; init; }

    public ulong EndOfFile { get; init; }

    /// <summary>0 disk, 1 byte pipe, 2 message pipe, 3 printer.</summary>
    public ushort ResourceType { get; init; }

    public ushort NamedPipeStatus { get; init; }

    public bool IsDirectory { get; init; }

    public Smb1Command Command => Smb1Command.NtCreateAndX;

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * WordCount);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt8(OplockLevel);
        w.UInt16(Fid);
        w.UInt32((uint)CreateAction);
        w.Int64(CreationTime);
        w.Int64(LastAccessTime);
        w.Int64(LastWriteTime);
        w.Int64(ChangeTime);
        w.UInt32((uint)FileAttributes);
        w.UInt64(AllocationSize);
        w.UInt64(EndOfFile);
        w.UInt16(ResourceType);
        w.UInt16(NamedPipeStatus);
        w.UInt8(IsDirectory ? (byte)1 : (byte)0);
        w.UInt16(0);
    }

    public static NtCreateResponse Read(ref WireReader r, in Smb1Strings strings)
    {
        byte wordCount = r.UInt8();
        if (wordCount is not (WordCount or ExtendedWordCount))
        {
            throw r.Malformed($"WordCount is {wordCount}, not {WordCount} or {ExtendedWordCount}");
        }

        r.Skip(4);
        return new NtCreateResponse
        {
            OplockLevel = r.UInt8(),
            Fid = r.UInt16(),
            CreateAction = (CreateAction)r.UInt32(),
            CreationTime = r.Int64(),
            LastAccessTime = r.Int64(),
            LastWriteTime = r.Int64(),
            ChangeTime = r.Int64(),
            FileAttributes = (FileAttributes)r.UInt32(),
            AllocationSize = r.UInt64(),
            EndOfFile = r.UInt64(),
            ResourceType = r.UInt16(),
            NamedPipeStatus = r.UInt16(),
            IsDirectory = r.UInt8() != 0,
        };
    }
}
