using System;

namespace SmbClient.Gss.Kerberos.Crypto;

/// <summary>One encryption type with its checksum, [RFC3961] 3 and 4: no state, any number of threads.</summary>
internal abstract class KerberosCipher
{
    private static readonly KerberosCipher[] All =
    [
        new AesSha1Cipher(KerberosEncryptionType.Aes128Sha1, keySize: 16, checksumType: 15),
        new AesSha1Cipher(KerberosEncryptionType.Aes256Sha1, keySize: 32, checksumType: 16),
        new AesSha2Cipher(KerberosEncryptionType.Aes128Sha256, keySize: 16, checksumType: 19),
        new AesSha2Cipher(KerberosEncryptionType.Aes256Sha384, keySize: 32, checksumType: 20),
        new Rc4Cipher(),
    ];

    protected KerberosCipher(KerberosEncryptionType type, int keySize, int confounderSize, int checksumType, int checksumSize)
    {
        Type = type;
        KeySize = keySize;
        ConfounderSize = confounderSize;
        ChecksumType = checksumType;
        ChecksumSize = checksumSize;
    }

    public KerberosEncryptionType Type { get; }

    /// <summary>Octets.</summary>
    public int KeySize { get; }

    public int ChecksumType { get; }

    /// <summary>Octets of a checksum, and of the integrity code of an encryption.</summary>
    public int ChecksumSize { get; }

    /// <summary>Octets by which a ciphertext is longer than its plaintext.</summary>
    public int Overhead => ConfounderSize + ChecksumSize;

    protected int ConfounderSize { get; }

    /// <summary>Null where the type is not served.</summary>
    public static KerberosCipher? Find(KerberosEncryptionType type)
    {
        foreach (KerberosCipher cipher in All)
        {
            if (cipher.Type == type)
            {
                return cipher;
            }
        }

        return null;
    }

    public abstract UsageKeys Derive(byte[] key, int usage);

    /// <summary>The long-term key of a password; null where the type makes none that way here.</summary>
    public abstract byte[]? FromPassword(byte[] password, byte[] salt, int? iterations = null);

    public abstract byte[] Encrypt(UsageKeys keys, ReadOnlySpan<byte> plaintext, GssRandom random);

    /// <param name="keys">The keys of the usage.</param>
    /// <param name="ciphertext">At least <see cref="Overhead"/> octets.</param>
    /// <returns>Null where the integrity code is wrong.</returns>
    public abstract byte[]? Decrypt(UsageKeys keys, ReadOnlySpan<byte> ciphertext);

    public abstract byte[] Checksum(UsageKeys keys, ReadOnlySpan<byte> data);

    /// <summary>Confounder and plaintext, in an array of their own.</summary>
    protected byte[] Confound(ReadOnlySpan<byte> plaintext, GssRandom random)
    {
        byte[] whole = new byte[ConfounderSize + plaintext.Length];
        random.Next(ConfounderSize).CopyTo(whole, 0);
        plaintext.CopyTo(whole.AsSpan(ConfounderSize));
        return whole;
    }

    /// <summary>What is behind the confounder; the rest is cleared.</summary>
    protected byte[] Unconfound(byte[] whole)
    {
        byte[] plaintext = whole.AsSpan(ConfounderSize).ToArray();
        whole.AsSpan().Clear();
        return plaintext;
    }
}
