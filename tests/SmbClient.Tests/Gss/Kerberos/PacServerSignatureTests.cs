using System;
using System.Linq;
using SmbClient.Gss.Kerberos;
using SmbClient.Tests.Vectors;
using SmbClient.Wire;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>The server signature of the published PAC.</summary>
public sealed class PacServerSignatureTests
{
    private static byte[] Pac => VectorFile.Kerberos["EncTicketPart (usage 2) plaintext"].AsSpan(230, 800).ToArray();

    private static KerberosKey Key => new(KerberosEncryptionType.Aes256Sha1, VectorFile.Kerberos["service key"]);

    [Fact]
    public void The_published_signature_is_right()
    {
        using KerberosKey key = Key;
        Assert.True(PacServerSignature.Verify(Pac, key));
        Assert.True(PacServerSignature.IsFor(Pac, new DateTimeOffset(2026, 11, 22, 17, 7, 15, TimeSpan.Zero), "Alice"));
        Assert.False(PacServerSignature.IsFor(Pac, new DateTimeOffset(2026, 11, 22, 17, 7, 15, TimeSpan.Zero), "alic"));
        Assert.False(PacServerSignature.IsFor(Pac, new DateTimeOffset(2026, 11, 22, 17, 7, 16, TimeSpan.Zero), "alice"));
        using KerberosKey krbtgt = new(KerberosEncryptionType.Aes256Sha1, VectorFile.Kerberos["krbtgt key"]);
        Assert.False(PacServerSignature.Verify(Pac, krbtgt));
    }

    [Fact]
    public void Every_changed_octet_but_the_KDCs_signature_is_refused()
    {
        using KerberosKey key = Key;
        byte[] pac = Pac;
        for (int i = 0; i < pac.Length; i++)
        {
            byte[] changed = (byte[])pac.Clone();
            changed[i] ^= 0x10;
            bool isKdcSignature = i is >= 756 and < 768;
            Assert.Equal(isKdcSignature, IsRight(changed, key));
            Assert.False(IsRight(pac[..i], key));
        }
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void A_signature_that_is_missing_or_there_twice_is_refused(byte type)
    {
        using KerberosKey key = Key;
        byte[] missing = Pac;
        missing[Entry(missing, type)] = 99;
        Assert.False(PacServerSignature.Verify(missing, key));
        byte[] twice = Pac;
        twice[Entry(twice, 16)] = type;
        Assert.False(PacServerSignature.Verify(twice, key));
    }

    [Theory]
    [InlineData(0xFFFFFF76u)]
    [InlineData(15u)]
    [InlineData(19u)]
    [InlineData(7u)]
    [InlineData(0u)]
    public void A_signature_of_another_type_is_refused(uint type)
    {
        using KerberosKey key = Key;
        byte[] pac = Pac;
        BitConverter.GetBytes(type).CopyTo(pac, 736);
        Assert.False(IsRight(pac, key));
    }

    [Fact]
    public void Buffers_that_lie_in_each_other_are_malformed()
    {
        using KerberosKey key = Key;
        byte[] pac = Pac;
        BitConverter.GetBytes(600L).CopyTo(pac, Entry(pac, 12) + 8);
        Assert.Throws<MalformedMessageException>(() => PacServerSignature.Verify(pac, key));
        pac = Pac;
        BitConverter.GetBytes(uint.MaxValue).CopyTo(pac, Entry(pac, 12) + 4);
        Assert.Throws<MalformedMessageException>(() => PacServerSignature.Verify(pac, key));
        pac = Pac;
        BitConverter.GetBytes(ulong.MaxValue - 7).CopyTo(pac, Entry(pac, 12) + 8);
        Assert.Throws<MalformedMessageException>(() => PacServerSignature.Verify(pac, key));
        pac = Pac;
        BitConverter.GetBytes(65).CopyTo(pac, 0);
        Assert.Throws<MalformedMessageException>(() => PacServerSignature.Verify(pac, key));
    }

    private static int Entry(byte[] pac, byte type) => Enumerable.Range(0, pac[0]).Select(i => 8 + (16 * i)).First(i => pac[i] == type);

    private static bool IsRight(byte[] pac, KerberosKey key)
    {
        try
        {
            return PacServerSignature.Verify(pac, key);
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }
}
