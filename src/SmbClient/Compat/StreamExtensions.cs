#if !NET
using System;
using System.Buffers;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient;

/// <summary>Memory overloads of <see cref="Stream"/> that netstandard2.0 lacks.</summary>
internal static class StreamExtensions
{
    public static async ValueTask<int> ReadAsync(this Stream stream, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (MemoryMarshal.TryGetArray(destination, out ArraySegment<byte> segment))
        {
            return await stream.ReadAsync(segment.Array!, segment.Offset, segment.Count, cancellationToken).ConfigureAwait(false);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(destination.Length);
        int count = await stream.ReadAsync(rented, 0, destination.Length, cancellationToken).ConfigureAwait(false);
        rented.AsSpan(0, count).CopyTo(destination.Span);
        ArrayPool<byte>.Shared.Return(rented);
        return count;
    }

    public static async ValueTask WriteAsync(this Stream stream, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        if (!MemoryMarshal.TryGetArray(source, out ArraySegment<byte> segment))
        {
            segment = new ArraySegment<byte>(source.ToArray());
        }

        await stream.WriteAsync(segment.Array!, segment.Offset, segment.Count, cancellationToken).ConfigureAwait(false);
    }
}
#endif
