using System;

namespace SmbClient.Crypto;

/// <summary>
/// The chain of blocks under AES-128-CMAC. AES is the processor's or the platform's, never a table of ours, so that it takes the same time
/// whatever the key is. One thread at a time.
/// </summary>
internal abstract partial class AesChain : IDisposable
{
    /// <summary>Octets of a block and of the key.</summary>
    public const int BlockSize = 16;

    /// <summary>For every block: state = AES(state XOR block).</summary>
    /// <param name="blocks">A multiple of 16 octets; may be none.</param>
    /// <param name="state">16 octets, replaced. What is in <paramref name="blocks"/> they must not be.</param>
    public abstract void Chain(ReadOnlySpan<byte> blocks, Span<byte> state);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
