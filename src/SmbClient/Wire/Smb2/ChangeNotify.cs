using System;

namespace SmbClient.Wire.Smb2;

/// <summary>SMB2 CHANGE_NOTIFY request, [MS-SMB2] 2.2.35.</summary>
internal readonly struct ChangeNotifyRequest : ISmb2Body
{
    /// <summary>A value of <see cref="Flags"/>: everything below the directory, too.</summary>
    public const ushort WatchTree = 0x0001;

    private const ushort StructureSize = 32;

    public ushort Flags { get; init; }

    /// <summary>Octets of changes that the client takes.</summary>
    public required uint OutputBufferLength { get; init; }

    public required FileId FileId { get; init; }

    /// <summary>The kinds of change to tell of.</summary>
    public required uint CompletionFilter { get; init; }

    public Smb2Command Command => Smb2Command.ChangeNotify;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(Flags);
        w.UInt32(OutputBufferLength);
        FileId.Write(ref w);
        w.UInt32(CompletionFilter);
        w.UInt32(0);
    }

    public static ChangeNotifyRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        ChangeNotifyRequest request = new()
        {
            Flags = r.UInt16(),
            OutputBufferLength = r.UInt32(),
            FileId = FileId.Read(ref r),
            CompletionFilter = r.UInt32(),
        };
        r.Skip(4);
        return request;
    }
}

/// <summary>SMB2 CHANGE_NOTIFY response, [MS-SMB2] 2.2.36; also with STATUS_NOTIFY_ENUM_DIR and STATUS_NOTIFY_CLEANUP.</summary>
internal readonly struct ChangeNotifyResponse : ISmb2Body
{
    /// <summary>A list of <see cref="Fscc.FileNotifyInformation"/>; empty if there were too many changes.</summary>
    public required ReadOnlyMemory<byte> Output { get; init; }

    public Smb2Command Command => Smb2Command.ChangeNotify;

    public int Size => Smb2Buffers.OutputSize + Output.Length;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteOutput(ref w, Output);

    public static ChangeNotifyResponse Read(ref WireReader r) => new() { Output = Smb2Buffers.ReadOutput(ref r) };
}
