using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Files;

/// <summary>File system controls on an open file, [MS-FSA] 2.1.5.10.</summary>
internal static class FileControl
{
    private const int RangeSize = 16;
    private const int ObjectIdSize = 64;
    private const int ZeroStep = 64 * 1024;

    /// <summary>Zeros are written, since stores punch no holes: not for ever at one request, and not without end to a sparse file.</summary>
    private const long MaxZeros = 256L << 20;

    private static readonly byte[] Zeros = new byte[ZeroStep];

    /// <summary>Does what the control asks for.</summary>
    public static ValueTask<QueryOutcome> ApplyAsync(FileOpen open, FsControlCode code, ReadOnlyMemory<byte> input, int maxOutput, CancellationToken cancellationToken) =>
        code switch
        {
            FsControlCode.CreateOrGetObjectId => GetObjectIdAsync(open, maxOutput, cancellationToken),
            FsControlCode.SetSparse => new(new QueryOutcome(SetSparse(open))),
            FsControlCode.QueryAllocatedRanges => QueryAllocatedRangesAsync(open, input, maxOutput, cancellationToken),
            FsControlCode.SetZeroData => SetZeroDataAsync(open, input, cancellationToken),
            FsControlCode.GetCompression => new(maxOutput < sizeof(ushort) ? new QueryOutcome(NtStatus.BufferTooSmall) : new QueryOutcome(NtStatus.Success, new byte[sizeof(ushort)])),
            FsControlCode.SetCompression => new(new QueryOutcome(SetCompression(open, input))),
            FsControlCode.SrvEnumerateSnapshots => new(new QueryOutcome(NtStatus.NotSupported)),
            _ => new(new QueryOutcome(NtStatus.InvalidDeviceRequest)),
        };

    /// <summary>The object identifier is the file's number, [MS-FSCC] 2.3.1 and 2.1.3.1: no birth identifiers.</summary>
    private static async ValueTask<QueryOutcome> GetObjectIdAsync(FileOpen open, int maxOutput, CancellationToken cancellationToken)
    {
        if (maxOutput < ObjectIdSize)
        {
            return new QueryOutcome(NtStatus.InvalidParameter);
        }

        SmbStoreEntry entry = await open.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        byte[] output = new byte[ObjectIdSize];
        WireWriter w = new(output);
        w.UInt64(entry.FileId);
        return new QueryOutcome(NtStatus.Success, output);
    }

    /// <summary>Every store may leave holes; there is nothing to switch.</summary>
    private static NtStatus SetSparse(FileOpen open)
    {
        if (open.IsDirectory)
        {
            return NtStatus.InvalidParameter;
        }

        return (open.GrantedAccess & (FileRights.Writing | AccessMask.WriteAttributes)) == 0 ? NtStatus.AccessDenied : NtStatus.Success;
    }

    /// <summary>Nothing is compressed, which is what may be asked for; as ReFS has it.</summary>
    private static NtStatus SetCompression(FileOpen open, ReadOnlyMemory<byte> input)
    {
        if (input.Length < sizeof(ushort))
        {
            return NtStatus.InvalidParameter;
        }

        return !open.Has(AccessMask.WriteData) ? NtStatus.AccessDenied : BitConverter.ToUInt16(input.Span) == 0 ? NtStatus.Success : NtStatus.NotSupported;
    }

    /// <summary>Stores do not tell where their holes are, so that the whole file counts as there.</summary>
    private static async ValueTask<QueryOutcome> QueryAllocatedRangesAsync(FileOpen open, ReadOnlyMemory<byte> input, int maxOutput, CancellationToken cancellationToken)
    {
        if (open.IsDirectory || !TryRead(input, out long offset, out long length) || length < 0 || offset > long.MaxValue - length)
        {
            return new QueryOutcome(NtStatus.InvalidParameter);
        }

        if (!open.Has(AccessMask.ReadData))
        {
            return new QueryOutcome(NtStatus.AccessDenied);
        }

        SmbStoreEntry entry = await open.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        long end = Math.Min(entry.Length, offset + length);
        if (end <= offset)
        {
            return new QueryOutcome(NtStatus.Success);
        }

        if (maxOutput < RangeSize)
        {
            return new QueryOutcome(NtStatus.BufferTooSmall, BitConverter.GetBytes(RangeSize));
        }

        byte[] output = new byte[RangeSize];
        WireWriter w = new(output);
        w.Int64(offset);
        w.Int64(end - offset);
        return new QueryOutcome(NtStatus.Success, output);
    }

    private static async ValueTask<QueryOutcome> SetZeroDataAsync(FileOpen open, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (open.IsDirectory || !TryRead(input, out long offset, out long beyond) || beyond < offset)
        {
            return new QueryOutcome(NtStatus.InvalidParameter);
        }

        if (!open.Has(AccessMask.WriteData))
        {
            return new QueryOutcome(NtStatus.AccessDenied);
        }

        SmbStoreEntry entry = await open.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        long end = Math.Min(beyond, entry.Length);
        if (end - offset > MaxZeros)
        {
            return new QueryOutcome(NtStatus.NotSupported);
        }

        while (offset < end)
        {
            int count = (int)Math.Min(end - offset, ZeroStep);
            NtStatus status = await open.WriteAsync(offset, Zeros.AsMemory(0, count), writeThrough: false, owner: 0, cancellationToken).ConfigureAwait(false);
            if (status != NtStatus.Success)
            {
                return new QueryOutcome(status);
            }

            offset += count;
        }

        return new QueryOutcome(NtStatus.Success);
    }

    private static bool TryRead(ReadOnlyMemory<byte> input, out long first, out long second)
    {
        first = second = 0;
        if (input.Length < RangeSize)
        {
            return false;
        }

        WireReader r = new(input);
        first = r.Int64();
        second = r.Int64();
        return first >= 0;
    }
}
