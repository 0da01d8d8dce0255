using System;

namespace SmbClient.Crypto;

/// <summary>The platform's AES: netstandard2.0 has no instructions.</summary>
internal abstract partial class AesChain
{
    /// <param name="key">16 octets, which are copied.</param>
    public static AesChain Create(ReadOnlySpan<byte> key) => new PlatformAesChain(key);
}
