using System;
using System.Collections.Generic;
using System.Numerics;
using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>
/// The octets of one file, in chunks that exist only where something was written: a hole costs nothing. Each piece of a read or write is
/// copied under a short lock, so that a large one is not one atomic step.
/// </summary>
internal sealed class MemoryContent(MemoryBudget budget)
{
    internal const int ChunkSize = 64 * 1024;
    private const int SmallestChunk = 512;

    /// <summary>The longest file: 8 TiB, since holes cost nothing.</summary>
    private const long MaxLength = 1L << 43;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, byte[]> _chunks = [];
    private long _length;
    private long _allocated;
    private bool _isFreed;

    /// <summary>Octets up to the end of the file.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>Octets that its chunks take.</summary>
    public long Allocated => Volatile.Read(ref _allocated);

    /// <summary>Copies what is there; 0 at the end and beyond.</summary>
    public int Read(long offset, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            lock (_gate)
            {
                long position = offset + done;
                int within = (int)(position % ChunkSize);
                int count = (int)Math.Min(Math.Min(destination.Length - done, ChunkSize - within), Math.Max(_length - position, 0));
                if (count == 0)
                {
                    return done;
                }

                Copy(_chunks.GetValueOrDefault(position / ChunkSize), within, destination.Slice(done, count));
                done += count;
            }
        }

        return done;
    }

    /// <summary>Writes everything, or nothing where there is no room.</summary>
    public NtStatus Write(long offset, ReadOnlySpan<byte> source)
    {
        if (offset < 0 || offset > long.MaxValue - ChunkSize - source.Length)
        {
            return NtStatus.InvalidParameter;
        }

        lock (_gate)
        {
            if (offset > MaxLength - source.Length || !TryReserve(offset, source.Length))
            {
                return NtStatus.DiskFull;
            }
        }

        int done = 0;
        while (done < source.Length)
        {
            long position = offset + done;
            int within = (int)(position % ChunkSize);
            int count = Math.Min(source.Length - done, ChunkSize - within);
            lock (_gate)
            {
                // Whoever cut the file meanwhile may have taken the chunk away.
                if (!TryReserve(position, count))
                {
                    return NtStatus.DiskFull;
                }

                source.Slice(done, count).CopyTo(_chunks[position / ChunkSize].AsSpan(within));
                _length = Math.Max(_length, position + count);
            }

            done += count;
        }

        return NtStatus.Success;
    }

    /// <summary>Cuts or extends; what is beyond the end is zeros when it comes back.</summary>
    public NtStatus SetLength(long length)
    {
        if (length > MaxLength)
        {
            return NtStatus.DiskFull;
        }

        lock (_gate)
        {
            if (length < _length)
            {
                Drop(length);
            }

            _length = length;
            return NtStatus.Success;
        }
    }

    /// <summary>Gives every chunk back, and lets nobody take new ones: the file is gone.</summary>
    public void Free()
    {
        lock (_gate)
        {
            _isFreed = true;
            Drop(0);
            _length = 0;
        }
    }

    private static void Copy(byte[]? chunk, int within, Span<byte> destination)
    {
        int there = chunk is null ? 0 : Math.Clamp(chunk.Length - within, 0, destination.Length);
        if (there > 0)
        {
            chunk.AsSpan(within, there).CopyTo(destination);
        }

        destination.Slice(there).Clear();
    }

    /// <summary>Makes the chunks that a write needs, or none of them.</summary>
    private bool TryReserve(long offset, int length)
    {
        long missing = 0;
        for (long position = offset; position < offset + length; position = Next(position))
        {
            missing += Growth(position, offset + length);
        }

        if (missing == 0)
        {
            return !_isFreed;
        }

        if (_isFreed || !budget.TryTake(missing))
        {
            return false;
        }

        _allocated += missing;
        for (long position = offset; position < offset + length; position = Next(position))
        {
            int more = Growth(position, offset + length);
            if (more > 0)
            {
                byte[]? chunk = _chunks.GetValueOrDefault(position / ChunkSize);
                byte[] grown = new byte[(chunk?.Length ?? 0) + more];
                chunk?.CopyTo(grown, 0);
                _chunks[position / ChunkSize] = grown;
            }
        }

        return true;
    }

    /// <summary>Octets that the chunk of a position lacks for a write up to <paramref name="end"/>.</summary>
    private int Growth(long position, long end)
    {
        int needed = (int)Math.Min(end - (position - (position % ChunkSize)), ChunkSize);
        int there = _chunks.GetValueOrDefault(position / ChunkSize)?.Length ?? 0;
        return there >= needed ? 0 : Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)needed), SmallestChunk) - there;
    }

    private static long Next(long position) => position - (position % ChunkSize) + ChunkSize;

    private void Drop(long length)
    {
        long last = length / ChunkSize;
        int within = (int)(length % ChunkSize);
        foreach ((long index, byte[] chunk) in _chunks)
        {
            if (index > last || (index == last && within == 0))
            {
                _chunks.Remove(index);
                _allocated -= chunk.Length;
                budget.Return(chunk.Length);
            }
            else if (index == last && within < chunk.Length)
            {
                chunk.AsSpan(within).Clear();
            }
        }
    }
}
