using System;
using System.Security.Cryptography;
using CsCheck;
using SmbClient.Crypto;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Crypto;

/// <summary>AES-GCM and AES-CCM in place, of the platform and of BouncyCastle, against published values and against each other.</summary>
public class AeadCipherTests
{
    private static readonly VectorFile Vectors = VectorFile.Smb2Protection;
    private static readonly byte[] CcmAssociated = Convert.FromHexString("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    private static readonly Gen<(byte[] Key, byte[] Octets, byte[] Associated)> Inputs = Gen.Select(
        Gen.OneOf(Gen.Byte.Array[16], Gen.Byte.Array[32]),
        Gen.Frequency((6, Gen.Byte.Array[0, 300]), (1, Gen.Byte.Array[60_000, 70_000])),
        Gen.Byte.Array[0, 100]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gcm_as_published(bool usual)
    {
        using AeadCipher cipher = Gcm(Vectors["GCM key"], usual);
        AssertBothWays(cipher, Vectors["GCM nonce"], Vectors["GCM aad"], Vectors["GCM plain"], Vectors["GCM cipher"], Vectors["GCM tag"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gmac_as_published(bool usual)
    {
        using AeadCipher cipher = Gcm(new byte[16], usual);
        AssertBothWays(cipher, new byte[12], [], [], [], Vectors["GMAC of nothing, key and nonce of zeros"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ccm_with_the_sizes_of_SMB(bool usual)
    {
        using AeadCipher cipher = Ccm(Vectors["CCM key"], usual);
        AssertBothWays(cipher, Vectors["CCM nonce"], CcmAssociated, Vectors["CCM plain"], Vectors["CCM cipher"], Vectors["CCM tag"]);
    }

    [Theory]
    [InlineData("blog 3.0 B", true)]
    [InlineData("live AES-256-CCM", true)]
    [InlineData("blog 3.1.1 B", false)]
    [InlineData("live AES-128-GCM", false)]
    [InlineData("live AES-256-GCM", false)]
    [InlineData("live Kerberos AES-256-GCM", false)]
    public void Captured_messages_are_encrypted_alike(string session, bool ccm)
    {
        foreach (string direction in (string[])[" c2s", " s2c"])
        {
            byte[] frame = Vectors[session + direction + " transform"];
            byte[] nonce = frame[20..(ccm ? 31 : 32)];
            foreach (bool usual in (bool[])[true, false])
            {
                using AeadCipher cipher = ccm ? Ccm(Vectors[session + direction + " key"], usual) : Gcm(Vectors[session + direction + " key"], usual);
                AssertBothWays(cipher, nonce, frame[20..52], Vectors[session + direction + " plaintext"], frame[52..], frame[4..20]);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gcm_in_place_is_that_of_the_platform_from_place_to_place(bool usual) => Inputs.Sample(input =>
    {
        byte[] nonce = new byte[AeadCipher.GcmNonceSize];
        byte[] encrypted = new byte[input.Octets.Length];
        byte[] tag = new byte[AeadCipher.TagSize];
        using AesGcm platform = new(input.Key, AeadCipher.TagSize);
        platform.Encrypt(nonce, input.Octets, encrypted, tag, input.Associated);

        using AeadCipher cipher = Gcm(input.Key, usual);
        AssertBothWays(cipher, nonce, input.Associated, input.Octets, encrypted, tag);
    }, iter: 200);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ccm_in_place_is_that_of_the_platform_from_place_to_place(bool usual)
    {
        Assert.SkipUnless(AesCcm.IsSupported, "This platform has no AES-CCM to compare with.");
        Inputs.Sample(input =>
        {
            byte[] nonce = new byte[AeadCipher.CcmNonceSize];
            byte[] encrypted = new byte[input.Octets.Length];
            byte[] tag = new byte[AeadCipher.TagSize];
            using AesCcm platform = new(input.Key);
            platform.Encrypt(nonce, input.Octets, encrypted, tag, input.Associated);

            using AeadCipher cipher = Ccm(input.Key, usual);
            AssertBothWays(cipher, nonce, input.Associated, input.Octets, encrypted, tag);
        }, iter: 200);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void What_is_not_genuine_leaves_nothing_but_zeros(bool ccm, bool usual)
    {
        byte[] key = Vectors["CCM key"];
        byte[] nonce = ccm ? Vectors["CCM nonce"] : [.. Vectors["CCM nonce"], 0];
        using AeadCipher cipher = ccm ? Ccm(key, usual) : Gcm(key, usual);
        byte[] encrypted = Vectors["CCM plain"];
        byte[] tag = new byte[AeadCipher.TagSize];
        cipher.Encrypt(nonce, CcmAssociated, encrypted, tag);

        byte[][] parts = [nonce, CcmAssociated[..], encrypted, tag];
        for (int part = 0; part < parts.Length; part++)
        {
            for (int i = 0; i < parts[part].Length; i++)
            {
                byte[][] changed = [.. Array.ConvertAll(parts, p => (byte[])p.Clone())];
                changed[part][i] ^= 0x10;
                Assert.False(cipher.TryDecrypt(changed[0], changed[1], changed[2], changed[3]));
                Assert.Equal(new byte[encrypted.Length], changed[2]);
            }
        }

        Assert.True(cipher.TryDecrypt(nonce, CcmAssociated, encrypted, tag));
        Assert.Equal(Vectors["CCM plain"], encrypted);
    }

    // The usual one of this build and platform, or BouncyCastle's.
    private static AeadCipher Gcm(byte[] key, bool usual) => usual ? AeadCipher.Gcm(key) : BouncyCastleAead.Gcm(key);

    private static AeadCipher Ccm(byte[] key, bool usual) => usual ? AeadCipher.Ccm(key) : BouncyCastleAead.Ccm(key);

    // Twice each, for the second time has the nonce of the first.
    private static void AssertBothWays(AeadCipher cipher, byte[] nonce, byte[] associated, byte[] plain, byte[] encrypted, byte[] tag)
    {
        for (int i = 0; i < 2; i++)
        {
            byte[] octets = (byte[])plain.Clone();
            byte[] computed = new byte[AeadCipher.TagSize];
            cipher.Encrypt(nonce, associated, octets, computed);
            Assert.Equal(encrypted, octets);
            Assert.Equal(tag, computed);
        }

        for (int i = 0; i < 2; i++)
        {
            byte[] octets = (byte[])encrypted.Clone();
            Assert.True(cipher.TryDecrypt(nonce, associated, octets, tag));
            Assert.Equal(plain, octets);
        }
    }
}
