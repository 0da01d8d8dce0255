using System;
using System.Linq;
using System.Text;
using SmbClient.Crypto;
using Xunit;

namespace SmbClient.Tests.Crypto;

/// <summary>What .NET does not have, against published values ([RFC1320], [RFC2202], and the usual RC4 and DES examples).</summary>
public class PrimitiveTests
{
    [Theory]
    [InlineData("", "31d6cfe0d16ae931b73c59d7e0c089c0")]
    [InlineData("a", "bde52cb31de33e46245e05fbdbd6fb24")]
    [InlineData("abc", "a448017aaf21d8525fc10ae87aa6729d")]
    [InlineData("message digest", "d9130a8164549fe818874806e1c7014b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "e33b4ddc9c38f2199c3e7b164fcc0536")]
    public void Md4_as_published(string text, string hash) => Assert.Equal(hash, Convert.ToHexStringLower(Md4.Hash(Encoding.ASCII.GetBytes(text))));

    [Theory]
    [InlineData(55, "c889c81dd86c4d2e025778944ea02881")]
    [InlineData(56, "d5f9a9e9257077a5f08b0b92f348b0ad")]
    [InlineData(64, "52f5076fabd22680234a3fa9f9dc5732")]
    [InlineData(120, "b03ddbd470b47c013e0c7ab2ddd763db")]
    public void Md4_at_the_edges_of_its_padding(int count, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Md4.Hash(Enumerable.Repeat((byte)'a', count).ToArray())));

    [Fact]
    public void Hmac_md5_as_published()
    {
        Assert.Equal("9294727a3638bb1c13f48ef8158bfc9d", Convert.ToHexStringLower(Md5.Hmac(Enumerable.Repeat((byte)0x0B, 16).ToArray(), Encoding.ASCII.GetBytes("Hi There"))));
        Assert.Equal("750c783e6ab0b503eaa86e310a5db738", Convert.ToHexStringLower(Md5.Hmac("Jefe"u8.ToArray(), "what do ya want "u8.ToArray(), "for nothing?"u8.ToArray())));
    }

    [Theory]
    [InlineData("Key", "Plaintext", "bbf316e8d940af0ad3")]
    [InlineData("Wiki", "pedia", "1021bf0420")]
    public void Rc4_as_published(string key, string text, string cipher) =>
        Assert.Equal(cipher, Convert.ToHexStringLower(Rc4.Transform(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Des_with_seven_octets_of_key()
    {
        Assert.Equal("e52cac67419a9a22", Convert.ToHexStringLower(Des.Encrypt("PASSWOR"u8, "KGS!@#$%"u8)));
        Assert.Equal("aad3b435b51404ee", Convert.ToHexStringLower(Des.Encrypt(new byte[7], "KGS!@#$%"u8)));
    }
}
