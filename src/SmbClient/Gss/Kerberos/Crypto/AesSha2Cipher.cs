using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SmbClient.Gss.Kerberos.Crypto;

/// <summary>aes128-cts-hmac-sha256-128 and aes256-cts-hmac-sha384-192, [RFC8009]: the integrity code is over the ciphertext.</summary>
internal sealed class AesSha2Cipher(KerberosEncryptionType type, int keySize, int checksumType)
    : KerberosCipher(type, keySize, AesCts.BlockSize, checksumType, checksumSize: keySize == 16 ? 16 : 24)
{
    private const int DefaultIterations = 32768;

    /// <summary>The cipher state before the first message, which the integrity code takes in.</summary>
    private static readonly byte[] InitialVector = new byte[AesCts.BlockSize];

    private HashAlgorithmName Hash => KeySize == 16 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;

    public override UsageKeys Derive(byte[] key, int usage)
    {
        byte[] label = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(label, usage);
        return new UsageKeys
        {
            Encryption = Derive(key, label, 0xAA, KeySize),
            Integrity = Derive(key, label, 0x55, ChecksumSize),
            Checksum = Derive(key, label, 0x99, ChecksumSize),
        };
    }

    public override byte[] FromPassword(byte[] password, byte[] salt, int? iterations = null)
    {
        string name = KeySize == 16 ? "aes128-cts-hmac-sha256-128" : "aes256-cts-hmac-sha384-192";
        byte[] temporary = KerberosHmac.Pbkdf2(Hash, password, [.. Encoding.ASCII.GetBytes(name), 0, .. salt], iterations ?? DefaultIterations, KeySize);
        byte[] key = KerberosHmac.Kdf(Hash, temporary, Encoding.ASCII.GetBytes("kerberos"), KeySize);
        temporary.AsSpan().Clear();
        return key;
    }

    public override byte[] Encrypt(UsageKeys keys, ReadOnlySpan<byte> plaintext, GssRandom random)
    {
        byte[] whole = Confound(plaintext, random);
        byte[] ciphertext = AesCts.Encrypt(keys.Encryption, whole);
        whole.AsSpan().Clear();
        return [.. ciphertext, .. KerberosHmac.Compute(Hash, keys.Integrity, ChecksumSize, InitialVector, ciphertext)];
    }

    public override byte[]? Decrypt(UsageKeys keys, ReadOnlySpan<byte> ciphertext)
    {
        int length = ciphertext.Length - ChecksumSize;
        byte[] expected = KerberosHmac.Compute(Hash, keys.Integrity, ChecksumSize, InitialVector, ciphertext.Slice(0, length));
        return CryptographicOperations.FixedTimeEquals(expected, ciphertext.Slice(length))
            ? Unconfound(AesCts.Decrypt(keys.Encryption, ciphertext.Slice(0, length)))
            : null;
    }

    public override byte[] Checksum(UsageKeys keys, ReadOnlySpan<byte> data) => KerberosHmac.Compute(Hash, keys.Checksum, ChecksumSize, data);

    private byte[] Derive(byte[] key, byte[] label, byte purpose, int length)
    {
        label[4] = purpose;
        return KerberosHmac.Kdf(Hash, key, label, length);
    }
}
