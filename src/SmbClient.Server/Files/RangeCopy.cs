using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server.Files;

/// <summary>Copies ranges between open files, or within one, as a READ and a WRITE of their clients would, in small steps.</summary>
internal static class RangeCopy
{
    private const int Step = 64 * 1024;

    /// <summary>
    /// Copies all of a range: <see cref="NtStatus.InvalidViewSize"/> where it is not all there, <see cref="NtStatus.AccessDenied"/> where the rights
    /// of either open do not suffice. Where it fails on its way a part may be written.
    /// </summary>
    public static async ValueTask<NtStatus> CopyAsync(FileOpen source, ulong from, FileOpen target, ulong to, int length, CancellationToken cancellationToken)
    {
        if (source.IsDirectory || target.IsDirectory)
        {
            return NtStatus.InvalidDeviceRequest;
        }

        if ((source.GrantedAccess & FileRights.Reading) == 0 || (target.GrantedAccess & FileRights.Writing) == 0)
        {
            return NtStatus.AccessDenied;
        }

        SmbStoreEntry? entry = await source.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        if (entry is null || from > (ulong)entry.Length || (ulong)entry.Length - from < (ulong)length)
        {
            return NtStatus.InvalidViewSize;
        }

        if (to > CreateRules.MaxFileSize)
        {
            return NtStatus.InvalidParameter;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(length, Step));
        try
        {
            // From the end where octets move up, so that none is written over before it was read: both may be the same file.
            bool backwards = to > from;
            for (int done = 0; done < length;)
            {
                int count = Math.Min(length - done, Step);
                int position = backwards ? length - done - count : done;
                NtStatus status = await StepAsync(source, (long)from + position, target, (long)to + position, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                if (status != NtStatus.Success)
                {
                    return status;
                }

                done += count;
            }

            return NtStatus.Success;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static async ValueTask<NtStatus> StepAsync(FileOpen source, long from, FileOpen target, long to, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        (NtStatus status, int count) = await source.ReadAsync(from, buffer, 0, cancellationToken).ConfigureAwait(false);
        if (status != NtStatus.Success)
        {
            return status;
        }

        // Somebody has cut the file meanwhile, unless a store reads less than it has.
        return count < buffer.Length
            ? NtStatus.InvalidViewSize
            : await target.WriteAsync(to, buffer, writeThrough: false, 0, cancellationToken).ConfigureAwait(false);
    }
}
