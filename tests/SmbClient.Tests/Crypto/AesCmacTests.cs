using System;
using System.Linq;
using CsCheck;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using SmbClient.Crypto;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Crypto;

/// <summary>AES-128-CMAC against [RFC4493] 4 and against BouncyCastle: every AES below it gives the same.</summary>
public class AesCmacTests
{
    private static readonly VectorFile Vectors = VectorFile.Smb2Protection;
    private static readonly Gen<byte[]> Keys = Gen.Byte.Array[AesCmac.KeySize];

    // More than two chunks of what goes to the platform at once.
    private static readonly Gen<byte[]> Messages = Gen.Frequency((8, Gen.Byte.Array[0, 200]), (1, Gen.Byte.Array[4_000, 4_200]), (1, Gen.Byte.Array[16_300, 40_000]));

    public static TheoryData<int, bool> PublishedTags
    {
        get
        {
            TheoryData<int, bool> data = [];
            foreach (int length in (int[])[0, 16, 40, 64])
            {
                data.Add(length, true);
                data.Add(length, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(PublishedTags))]
    public void Tags_as_published(int length, bool usual)
    {
        using AesCmac cmac = Create(Vectors["CMAC key"], usual);
        byte[] tag = new byte[AesCmac.TagSize];
        for (int i = 0; i < 3; i++)
        {
            cmac.Append(Vectors["CMAC M"].AsSpan(0, length));
            cmac.GetTagAndReset(tag);
            Assert.Equal(Vectors[$"CMAC of {length}"], tag);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tags_of_random_messages_in_random_parts_are_those_of_BouncyCastle(bool usual) =>
        Gen.Select(Keys, Messages, Gen.Int[0, 70].Array[0, 6]).Sample((key, message, parts) =>
        {
            using AesCmac cmac = Create(key, usual);
            byte[] tag = new byte[AesCmac.TagSize];
            for (int i = 0; i < 2; i++)
            {
                AppendInParts(cmac, message, parts);
                cmac.GetTagAndReset(tag);
                Assert.Equal(Expected(key, message), tag);
            }
        }, iter: 400);

    [Fact]
    public void Every_cut_gives_the_same_tag()
    {
        byte[] message = [.. Enumerable.Range(0, 70).Select(i => (byte)(7 * i))];
        byte[] expected = Expected(Vectors["CMAC key"], message);
        using AesCmac cmac = new(Vectors["CMAC key"]);
        byte[] tag = new byte[AesCmac.TagSize];
        for (int first = 0; first <= message.Length; first++)
        {
            for (int second = first; second <= message.Length; second++)
            {
                cmac.Append(message.AsSpan(0, first));
                cmac.Append(message.AsSpan(first, second - first));
                cmac.Append(message.AsSpan(second));
                cmac.GetTagAndReset(tag);
                Assert.Equal(expected, tag);
            }
        }
    }

    [Fact]
    public void A_message_may_begin_anywhere_in_memory()
    {
        byte[] room = [.. Enumerable.Range(0, 200).Select(i => (byte)(11 * i))];
        using AesCmac cmac = new(Vectors["CMAC key"]);
        byte[] tag = new byte[AesCmac.TagSize];
        for (int begin = 0; begin < 33; begin++)
        {
            cmac.Append(room.AsSpan(begin, 150));
            cmac.GetTagAndReset(tag);
            Assert.Equal(Expected(Vectors["CMAC key"], room.AsSpan(begin, 150).ToArray()), tag);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(32)]
    public void A_key_has_16_octets(int length) => Assert.Throws<ArgumentException>(() => new AesCmac(new byte[length]));

    [Fact]
    public void It_may_be_disposed_twice()
    {
        AesCmac cmac = new(Vectors["CMAC key"]);
        cmac.Append(Vectors["CMAC M"]);
        cmac.Dispose();
        cmac.Dispose();
    }

    // The usual one of this build and processor, or the platform's.
    private static AesCmac Create(byte[] key, bool usual) => usual ? new AesCmac(key) : new AesCmac(new PlatformAesChain(key));

    private static void AppendInParts(AesCmac cmac, ReadOnlySpan<byte> message, int[] parts)
    {
        foreach (int part in parts)
        {
            int length = Math.Min(part, message.Length);
            cmac.Append(message[..length]);
            message = message[length..];
        }

        cmac.Append(message);
    }

    private static byte[] Expected(byte[] key, byte[] message)
    {
        CMac cmac = new(new AesEngine());
        cmac.Init(new KeyParameter(key));
        cmac.BlockUpdate(message, 0, message.Length);
        byte[] tag = new byte[cmac.GetMacSize()];
        cmac.DoFinal(tag, 0);
        return tag;
    }
}
