using System;
using System.Buffers;
using System.Security.Cryptography;

namespace SmbClient.Crypto;

/// <summary>The chain of blocks: the platform's CBC, which keeps its state from one call to the next.</summary>
internal sealed partial class AesCmac
{
    private const int ChunkSize = 4 * 1024;

    private static readonly byte[] Nothing = [];

    private readonly ICryptoTransform _cbc;

    /// <param name="key">16 octets, which are copied.</param>
    public AesCmac(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        using Aes aes = Aes.Create();
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.None;
        byte[] copy = key.ToArray();
        _cbc = aes.CreateEncryptor(copy, new byte[BlockSize]);
        copy.AsSpan().Clear();
        DeriveSubkeys();
    }

    private void Chain(ReadOnlySpan<byte> blocks)
    {
        if (blocks.IsEmpty)
        {
            return;
        }

        byte[] plain = ArrayPool<byte>.Shared.Rent(ChunkSize);
        byte[] encrypted = ArrayPool<byte>.Shared.Rent(ChunkSize);
        int length = 0;
        while (!blocks.IsEmpty)
        {
            length = Math.Min(blocks.Length, ChunkSize);
            blocks.Slice(0, length).CopyTo(plain);
            _cbc.TransformBlock(plain, 0, length, encrypted, 0);
            blocks = blocks.Slice(length);
        }

        encrypted.AsSpan(length - BlockSize, BlockSize).CopyTo(_state);
        ArrayPool<byte>.Shared.Return(plain);
        ArrayPool<byte>.Shared.Return(encrypted);
    }

    partial void ResetChain() => _cbc.TransformFinalBlock(Nothing, 0, 0);

    private void DisposeCipher() => _cbc.Dispose();
}
