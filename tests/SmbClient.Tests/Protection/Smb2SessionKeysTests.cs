using System;
using SmbClient.Protection;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Protection;

/// <summary>The keys of SMB2 sessions and the hash that those of 3.1.1 depend on ([MS-SMB2] 3.1.4.2, 3.2.5.3.1), against published and captured sessions.</summary>
public class Smb2SessionKeysTests
{
    private static readonly VectorFile Vectors = VectorFile.Smb2Protection;

    [Theory]
    [InlineData("3.0", SmbDialect.Smb300)]
    [InlineData("blog 3.0 A", SmbDialect.Smb300)]
    [InlineData("blog 3.0 B", SmbDialect.Smb302)]
    [InlineData("blog 3.0 second channel", SmbDialect.Smb300)]
    public void The_keys_of_SMB_3_0_depend_on_the_session_key(string session, SmbDialect dialect)
    {
        using Smb2SessionKeys keys = Smb2SessionKeys.Derive(dialect, SmbCipher.Aes128Ccm, Vectors[session + " SessionKey"], []);

        AssertKeys(session, keys);
    }

    [Theory]
    [InlineData("3.1.1 CMAC", SmbCipher.Aes128Gcm)]
    [InlineData("blog 3.1.1 B", SmbCipher.Aes128Gcm)]
    [InlineData("live AES-128-GCM", SmbCipher.Aes128Gcm)]
    [InlineData("live AES-256-GCM", SmbCipher.Aes256Gcm)]
    [InlineData("live AES-256-CCM", SmbCipher.Aes256Ccm)]
    [InlineData("binding channel", SmbCipher.Aes128Ccm)]
    public void The_keys_of_SMB_3_1_1_depend_on_the_negotiation_too(string session, SmbCipher cipher)
    {
        using Smb2SessionKeys keys = Smb2SessionKeys.Derive(SmbDialect.Smb311, cipher, Vectors[session + " SessionKey"], Vectors[session + " PreauthHash"]);

        AssertKeys(session, keys);
    }

    [Fact]
    public void Only_the_cipher_keys_of_AES_256_come_from_a_key_of_32_octets()
    {
        const string Session = "live Kerberos AES-256-GCM";
        byte[] full = Vectors[Session + " FullSessionKey"];
        byte[] hash = Vectors[Session + " PreauthHash"];
        using Smb2SessionKeys keys = Smb2SessionKeys.Derive(SmbDialect.Smb311, SmbCipher.Aes256Gcm, full, hash);
        using Smb2SessionKeys shorter = Smb2SessionKeys.Derive(SmbDialect.Smb311, SmbCipher.Aes128Gcm, full, hash);
        using Smb2SessionKeys half = Smb2SessionKeys.Derive(SmbDialect.Smb311, SmbCipher.Aes128Gcm, full.AsSpan(0, 16), hash);

        AssertKeys(Session, keys);
        Assert.Equal(keys.SigningKey, half.SigningKey);
        Assert.Equal(keys.ApplicationKey, half.ApplicationKey);
        Assert.Equal(shorter.EncryptionKey, half.EncryptionKey);
        Assert.Equal(shorter.DecryptionKey, half.DecryptionKey);
    }

    [Theory]
    [InlineData("3.1.1 GMAC")]
    [InlineData("blog 3.1.1 A")]
    public void The_hash_of_the_negotiation_leads_to_the_keys(string session)
    {
        PreauthIntegrity preauth = new();
        Assert.Equal(new byte[64], preauth.Value.ToArray());
        for (int i = 1; i <= 5; i++)
        {
            preauth.Update(Vectors[$"{session} preauth {i}"]);
            Assert.Equal(Vectors[$"{session} preauth {i} hash"], preauth.Value.ToArray());
        }

        using Smb2SessionKeys keys = Smb2SessionKeys.Derive(SmbDialect.Smb311, SmbCipher.Aes128Gcm, Vectors[session + " SessionKey"], preauth.Value);
        AssertKeys(session, keys);
    }

    [Fact]
    public void A_session_hashes_on_from_its_connection_without_changing_it()
    {
        PreauthIntegrity connection = new();
        connection.Update(Vectors["3.1.1 GMAC preauth 1"]);
        connection.Update(Vectors["3.1.1 GMAC preauth 2"]);
        PreauthIntegrity session = connection.Clone();
        PreauthIntegrity other = connection.Clone();
        session.Update(Vectors["3.1.1 GMAC preauth 3"]);

        Assert.Equal(Vectors["3.1.1 GMAC preauth 3 hash"], session.Value.ToArray());
        Assert.Equal(Vectors["3.1.1 GMAC preauth 2 hash"], connection.Value.ToArray());
        Assert.Equal(Vectors["3.1.1 GMAC preauth 2 hash"], other.Value.ToArray());
    }

    [Theory]
    [InlineData(SmbDialect.Smb202)]
    [InlineData(SmbDialect.Smb210)]
    public void Before_SMB_3_the_session_key_signs_by_itself(SmbDialect dialect)
    {
        using Smb2SessionKeys keys = Smb2SessionKeys.Derive(dialect, SmbCipher.Aes128Ccm, Vectors["2.0.2 SessionKey"], []);

        AssertKeys("2.0.2", keys);
        Assert.Equal(keys.SigningKey, keys.ApplicationKey);
        Assert.Empty(keys.EncryptionKey);
        Assert.Empty(keys.DecryptionKey);
    }

    [Fact]
    public void A_short_session_key_is_filled_up_with_zeros_and_a_long_one_is_cut()
    {
        byte[] key = [1, 2, 3, 4, 5, 6, 7, 8];
        using Smb2SessionKeys shortOne = Smb2SessionKeys.Derive(SmbDialect.Smb210, null, key, []);
        using Smb2SessionKeys longOne = Smb2SessionKeys.Derive(SmbDialect.Smb210, null, [.. key, .. new byte[8], 9, 9, 9], []);

        Assert.Equal([.. key, .. new byte[8]], shortOne.SigningKey);
        Assert.Equal(shortOne.SigningKey, longOne.SigningKey);
    }

    [Fact]
    public void Without_a_cipher_there_are_no_keys_for_one()
    {
        using Smb2SessionKeys keys = Smb2SessionKeys.Derive(SmbDialect.Smb311, null, Vectors["3.1.1 CMAC SessionKey"], Vectors["3.1.1 CMAC PreauthHash"]);

        AssertKeys("3.1.1 CMAC", keys);
        Assert.Equal(16, keys.ApplicationKey.Length);
        Assert.Empty(keys.EncryptionKey);
        Assert.Empty(keys.DecryptionKey);
    }

    [Fact]
    public void Disposed_keys_are_zeros()
    {
        Smb2SessionKeys keys = Smb2SessionKeys.Derive(SmbDialect.Smb300, SmbCipher.Aes128Ccm, Vectors["3.0 SessionKey"], []);
        byte[][] all = [keys.SigningKey, keys.ApplicationKey, keys.EncryptionKey, keys.DecryptionKey];
        Assert.All(all, k => Assert.NotEqual(new byte[16], k));

        keys.Dispose();

        Assert.All(all, k => Assert.Equal(new byte[16], k));
    }

    [Fact]
    public void What_has_no_such_keys_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Smb2SessionKeys.Derive(SmbDialect.NtLm012, null, new byte[16], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smb2SessionKeys.Derive(SmbDialect.None, null, new byte[16], []));
        Assert.Throws<ArgumentException>(() => Smb2SessionKeys.Derive(SmbDialect.Smb311, null, new byte[16], []));
    }

    private static void AssertKeys(string session, Smb2SessionKeys keys)
    {
        (string Name, byte[] Key)[] derived =
        [
            ("SigningKey", keys.SigningKey), ("ApplicationKey", keys.ApplicationKey), ("c2s key", keys.EncryptionKey), ("s2c key", keys.DecryptionKey),
        ];
        int compared = 0;
        foreach ((string name, byte[] key) in derived)
        {
            if (Vectors.Has($"{session} {name}"))
            {
                Assert.Equal(Vectors[$"{session} {name}"], key);
                compared++;
            }
        }

        Assert.NotEqual(0, compared);
    }
}
