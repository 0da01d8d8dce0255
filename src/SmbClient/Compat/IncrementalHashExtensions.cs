#if !NET
using System;
using System.Security.Cryptography;

namespace SmbClient;

/// <summary>Span overloads of <see cref="IncrementalHash"/> that netstandard2.0 lacks.</summary>
internal static class IncrementalHashExtensions
{
    public static void AppendData(this IncrementalHash hash, ReadOnlySpan<byte> octets)
    {
        byte[] copy = octets.ToArray();
        hash.AppendData(copy, 0, copy.Length);
    }

    public static void GetHashAndReset(this IncrementalHash hash, Span<byte> destination) => hash.GetHashAndReset().CopyTo(destination);
}
#endif
