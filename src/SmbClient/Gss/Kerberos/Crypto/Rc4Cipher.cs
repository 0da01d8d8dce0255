using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SmbClient.Crypto;

namespace SmbClient.Gss.Kerberos.Crypto;

/// <summary>rc4-hmac, [RFC4757]: for domains that have not left it; whoever leaves its keys out of the keytab does not serve it.</summary>
internal sealed class Rc4Cipher() : KerberosCipher(KerberosEncryptionType.Rc4, keySize: HashSize, confounderSize: 8, checksumType: -138, checksumSize: HashSize)
{
    private const int HashSize = 16;

    private static readonly byte[] SignatureKey = Encoding.ASCII.GetBytes("signaturekey\0");

    public override UsageKeys Derive(byte[] key, int usage)
    {
        byte[] salt = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(salt, Translate(usage));
        byte[] encryption = Md5.Hmac(key, salt);
        return new UsageKeys { Encryption = encryption, Integrity = encryption, Checksum = Md5.Hmac(key, SignatureKey), Salt = salt };
    }

    /// <summary>None: the key is the NT hash, and who has a password for this has better types.</summary>
    public override byte[]? FromPassword(byte[] password, byte[] salt, int? iterations = null) => null;

    public override byte[] Encrypt(UsageKeys keys, ReadOnlySpan<byte> plaintext, GssRandom random)
    {
        byte[] whole = Confound(plaintext, random);
        byte[] code = Md5.Hmac(keys.Integrity, whole);
        byte[] ciphertext = [.. code, .. Rc4.Transform(Md5.Hmac(keys.Encryption, code), whole)];
        whole.AsSpan().Clear();
        return ciphertext;
    }

    public override byte[]? Decrypt(UsageKeys keys, ReadOnlySpan<byte> ciphertext)
    {
        byte[] code = ciphertext.Slice(0, HashSize).ToArray();
        byte[] whole = Rc4.Transform(Md5.Hmac(keys.Encryption, code), ciphertext.Slice(HashSize).ToArray());
        if (CryptographicOperations.FixedTimeEquals(Md5.Hmac(keys.Integrity, whole), code))
        {
            return Unconfound(whole);
        }

        whole.AsSpan().Clear();
        return null;
    }

    public override byte[] Checksum(UsageKeys keys, ReadOnlySpan<byte> data) => Md5.Hmac(keys.Checksum, Md5.Hash(keys.Salt, data.ToArray()));

    /// <summary>The numbers that Microsoft had before the RFC gave them out, [RFC4757] 3.</summary>
    private static int Translate(int usage) => usage switch
    {
        3 or 9 => 8,
        23 => 13,
        _ => usage,
    };
}
