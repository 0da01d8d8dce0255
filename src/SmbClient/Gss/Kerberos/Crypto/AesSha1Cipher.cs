using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SmbClient.Gss.Kerberos.Crypto;

/// <summary>aes128- and aes256-cts-hmac-sha1-96, [RFC3962] on the simplified profile of [RFC3961] 5.3.</summary>
internal sealed class AesSha1Cipher(KerberosEncryptionType type, int keySize, int checksumType)
    : KerberosCipher(type, keySize, AesCts.BlockSize, checksumType, checksumSize: 12)
{
    private const int DefaultIterations = 4096;

    public override UsageKeys Derive(byte[] key, int usage)
    {
        byte[] constant = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(constant, usage);
        return new UsageKeys { Encryption = Derive(key, constant, 0xAA), Integrity = Derive(key, constant, 0x55), Checksum = Derive(key, constant, 0x99) };
    }

    public override byte[] FromPassword(byte[] password, byte[] salt, int? iterations = null)
    {
        byte[] temporary = KerberosHmac.Pbkdf2(HashAlgorithmName.SHA1, password, salt, iterations ?? DefaultIterations, KeySize);
        byte[] key = Derive(temporary, Encoding.ASCII.GetBytes("kerberos"));
        temporary.AsSpan().Clear();
        return key;
    }

    public override byte[] Encrypt(UsageKeys keys, ReadOnlySpan<byte> plaintext, GssRandom random)
    {
        byte[] whole = Confound(plaintext, random);
        byte[] ciphertext = [.. AesCts.Encrypt(keys.Encryption, whole), .. KerberosHmac.Compute(HashAlgorithmName.SHA1, keys.Integrity, ChecksumSize, whole)];
        whole.AsSpan().Clear();
        return ciphertext;
    }

    public override byte[]? Decrypt(UsageKeys keys, ReadOnlySpan<byte> ciphertext)
    {
        int length = ciphertext.Length - ChecksumSize;
        byte[] whole = AesCts.Decrypt(keys.Encryption, ciphertext.Slice(0, length));
        byte[] expected = KerberosHmac.Compute(HashAlgorithmName.SHA1, keys.Integrity, ChecksumSize, whole);
        if (CryptographicOperations.FixedTimeEquals(expected, ciphertext.Slice(length)))
        {
            return Unconfound(whole);
        }

        whole.AsSpan().Clear();
        return null;
    }

    public override byte[] Checksum(UsageKeys keys, ReadOnlySpan<byte> data) =>
        KerberosHmac.Compute(HashAlgorithmName.SHA1, keys.Checksum, ChecksumSize, data);

    private byte[] Derive(byte[] key, byte[] constant, byte purpose)
    {
        constant[4] = purpose;
        return Derive(key, constant);
    }

    /// <summary>DK, [RFC3961] 5.1: the folded constant, encrypted again and again.</summary>
    private byte[] Derive(byte[] key, byte[] constant)
    {
        byte[] derived = new byte[KeySize];
        byte[] block = NFold.Compute(constant, AesCts.BlockSize);
        for (int done = 0; done < KeySize; done += AesCts.BlockSize)
        {
            block = AesCts.Transform(key, block, isEncryption: true);
            block.CopyTo(derived, done);
        }

        block.AsSpan().Clear();
        return derived;
    }
}
