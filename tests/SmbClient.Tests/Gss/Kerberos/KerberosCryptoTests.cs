using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Crypto;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>The published examples of the encryption types, and what a changed octet does.</summary>
public sealed class KerberosCryptoTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    private static VectorFile Vectors => VectorFile.Kerberos;

    public static TheoryData<int> Types => [17, 18, 19, 20, 23];

    [Theory]
    [InlineData("012345", 8)]
    [InlineData("password", 7)]
    [InlineData("password", 21)]
    [InlineData("Rough Consensus, and Running Code", 8)]
    [InlineData("MASSACHVSETTS INSTITVTE OF TECHNOLOGY", 24)]
    [InlineData("Q", 21)]
    [InlineData("ba", 21)]
    [InlineData("kerberos", 16)]
    public void Folds(string text, int length) =>
        Assert.Equal(Vectors[$"nfold {length} of \"{text}\""], NFold.Compute(Encoding.ASCII.GetBytes(text), length));

    [Theory]
    [InlineData(17)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(64)]
    public void Steals_ciphertext(int length)
    {
        byte[] plaintext = Encoding.ASCII.GetBytes("I would like the General Gau's Chicken, please, and wonton soup.")[..length];
        byte[] ciphertext = AesCts.Encrypt(Vectors["CTS key"], plaintext);
        Assert.Equal(Vectors[$"CTS first {length} bytes"], ciphertext);
        Assert.Equal(plaintext, AesCts.Decrypt(Vectors["CTS key"], ciphertext));
    }

    [Theory]
    [InlineData(17, "AES128 raeburn 1", "password", "ATHENA.MIT.EDUraeburn", 1)]
    [InlineData(18, "AES256 raeburn 1", "password", "ATHENA.MIT.EDUraeburn", 1)]
    [InlineData(17, "AES128 raeburn 1200", "password", "ATHENA.MIT.EDUraeburn", 1200)]
    [InlineData(18, "AES256 raeburn 1200", "password", "ATHENA.MIT.EDUraeburn", 1200)]
    [InlineData(17, "AES128 alice 4096", "Passw0rd-alice", "LAB.TESTalice", null)]
    [InlineData(18, "AES256 alice 4096", "Passw0rd-alice", "LAB.TESTalice", null)]
    public void Makes_a_key_of_a_password(int type, string name, string password, string salt, int? iterations) =>
        Assert.Equal(Vectors[name], Cipher(type).FromPassword(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), iterations));

    [Theory]
    [InlineData(19)]
    [InlineData(20)]
    public void Makes_a_key_of_a_password_as_RFC8009_does(int type) =>
        Assert.Equal(Vectors[$"etype {type} password"], Cipher(type).FromPassword(Encoding.ASCII.GetBytes("password"), Vectors["etype 19 and 20 salt"]));

    [Theory]
    [InlineData(2)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(17)]
    [InlineData(23)]
    [InlineData(25)]
    public void Checksums_of_RFC3962(int usage)
    {
        using KerberosKey key = new(KerberosEncryptionType.Aes256Sha1, Vectors["AES256 raeburn 1"]);
        Assert.Equal(Vectors[$"HMAC-SHA1-96-AES256 usage {usage}"], key.Checksum(usage, Hello));
    }

    [Fact]
    public void Checksum_of_RFC4757()
    {
        using KerberosKey key = new(KerberosEncryptionType.Rc4, VectorFile.Ntlm["NTOWFv1"]);
        Assert.Equal(Vectors["HMAC-MD5 usage 17"], key.Checksum(17, Hello));
        Assert.True(key.VerifyChecksum(17, -138, Hello, Vectors["HMAC-MD5 usage 17"]));
        Assert.False(key.VerifyChecksum(17, 16, Hello, Vectors["HMAC-MD5 usage 17"]));
    }

    [Theory]
    [InlineData(19)]
    [InlineData(20)]
    public void Checksums_of_RFC8009(int type)
    {
        using KerberosKey key = new((KerberosEncryptionType)type, Vectors[$"etype {type} base key"]);
        byte[] octets = [.. Enumerable.Range(0, 0x15).Select(i => (byte)i)];
        Assert.Equal(Vectors[$"etype {type} checksum"], key.Checksum(2, octets));
    }

    [Fact]
    public void Derives_as_RFC8009_does()
    {
        UsageKeys keys = Cipher(19).Derive(Vectors["etype 19 base key"], 2);
        Assert.Equal(Vectors["Kc usage 2"], keys.Checksum);
        Assert.Equal(Vectors["Ke usage 2"], keys.Encryption);
        Assert.Equal(Vectors["Ki usage 2"], keys.Integrity);
    }

    [Theory]
    [InlineData(19, 0)]
    [InlineData(19, 6)]
    [InlineData(20, 0)]
    public void Encrypts_as_RFC8009_does(int type, int length)
    {
        using KerberosKey key = new((KerberosEncryptionType)type, Vectors[$"etype {type} base key"]);
        byte[] plaintext = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        byte[] ciphertext = key.Encrypt(2, plaintext, new FixedRandom(Convert.ToHexString(Vectors[$"etype {type} confounder {length}"])));
        Assert.Equal(Vectors[$"etype {type} ciphertext {length}"], ciphertext);
        Assert.Equal(plaintext, key.Decrypt(2, ciphertext));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Round_trips_at_every_length_and_refuses_every_change(int type)
    {
        using KerberosKey key = KerberosKey.Generate((KerberosEncryptionType)type, GssRandom.System);
        for (int length = 0; length < 50; length++)
        {
            byte[] plaintext = RandomNumberGenerator.GetBytes(length);
            byte[] ciphertext = key.Encrypt(11, plaintext, GssRandom.System);
            Assert.Equal(plaintext, key.Decrypt(11, ciphertext));
            Assert.Null(key.Decrypt(12, ciphertext));
            for (int i = 0; i < ciphertext.Length; i++)
            {
                ciphertext[i] ^= 0x40;
                Assert.Null(key.Decrypt(11, ciphertext));
                Assert.Null(key.Decrypt(11, ciphertext.AsSpan(0, i)));
                ciphertext[i] ^= 0x40;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_key_says_nothing_of_itself_and_is_gone_when_disposed_of(int type)
    {
        KerberosKey key = KerberosKey.Generate((KerberosEncryptionType)type, GssRandom.System);
        Assert.DoesNotContain(Convert.ToHexString(key.Export()), key.ToString(), StringComparison.OrdinalIgnoreCase);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Checksum(1, Hello));
        Assert.Throws<ObjectDisposedException>(() => key.Export());
        Assert.Null(KerberosKey.TryCreate(type, new byte[7]));
        Assert.Null(KerberosKey.TryCreate(3, new byte[8]));
    }

    private static KerberosCipher Cipher(int type) => KerberosCipher.Find((KerberosEncryptionType)type)!;
}
