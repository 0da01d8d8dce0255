using System;
using System.Buffers;
using System.Security.Cryptography;

namespace SmbClient.Crypto;

/// <summary>The chain of blocks: the processor's AES instructions where it has them, the platform's CBC elsewhere.</summary>
internal sealed partial class AesCmac
{
    private const int ChunkSize = 16 * 1024;

    private readonly AesInstructions? _instructions;
    private readonly Aes? _platform;

    /// <param name="key">16 octets, which are copied.</param>
    public AesCmac(ReadOnlySpan<byte> key)
        : this(key, AesInstructions.IsSupported)
    {
    }

    /// <param name="key">16 octets, which are copied.</param>
    /// <param name="useInstructions">False: the platform's AES, also where the processor has its own.</param>
    public AesCmac(ReadOnlySpan<byte> key, bool useInstructions)
    {
        CheckKey(key);
        if (useInstructions)
        {
            _instructions = new AesInstructions(key);
        }
        else
        {
            _platform = Aes.Create();
            _platform.SetKey(key);
        }

        DeriveSubkeys();
    }

    private void Chain(ReadOnlySpan<byte> blocks)
    {
        if (_instructions is not null)
        {
            _instructions.Chain(blocks, _state);
            return;
        }

        byte[] encrypted = ArrayPool<byte>.Shared.Rent(Math.Min(blocks.Length, ChunkSize));
        while (!blocks.IsEmpty)
        {
            int length = Math.Min(blocks.Length, ChunkSize);
            _platform!.EncryptCbc(blocks.Slice(0, length), _state, encrypted, PaddingMode.None);
            encrypted.AsSpan(length - BlockSize, BlockSize).CopyTo(_state);
            blocks = blocks.Slice(length);
        }

        ArrayPool<byte>.Shared.Return(encrypted);
    }

    private void DisposeCipher()
    {
        _instructions?.Dispose();
        _platform?.Dispose();
    }
}
