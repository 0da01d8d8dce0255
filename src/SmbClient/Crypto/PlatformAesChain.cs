using System;
using System.Buffers;
using System.Security.Cryptography;

namespace SmbClient.Crypto;

/// <summary>The chain of blocks by the platform's AES-CBC, which is such a chain.</summary>
internal sealed class PlatformAesChain : AesChain
{
    private const int ChunkSize = 4 * 1024;

    private readonly ICryptoTransform _cbc;
    private readonly byte[] _held = new byte[BlockSize];    // what the next block is combined with in there

    /// <param name="key">16 octets, which are copied.</param>
    public PlatformAesChain(ReadOnlySpan<byte> key)
    {
        using Aes aes = Aes.Create();
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.None;
        byte[] copy = key.ToArray();
        _cbc = aes.CreateEncryptor(copy, new byte[BlockSize]);
        copy.AsSpan().Clear();
    }

    public override void Chain(ReadOnlySpan<byte> blocks, Span<byte> state)
    {
        byte[] plain = ArrayPool<byte>.Shared.Rent(ChunkSize);
        byte[] encrypted = ArrayPool<byte>.Shared.Rent(ChunkSize);
        while (!blocks.IsEmpty)
        {
            int length = Math.Min(blocks.Length, ChunkSize);
            blocks.Slice(0, length).CopyTo(plain);
            for (int i = 0; i < BlockSize; i++)
            {
                plain[i] ^= (byte)(_held[i] ^ state[i]);
            }

            _cbc.TransformBlock(plain, 0, length, encrypted, 0);
            encrypted.AsSpan(length - BlockSize, BlockSize).CopyTo(_held);
            _held.CopyTo(state);
            blocks = blocks.Slice(length);
        }

        ArrayPool<byte>.Shared.Return(plain);
        ArrayPool<byte>.Shared.Return(encrypted);
    }

    protected override void Dispose(bool disposing)
    {
        _held.AsSpan().Clear();
        _cbc.Dispose();
    }
}
