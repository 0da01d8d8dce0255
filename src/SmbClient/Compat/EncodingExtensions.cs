#if !NET
using System;
using System.Buffers;
using System.Text;

namespace SmbClient;

/// <summary>Span overloads of <see cref="Encoding"/> that netstandard2.0 lacks.</summary>
internal static class EncodingExtensions
{
    public static string GetString(this Encoding encoding, ReadOnlySpan<byte> octets)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(octets.Length);
        octets.CopyTo(rented);
        string text = encoding.GetString(rented, 0, octets.Length);
        rented.AsSpan(0, octets.Length).Clear();
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    public static int GetBytes(this Encoding encoding, ReadOnlySpan<char> text, Span<byte> destination)
    {
        char[] chars = text.ToArray();
        byte[] octets = encoding.GetBytes(chars);
        octets.CopyTo(destination);
        octets.AsSpan().Clear();
        chars.AsSpan().Clear();
        return octets.Length;
    }
}
#endif
