using System;
using System.Security.Cryptography;

namespace SmbClient.Gss.Kerberos.Crypto;

/// <summary>HMAC by the platform, cut to a length, and what [RFC8018] 5.2 and [RFC8009] 3 make of it.</summary>
internal static class KerberosHmac
{
    public static byte[] Compute(HashAlgorithmName hash, byte[] key, int length, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(hash, key);
        hmac.AppendData(first);
        hmac.AppendData(second);
        return Cut(hmac.GetHashAndReset(), length);
    }

    /// <summary>PBKDF2, here because netstandard2.0 has it for SHA-1 only.</summary>
    public static byte[] Pbkdf2(HashAlgorithmName hash, byte[] password, byte[] salt, int iterations, int length)
    {
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(hash, password);
        byte[] derived = new byte[length];
        int done = 0;
        for (byte block = 1; done < length; block++)
        {
            hmac.AppendData(salt);
            hmac.AppendData([0, 0, 0, block]);
            byte[] u = hmac.GetHashAndReset();
            byte[] sum = (byte[])u.Clone();
            for (int i = 1; i < iterations; i++)
            {
                hmac.AppendData(u);
                u = hmac.GetHashAndReset();
                for (int j = 0; j < sum.Length; j++)
                {
                    sum[j] ^= u[j];
                }
            }

            int taken = Math.Min(sum.Length, length - done);
            sum.AsSpan(0, taken).CopyTo(derived.AsSpan(done));
            sum.AsSpan().Clear();
            done += taken;
        }

        return derived;
    }

    /// <summary>KDF-HMAC-SHA2, [RFC8009] 3, without a context.</summary>
    public static byte[] Kdf(HashAlgorithmName hash, byte[] key, ReadOnlySpan<byte> label, int length)
    {
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(hash, key);
        hmac.AppendData([0, 0, 0, 1]);
        hmac.AppendData(label);
        hmac.AppendData([0]);
        hmac.AppendData([0, 0, (byte)((8 * length) >> 8), (byte)(8 * length)]);
        return Cut(hmac.GetHashAndReset(), length);
    }

    private static byte[] Cut(byte[] hash, int length)
    {
        if (hash.Length == length)
        {
            return hash;
        }

        byte[] part = hash.AsSpan(0, length).ToArray();
        hash.AsSpan().Clear();
        return part;
    }
}
