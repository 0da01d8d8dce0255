using System;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace SmbClient.Crypto;

/// <summary>DES with 7-octet keys as LM and NTLMv1 use it. The platform's refuses weak keys, which short passwords have.</summary>
internal static class Des
{
    private const int BlockSize = 8;
    private const int KeySize = 7;

    /// <summary>Encrypts one block of 8 octets with 7 octets of key, [MS-NLMP] 6 (DES).</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> block)
    {
        byte[] spread = new byte[BlockSize];
        for (int i = 0; i < BlockSize; i++)
        {
            int high = i == 0 ? 0 : key[i - 1] << (BlockSize - i);
            int low = i == KeySize ? 0 : key[i] >> i;
            spread[i] = (byte)((high | low) & 0xFE);
        }

        DesEngine engine = new();
        engine.Init(true, new KeyParameter(spread));
        byte[] output = new byte[BlockSize];
        engine.ProcessBlock(block.ToArray(), 0, output, 0);
        return output;
    }

    /// <summary>Three blocks with a 16-octet key that zeros fill up to 21, [MS-NLMP] 6 (DESL).</summary>
    public static byte[] EncryptLong(ReadOnlySpan<byte> key, ReadOnlySpan<byte> block)
    {
        byte[] padded = new byte[3 * KeySize];
        key.CopyTo(padded);
        byte[] output = new byte[3 * BlockSize];
        for (int i = 0; i < 3; i++)
        {
            Encrypt(padded.AsSpan(i * KeySize, KeySize), block).CopyTo(output, i * BlockSize);
        }

        padded.AsSpan().Clear();
        return output;
    }
}
