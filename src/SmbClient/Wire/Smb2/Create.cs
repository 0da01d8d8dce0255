using System.Collections.Generic;
using System.IO;
using System.Text;
using SmbClient.Wire.Fscc;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 CREATE request, [MS-SMB2] 2.2.13.</summary>
internal readonly record struct CreateRequest : ISmb2Body
{
    private const ushort StructureSize = 57;
    private const int FixedSize = StructureSize - 1;

    /// <summary>Octets of the buffer where there is neither name nor context.</summary>
    private const int EmptyBufferSize = 2;

    public Smb2OplockLevel RequestedOplockLevel { get; init; }

    /// <summary>2: impersonation.</summary>
    public uint ImpersonationLevel { get; init; }

    public required AccessMask DesiredAccess { get; init; }

    public FileAttributes FileAttributes { get; init; }

    public required ShareAccess ShareAccess { get; init; }

    public required CreateDisposition CreateDisposition { get; init; }

    public CreateOptions CreateOptions { get; init; }

    /// <summary>Relative to the share, without leading backslash; empty for its root.</summary>
    public required string Name { get; init; }

    public IReadOnlyList<CreateContext> Contexts { get => field ?? []; init; }

    public Smb2Command Command => Smb2Command.Create;

    public int Size => FixedSize + (2 * Name.Length) + EmptyBufferSize + CreateContext.ListSize(Contexts);

    public void Write(ref WireWriter w)
    {
        int nameOffset = w.Position + FixedSize;
        w.UInt16(StructureSize);
        w.UInt8(0);
        w.UInt8((byte)RequestedOplockLevel);
        w.UInt32(ImpersonationLevel);
        w.Skip(16);
        w.UInt32((uint)DesiredAccess);
        w.UInt32((uint)FileAttributes);
        w.UInt32((uint)ShareAccess);
        w.UInt32((uint)CreateDisposition);
        w.UInt32((uint)CreateOptions);
        w.UInt16(checked((ushort)nameOffset));
        w.UInt16(checked((ushort)(2 * Name.Length)));
        int contexts = w.Position;
        w.UInt64(0);
        w.Text(Encoding.Unicode, Name);
        w.Skip(Name.Length == 0 && Contexts.Count == 0 ? EmptyBufferSize : 0);
        CreateContext.WriteList(ref w, Contexts, contexts);
    }

    public static CreateRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        r.Skip(1);
        Smb2OplockLevel oplockLevel = (Smb2OplockLevel)r.UInt8();
        uint impersonationLevel = r.UInt32();
        r.Skip(16);
        CreateRequest request = new()
        {
            RequestedOplockLevel = oplockLevel,
            ImpersonationLevel = impersonationLevel,
            DesiredAccess = (AccessMask)r.UInt32(),
            FileAttributes = (FileAttributes)r.UInt32(),
            ShareAccess = (ShareAccess)r.UInt32(),
            CreateDisposition = (CreateDisposition)r.UInt32(),
            CreateOptions = (CreateOptions)r.UInt32(),
            Name = "",
        };
        ushort nameOffset = r.UInt16();
        ushort nameLength = r.UInt16();
        uint contextsOffset = r.UInt32();
        uint contextsLength = r.UInt32();
        return request with
        {
            Name = Smb2Buffers.Text(r, nameOffset, nameLength),
            Contexts = CreateContext.ReadList(Smb2Buffers.Bytes(r, contextsOffset, contextsLength)),
        };
    }
}

/// <summary>SMB2 CREATE response, [MS-SMB2] 2.2.14. Times are 100 ns ticks since 1601, UTC; sizes are octets.</summary>
internal readonly record struct CreateResponse : ISmb2Body
{
    /// <summary>A value of <see cref="Flags"/>: what was opened is a reparse point.</summary>
    public const byte ReparsePoint = 0x01;

    private const ushort StructureSize = 89;
    private const int FixedSize = StructureSize - 1;

    public Smb2OplockLevel OplockLevel { get; init; }

    public byte Flags { get; init; }

    public CreateAction CreateAction { get; init; }

    public long CreationTime { get; init; }

    public long LastAccessTime { get; init; }

    public long LastWriteTime { get; init; }

    public long ChangeTime { get; init; }

    public ulong AllocationSize { get; init; }

    public ulong EndOfFile { get; init; }

    public FileAttributes FileAttributes { get; init; }

    public required FileId FileId { get; init; }

    public IReadOnlyList<CreateContext> Contexts { get => field ?? []; init; }

    public Smb2Command Command => Smb2Command.Create;

    public int Size => FixedSize + CreateContext.ListSize(Contexts);

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt8((byte)OplockLevel);
        w.UInt8(Flags);
        w.UInt32((uint)CreateAction);
        w.Int64(CreationTime);
        w.Int64(LastAccessTime);
        w.Int64(LastWriteTime);
        w.Int64(ChangeTime);
        w.UInt64(AllocationSize);
        w.UInt64(EndOfFile);
        w.UInt32((uint)FileAttributes);
        w.UInt32(0);
        FileId.Write(ref w);
        int contexts = w.Position;
        w.UInt64(0);
        CreateContext.WriteList(ref w, Contexts, contexts);
    }

    public static CreateResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        CreateResponse response = new()
        {
            OplockLevel = (Smb2OplockLevel)r.UInt8(),
            Flags = r.UInt8(),
            CreateAction = (CreateAction)r.UInt32(),
            CreationTime = r.Int64(),
            LastAccessTime = r.Int64(),
            LastWriteTime = r.Int64(),
            ChangeTime = r.Int64(),
            AllocationSize = r.UInt64(),
            EndOfFile = r.UInt64(),
            FileAttributes = (FileAttributes)r.UInt32(),
            FileId = default,
        };
        r.Skip(4);
        response = response with { FileId = FileId.Read(ref r) };
        uint contextsOffset = r.UInt32();
        uint contextsLength = r.UInt32();
        return response with { Contexts = CreateContext.ReadList(Smb2Buffers.Bytes(r, contextsOffset, contextsLength)) };
    }
}
