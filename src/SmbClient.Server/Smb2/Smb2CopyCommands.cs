using System;
using System.Buffers.Binary;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>Copies of ranges that do not travel, [MS-SMB2] 3.3.5.15.5 and 3.3.5.15.6.</summary>
internal static class Smb2CopyCommands
{
    /// <summary>What Windows takes at once ([MS-SMB2] 3.3.3).</summary>
    private static readonly CopyChunkResponse Limits = new(256, 1 << 20, 16 << 20);

    /// <summary>The name of an open for copies: its id. It is of use only to the session that has the open.</summary>
    public static Smb2Reply NameSource(in IoctlRequest request, Smb2Open open)
    {
        if (open.Target is not FileOpen)
        {
            return Smb2Reply.Error(NtStatus.InvalidDeviceRequest);
        }

        if (request.MaxOutputResponse < ResumeKeyResponse.Size)
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        byte[] key = new byte[ResumeKeyResponse.KeySize];
        BinaryPrimitives.WriteUInt64LittleEndian(key, open.Id.Persistent);
        BinaryPrimitives.WriteUInt64LittleEndian(key.AsSpan(8), open.Id.Volatile);
        byte[] output = new byte[ResumeKeyResponse.Size];
        WireWriter w = new(output);
        new ResumeKeyResponse(key).Write(ref w);
        return Smb2Reply.Of(new IoctlResponse { CtlCode = request.CtlCode, FileId = open.Id, Output = output });
    }

    /// <summary>Copies chunks into <paramref name="open"/>, one after the other; those before one that fails stay written.</summary>
    public static async ValueTask<Smb2Reply> CopyAsync(Smb2Request request, IoctlRequest body, Smb2Open open, CancellationToken cancellationToken)
    {
        if (body.MaxOutputResponse < CopyChunkResponse.Size || body.Input.Length < CopyChunkRequest.FixedSize)
        {
            return Smb2Reply.Error(NtStatus.InvalidParameter);
        }

        if (open.Target is not FileOpen target)
        {
            return Smb2Reply.Error(NtStatus.InvalidDeviceRequest);
        }

        (ReadOnlyMemory<byte> key, CopyChunk[]? chunks) = Read(body.Input);
        if (!TryFind(request.Session!, key.Span, out FileOpen? source))
        {
            return Smb2Reply.Error(NtStatus.ObjectNameNotFound);
        }

        if (chunks is null)
        {
            return Respond(body, open, Limits, NtStatus.InvalidParameter);
        }

        // FSCTL_SRV_COPYCHUNK_WRITE is for who cannot read what he writes.
        if ((FsControlCode)body.CtlCode == FsControlCode.SrvCopyChunk && !target.Has(AccessMask.ReadData))
        {
            return Smb2Reply.Error(NtStatus.AccessDenied);
        }

        uint done = 0;
        uint total = 0;
        foreach (CopyChunk chunk in chunks)
        {
            NtStatus status = await RangeCopy.CopyAsync(source!, chunk.SourceOffset, target, chunk.TargetOffset, (int)chunk.Length, cancellationToken).ConfigureAwait(false);
            if (status != NtStatus.Success)
            {
                return Respond(body, open, new CopyChunkResponse(done, 0, total), status);
            }

            done++;
            total += chunk.Length;
        }

        return Respond(body, open, new CopyChunkResponse(done, 0, total), NtStatus.Success);
    }

    /// <summary>The key, and the chunks if they are within the limits.</summary>
    private static (ReadOnlyMemory<byte> Key, CopyChunk[]? Chunks) Read(ReadOnlyMemory<byte> input)
    {
        WireReader r = new(input);
        CopyChunkRequest request = CopyChunkRequest.Read(ref r);
        if (request.ChunkCount > Limits.Chunks || request.ChunkCount * CopyChunk.Size > input.Length - CopyChunkRequest.FixedSize)
        {
            return (request.SourceKey, null);
        }

        CopyChunk[] chunks = new CopyChunk[request.ChunkCount];
        ulong total = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            chunks[i] = CopyChunk.Read(ref r);
            total += chunks[i].Length;
            if (chunks[i].Length == 0 || chunks[i].Length > Limits.ChunkOctets || total > Limits.TotalOctets)
            {
                return (request.SourceKey, null);
            }
        }

        return (request.SourceKey, chunks);
    }

    private static bool TryFind(Smb2Session session, ReadOnlySpan<byte> key, out FileOpen? source)
    {
        FileId id = new(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));
        source = key[16..].IndexOfAnyExcept((byte)0) < 0 && session.TryGetOpen(id, tree: null, out Smb2Open? open) ? open.Target as FileOpen : null;
        return source is not null;
    }

    private static Smb2Reply Respond(in IoctlRequest body, Smb2Open open, CopyChunkResponse response, NtStatus status)
    {
        byte[] output = new byte[CopyChunkResponse.Size];
        WireWriter w = new(output);
        response.Write(ref w);
        return Smb2Reply.Of(new IoctlResponse { CtlCode = body.CtlCode, FileId = open.Id, Output = output }, status);
    }
}
