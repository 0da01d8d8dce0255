using System;

namespace SmbClient.Crypto;

/// <summary>BouncyCastle's ciphers: netstandard2.0 has none.</summary>
internal abstract partial class AeadCipher
{
    /// <param name="key">16 or 32 octets, which are copied.</param>
    public static AeadCipher Gcm(ReadOnlySpan<byte> key) => BouncyCastleAead.Gcm(key);

    /// <param name="key">16 or 32 octets, which are copied.</param>
    public static AeadCipher Ccm(ReadOnlySpan<byte> key) => BouncyCastleAead.Ccm(key);
}
