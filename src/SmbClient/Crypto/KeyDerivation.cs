using System;
using System.Security.Cryptography;

namespace SmbClient.Crypto;

/// <summary>The key derivation of [SP800-108] 4.1 in counter mode with HMAC-SHA256 and a counter of 32 bits, for keys of one block.</summary>
internal static class KeyDerivation
{
    /// <param name="key">The key that others are derived from, of any length.</param>
    /// <param name="label">What the derived key is for, with its terminating zero if it has one.</param>
    /// <param name="context">What it depends on.</param>
    /// <param name="length">Octets of the derived key: at most 32.</param>
    public static byte[] Derive(byte[] key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> context, int length)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData([0, 0, 0, 1]);
        hash.AppendData(label);
        hash.AppendData([0]);
        hash.AppendData(context);
        hash.AppendData([0, 0, (byte)((8 * length) >> 8), (byte)(8 * length)]);
        byte[] block = hash.GetHashAndReset();
        byte[] derived = block.AsSpan(0, length).ToArray();
        block.AsSpan().Clear();
        return derived;
    }
}
