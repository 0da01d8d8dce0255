using System;
using System.Security.Cryptography;

namespace SmbClient.Crypto;

/// <summary>Random octets from the operating system, for what a peer must not guess.</summary>
internal static class SecureRandom
{
    public static byte[] Next(int count)
    {
        byte[] octets = new byte[count];
        using RandomNumberGenerator generator = RandomNumberGenerator.Create();
        generator.GetBytes(octets);
        return octets;
    }

    public static Guid NewGuid() => new(Next(16));
}
