using System.Security.Cryptography;

namespace SmbClient.Crypto;

/// <summary>MD5 and HMAC-MD5 over several parts, by the platform.</summary>
internal static class Md5
{
    public static byte[] Hash(params byte[][] parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        return Finish(hash, parts);
    }

    public static byte[] Hmac(byte[] key, params byte[][] parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.MD5, key);
        return Finish(hash, parts);
    }

    private static byte[] Finish(IncrementalHash hash, byte[][] parts)
    {
        foreach (byte[] part in parts)
        {
            hash.AppendData(part);
        }

        return hash.GetHashAndReset();
    }
}
