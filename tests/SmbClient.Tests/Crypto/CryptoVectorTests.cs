using System;
using System.Linq;
using System.Text;
using SmbClient.Crypto;
using Xunit;

namespace SmbClient.Tests.Crypto;

/// <summary>The primitives of NTLM: [RFC1320] A.5, [RFC2202] 2, [MS-NLMP] 4.2, and padding edges recomputed by other programs.</summary>
public class CryptoVectorTests
{
    [Theory]
    [InlineData("", "31d6cfe0d16ae931b73c59d7e0c089c0")]
    [InlineData("a", "bde52cb31de33e46245e05fbdbd6fb24")]
    [InlineData("abc", "a448017aaf21d8525fc10ae87aa6729d")]
    [InlineData("message digest", "d9130a8164549fe818874806e1c7014b")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "043f8582f241db351ce627e153e7f0e4")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "e33b4ddc9c38f2199c3e7b164fcc0536")]
    public void Md4_of_text(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Md4.Hash(Encoding.ASCII.GetBytes(text))));

    [Theory]
    [InlineData(55, "c889c81dd86c4d2e025778944ea02881")]
    [InlineData(56, "d5f9a9e9257077a5f08b0b92f348b0ad")]
    [InlineData(63, "7ea3da77432d44c323671097d1348fc8")]
    [InlineData(64, "52f5076fabd22680234a3fa9f9dc5732")]
    [InlineData(65, "330e377bf231f3cacfecc2c182fe7e5b")]
    [InlineData(119, "e65dd227ccef97fa1d34d70189120f76")]
    [InlineData(120, "b03ddbd470b47c013e0c7ab2ddd763db")]
    public void Md4_at_the_edges_of_its_padding(int length, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Md4.Hash([.. Enumerable.Repeat((byte)0x61, length)])));

    [Fact]
    public void Hmac_md5_with_short_plain_and_long_keys()
    {
        Assert.Equal("9294727a3638bb1c13f48ef8158bfc9d", Hmac([.. Enumerable.Repeat((byte)0x0b, 16)], "Hi There"));
        Assert.Equal("750c783e6ab0b503eaa86e310a5db738", Hmac(Encoding.ASCII.GetBytes("Jefe"), "what do ya want for nothing?"));
        Assert.Equal("6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd", Hmac([.. Enumerable.Repeat((byte)0xaa, 80)], "Test Using Larger Than Block-Size Key - Hash Key First"));
    }

    [Fact]
    public void Hmac_md5_of_parts_is_that_of_the_whole()
    {
        byte[] key = [1, 2, 3];
        Assert.Equal(Md5.Hmac(key, [1, 2, 3, 4, 5]), Md5.Hmac(key, [1, 2], [], [3, 4, 5]));
        Assert.Equal(Md5.Hash([1, 2, 3, 4, 5]), Md5.Hash([1], [2, 3, 4, 5]));
    }

    [Theory]
    [InlineData("4b6579", "506c61696e74657874", "bbf316e8d940af0ad3")]
    [InlineData("57696b69", "7065646961", "1021bf0420")]
    [InlineData("0102030405060708090a0b0c0d0f10", "48656c6c6f", "65555a25b6")]
    public void Rc4_streams(string key, string input, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Rc4.Transform(Convert.FromHexString(key), Convert.FromHexString(input))));

    [Fact]
    public void Des_with_seven_octets_of_key() =>
        Assert.Equal("e52cac67419a9a22", Convert.ToHexStringLower(Des.Encrypt("PASSWOR"u8, "KGS!@#$%"u8)));

    [Fact]
    public void Des_takes_weak_keys_which_short_passwords_have() =>
        Assert.Equal("aad3b435b51404ee", Convert.ToHexStringLower(Des.Encrypt(new byte[7], "KGS!@#$%"u8)));

    private static string Hmac(byte[] key, string text) => Convert.ToHexStringLower(Md5.Hmac(key, Encoding.ASCII.GetBytes(text)));
}
