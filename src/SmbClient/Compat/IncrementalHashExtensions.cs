#if !NET
using System;
using System.Buffers;
using System.Security.Cryptography;

namespace SmbClient;

/// <summary>Span overloads of <see cref="IncrementalHash"/> that netstandard2.0 lacks.</summary>
internal static class IncrementalHashExtensions
{
    private const int ChunkSize = 16 * 1024;

    public static void AppendData(this IncrementalHash hash, ReadOnlySpan<byte> octets)
    {
        int size = Math.Min(octets.Length, ChunkSize);
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        for (ReadOnlySpan<byte> rest = octets; !rest.IsEmpty;)
        {
            int length = Math.Min(rest.Length, size);
            rest.Slice(0, length).CopyTo(rented);
            hash.AppendData(rented, 0, length);
            rest = rest.Slice(length);
        }

        rented.AsSpan(0, size).Clear();
        ArrayPool<byte>.Shared.Return(rented);
    }

    public static void GetHashAndReset(this IncrementalHash hash, Span<byte> destination) => hash.GetHashAndReset().CopyTo(destination);
}
#endif
