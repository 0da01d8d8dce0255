using System;

namespace SmbClient.Wire.Smb2;

/// <summary>The output of FSCTL_SRV_REQUEST_RESUME_KEY: a name for an open, which a copy of chunks reads from; [MS-SMB2] 2.2.32.3.</summary>
/// <param name="Key">24 octets that mean something to the server only.</param>
internal readonly record struct ResumeKeyResponse(ReadOnlyMemory<byte> Key)
{
    public const int Size = 32;
    public const int KeySize = 24;

    public void Write(ref WireWriter w)
    {
        w.Bytes(Key.Span);
        w.Skip(Size - KeySize);
    }

    public static ResumeKeyResponse Read(ref WireReader r) => new(r.Bytes(KeySize));
}

/// <summary>A range that a server copies, [MS-SMB2] 2.2.31.1.1.</summary>
/// <param name="SourceOffset">Octets from the start of the file that is read.</param>
/// <param name="TargetOffset">Octets from the start of the file that is written.</param>
/// <param name="Length">Octets.</param>
internal readonly record struct CopyChunk(ulong SourceOffset, ulong TargetOffset, uint Length)
{
    public const int Size = 24;

    public void Write(ref WireWriter w)
    {
        w.UInt64(SourceOffset);
        w.UInt64(TargetOffset);
        w.UInt32(Length);
        w.UInt32(0);
    }

    public static CopyChunk Read(ref WireReader r)
    {
        CopyChunk chunk = new(r.UInt64(), r.UInt64(), r.UInt32());
        r.Skip(4);
        return chunk;
    }
}

/// <summary>The input of FSCTL_SRV_COPYCHUNK and FSCTL_SRV_COPYCHUNK_WRITE, [MS-SMB2] 2.2.31.1; the chunks follow it.</summary>
internal readonly struct CopyChunkRequest
{
    public const int FixedSize = 32;

    /// <summary>The key of the open that is read.</summary>
    public required ReadOnlyMemory<byte> SourceKey { get; init; }

    public required uint ChunkCount { get; init; }

    public void Write(ref WireWriter w)
    {
        w.Bytes(SourceKey.Span);
        w.UInt32(ChunkCount);
        w.UInt32(0);
    }

    public static CopyChunkRequest Read(ref WireReader r)
    {
        ReadOnlyMemory<byte> key = r.Bytes(ResumeKeyResponse.KeySize);
        uint count = r.UInt32();
        r.Skip(4);
        return new CopyChunkRequest { SourceKey = key, ChunkCount = count };
    }
}

/// <summary>The output of a copy of chunks, [MS-SMB2] 2.2.32.1; with STATUS_INVALID_PARAMETER it says how much a server takes at once.</summary>
/// <param name="Chunks">Chunks that were written; or the most that one request may have.</param>
/// <param name="ChunkOctets">Octets of a chunk that was written in part; or the most that a chunk may have.</param>
/// <param name="TotalOctets">Octets written; or the most that one request may copy.</param>
internal readonly record struct CopyChunkResponse(uint Chunks, uint ChunkOctets, uint TotalOctets)
{
    public const int Size = 12;

    public void Write(ref WireWriter w)
    {
        w.UInt32(Chunks);
        w.UInt32(ChunkOctets);
        w.UInt32(TotalOctets);
    }

    public static CopyChunkResponse Read(ref WireReader r) => new(r.UInt32(), r.UInt32(), r.UInt32());
}
