using System;
using System.Security.Cryptography;

namespace SmbClient.Gss.Kerberos.Crypto;

/// <summary>AES in CBC with ciphertext stealing and an initial vector of zeros, [RFC3962] 5: the last two blocks change places, always.</summary>
internal static class AesCts
{
    public const int BlockSize = 16;

    /// <param name="key">16 or 32 octets.</param>
    /// <param name="plaintext">At least one block.</param>
    public static byte[] Encrypt(byte[] key, ReadOnlySpan<byte> plaintext)
    {
        int length = plaintext.Length;
        byte[] padded = new byte[(length + BlockSize - 1) / BlockSize * BlockSize];
        plaintext.CopyTo(padded);
        byte[] chained = Transform(key, padded, isEncryption: true);
        padded.AsSpan().Clear();
        if (chained.Length == BlockSize)
        {
            return chained;
        }

        byte[] ciphertext = new byte[length];
        int head = chained.Length - (2 * BlockSize);
        chained.AsSpan(0, head).CopyTo(ciphertext);
        chained.AsSpan(head + BlockSize, BlockSize).CopyTo(ciphertext.AsSpan(head));
        chained.AsSpan(head, length - head - BlockSize).CopyTo(ciphertext.AsSpan(head + BlockSize));
        return ciphertext;
    }

    /// <param name="key">16 or 32 octets.</param>
    /// <param name="ciphertext">At least one block.</param>
    public static byte[] Decrypt(byte[] key, ReadOnlySpan<byte> ciphertext)
    {
        int length = ciphertext.Length;
        if (length == BlockSize)
        {
            return Transform(key, ciphertext.ToArray(), isEncryption: false);
        }

        byte[] chained = new byte[(length + BlockSize - 1) / BlockSize * BlockSize];
        int head = chained.Length - (2 * BlockSize);
        ReadOnlySpan<byte> last = ciphertext.Slice(head, BlockSize);
        ReadOnlySpan<byte> stolen = ciphertext.Slice(head + BlockSize);

        // What was cut off the last but one block stands, encrypted once more, at the end of the last.
        byte[] tail = Transform(key, last.ToArray(), isEncryption: false);
        ciphertext.Slice(0, head).CopyTo(chained);
        stolen.CopyTo(chained.AsSpan(head));
        tail.AsSpan(stolen.Length).CopyTo(chained.AsSpan(head + stolen.Length));
        last.CopyTo(chained.AsSpan(head + BlockSize));
        byte[] padded = Transform(key, chained, isEncryption: false);
        byte[] plaintext = padded.AsSpan(0, length).ToArray();
        padded.AsSpan().Clear();
        return plaintext;
    }

    /// <summary>Whole blocks in CBC.</summary>
    public static byte[] Transform(byte[] key, byte[] blocks, bool isEncryption)
    {
        using Aes aes = Aes.Create();
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.None;
        using ICryptoTransform transform = isEncryption ? aes.CreateEncryptor(key, new byte[BlockSize]) : aes.CreateDecryptor(key, new byte[BlockSize]);
        return transform.TransformFinalBlock(blocks, 0, blocks.Length);
    }
}
