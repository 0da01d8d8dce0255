using System;

namespace SmbClient.Crypto;

/// <summary>The processor's AES, which needs no call into the platform: faster at every size, and many times at the sizes of most messages.</summary>
internal abstract partial class AesChain
{
    /// <param name="key">16 octets, which are copied.</param>
    public static AesChain Create(ReadOnlySpan<byte> key) =>
        InstructionAesChain.IsSupported ? new InstructionAesChain(key) : new PlatformAesChain(key);
}
