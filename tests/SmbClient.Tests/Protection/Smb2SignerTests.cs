using System;
using System.Buffers.Binary;
using System.Linq;
using System.Security.Cryptography;
using CsCheck;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using SmbClient.Protection;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Protection;

/// <summary>SMB2 signatures against captured messages and against other implementations ([MS-SMB2] 3.1.4.1, 3.1.5.1).</summary>
public class Smb2SignerTests
{
    private static readonly VectorFile Vectors = VectorFile.Smb2Protection;
    private static readonly byte[] Key = Vectors["3.1.1 GMAC SigningKey"];
    private static readonly Gen<SmbSigningAlgorithm> Algorithms = Gen.OneOfConst(SmbSigningAlgorithm.HmacSha256, SmbSigningAlgorithm.AesCmac, SmbSigningAlgorithm.AesGmac);
    private static readonly Gen<byte[]> Messages = Gen.Frequency((8, Gen.Byte.Array[64, 400]), (1, Gen.Byte.Array[20_000, 70_000]));

    /// <summary>Session, message, algorithm.</summary>
    public static TheoryData<string, string, SmbSigningAlgorithm> SignedMessages
    {
        get
        {
            (string Session, SmbSigningAlgorithm Algorithm)[] sessions =
            [
                ("2.0.2", SmbSigningAlgorithm.HmacSha256),
                ("3.0", SmbSigningAlgorithm.AesCmac),
                ("3.1.1 CMAC", SmbSigningAlgorithm.AesCmac),
                ("3.1.1 GMAC", SmbSigningAlgorithm.AesGmac),
                ("blog 3.1.1 A", SmbSigningAlgorithm.AesCmac),
                ("live Kerberos AES-256-GCM", SmbSigningAlgorithm.AesGmac),
                ("binding session", SmbSigningAlgorithm.AesGmac),
                ("binding channel", SmbSigningAlgorithm.AesGmac),
                ("cancel", SmbSigningAlgorithm.AesGmac),
            ];
            TheoryData<string, string, SmbSigningAlgorithm> data = [];
            foreach ((string session, SmbSigningAlgorithm algorithm) in sessions)
            {
                string[] names = [.. Vectors.Names.Where(n => n.StartsWith(session + " signed ", StringComparison.Ordinal) && !n.EndsWith(" nonce", StringComparison.Ordinal))];
                Assert.NotEmpty(names);
                foreach (string name in names)
                {
                    data.Add(session, name, algorithm);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SignedMessages))]
    public void Captured_messages_verify_and_are_signed_alike(string session, string name, SmbSigningAlgorithm algorithm)
    {
        byte[] message = Vectors[name];
        using Smb2Signer signer = Smb2Signer.Create(algorithm, Vectors[session + " SigningKey"]);

        for (int split = 64; split <= message.Length; split++)
        {
            Assert.True(signer.Verify(message.AsSpan(0, split), message.AsSpan(split)));
            Assert.Equal(Vectors[name], message);

            message[16] &= 0xF7;
            message.AsSpan(48, 16).Fill(0xEE);
            signer.Sign(message.AsSpan(0, split), message.AsSpan(split));
            Assert.Equal(Vectors[name], message);
        }
    }

    [Theory]
    [MemberData(nameof(SignedMessages))]
    public void Every_flipped_octet_and_every_other_length_is_noticed(string session, string name, SmbSigningAlgorithm algorithm)
    {
        byte[] message = Vectors[name];
        using Smb2Signer signer = Smb2Signer.Create(algorithm, Vectors[session + " SigningKey"]);
        for (int i = 0; i < message.Length; i++)
        {
            for (int bit = 1; bit < 0x100; bit <<= 1)
            {
                message[i] ^= (byte)bit;
                byte[] before = (byte[])message.Clone();
                Assert.False(signer.Verify(message, []));
                Assert.False(signer.Verify(message.AsSpan(0, 66), message.AsSpan(66)));
                Assert.Equal(before, message);
                message[i] ^= (byte)bit;
            }

            Assert.False(signer.Verify(message.AsSpan(0, i), []));
        }

        Assert.False(signer.Verify(message, [0]));
        Assert.True(signer.Verify(message, []));
    }

    [Fact]
    public void Another_key_signs_otherwise() => Gen.Select(Algorithms, Messages, Gen.Int[0, 127]).Sample((algorithm, message, bit) =>
    {
        byte[] otherKey = (byte[])Key.Clone();
        otherKey[bit / 8] ^= (byte)(1 << (bit % 8));
        using Smb2Signer signer = Smb2Signer.Create(algorithm, Key);
        using Smb2Signer other = Smb2Signer.Create(algorithm, otherKey);
        signer.Sign(message, []);
        return signer.Verify(message, []) && !other.Verify(message, []);
    }, iter: 200);

    [Fact]
    public void In_two_parts_a_message_is_signed_as_in_one() => Gen.Select(Algorithms, Messages, Gen.Int[0, 70_000]).Sample((algorithm, message, at) =>
    {
        using Smb2Signer signer = Smb2Signer.Create(algorithm, Key);
        byte[] whole = (byte[])message.Clone();
        signer.Sign(whole, []);

        int split = 64 + (at % (message.Length - 63));
        signer.Sign(message.AsSpan(0, split), message.AsSpan(split));

        return message.AsSpan().SequenceEqual(whole) && signer.Verify(message, []) && signer.Verify(message.AsSpan(0, split), message.AsSpan(split));
    }, iter: 600);

    [Fact]
    public void Other_implementations_sign_alike() => Gen.Select(Algorithms, Messages, Gen.Byte.Array[16]).Sample((algorithm, message, key) =>
    {
        using Smb2Signer signer = Smb2Signer.Create(algorithm, key);
        signer.Sign(message, []);
        byte[] signature = message[48..64];
        message.AsSpan(48, 16).Clear();
        Assert.Equal(Reference(algorithm, key, message), signature);
    }, iter: 300);

    [Theory]
    [InlineData("3.1.1 GMAC signed s2c SESSION_SETUP", "3.1.1 GMAC")]
    [InlineData("3.1.1 GMAC signed c2s TREE_DISCONNECT", "3.1.1 GMAC")]
    [InlineData("3.1.1 GMAC signed s2c TREE_DISCONNECT", "3.1.1 GMAC")]
    [InlineData("cancel signed c2s CANCEL", "cancel")]
    [InlineData("cancel signed s2c LOCK", "cancel")]
    public void The_nonce_of_GMAC_tells_the_sides_and_CANCEL_apart(string name, string session)
    {
        byte[] message = Vectors[name];
        byte[] signature = message[48..64];
        message.AsSpan(48, 16).Clear();

        Assert.Equal(Vectors[name + " nonce"], Nonce(message));
        Assert.Equal(signature, Reference(SmbSigningAlgorithm.AesGmac, Vectors[session + " SigningKey"], message));
    }

    [Fact]
    public void A_CANCEL_has_a_nonce_of_its_own()
    {
        byte[] message = Vectors["3.1.1 GMAC CANCEL unsigned"];
        using Smb2Signer signer = Smb2Signer.Create(SmbSigningAlgorithm.AesGmac, Key);

        signer.Sign(message, []);

        Assert.Equal(Vectors["3.1.1 GMAC CANCEL signature"], message.AsSpan(48, 16).ToArray());
        Assert.Equal(Vectors["3.1.1 GMAC CANCEL nonce"], Nonce(message));
    }

    [Theory]
    [InlineData(SmbSigningAlgorithm.HmacSha256)]
    [InlineData(SmbSigningAlgorithm.AesCmac)]
    [InlineData(SmbSigningAlgorithm.AesGmac)]
    public void Each_message_of_a_compound_is_signed_with_its_padding(SmbSigningAlgorithm algorithm)
    {
        // Three messages of 64 + 24, 64 + 4 and 64 + 24 octets; the first two reach to the next multiple of eight.
        (int Offset, int Length)[] parts = [(0, 88), (88, 72), (160, 88)];
        byte[] compound = new byte[248];
        for (int i = 0; i < parts.Length; i++)
        {
            Span<byte> header = compound.AsSpan(parts[i].Offset, 64);
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x424D53FE);
            BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 64);
            BinaryPrimitives.WriteUInt32LittleEndian(header[16..], i == 0 ? 0u : 4u);
            BinaryPrimitives.WriteInt32LittleEndian(header[20..], i == parts.Length - 1 ? 0 : parts[i].Length);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], 10 + (ulong)i);
            compound.AsSpan(parts[i].Offset + 64, 4).Fill((byte)(i + 1));
        }

        using Smb2Signer signer = Smb2Signer.Create(algorithm, Key);
        foreach ((int offset, int length) in parts)
        {
            signer.Sign(compound.AsSpan(offset, length), []);
        }

        foreach ((int offset, int length) in parts)
        {
            Assert.True(signer.Verify(compound.AsSpan(offset, length), []));
            Assert.False(signer.Verify(compound.AsSpan(offset), offset == 160 ? [0] : []));
            Assert.False(signer.Verify(compound.AsSpan(offset, length - 4), []));
            byte[] unsigned = compound[offset..(offset + length)];
            unsigned.AsSpan(48, 16).Clear();
            Assert.Equal(Reference(algorithm, Key, unsigned), compound.AsSpan(offset + 48, 16).ToArray());

            compound[offset + length - 1] ^= 1;
            Assert.False(signer.Verify(compound.AsSpan(offset, length), []));
            compound[offset + length - 1] ^= 1;
        }
    }

    [Fact]
    public void What_does_not_say_that_it_is_signed_does_not_verify()
    {
        byte[] message = Vectors["cancel unsigned s2c LOCK"];
        using Smb2Signer signer = Smb2Signer.Create(SmbSigningAlgorithm.AesGmac, Vectors["cancel SigningKey"]);

        Assert.False(signer.Verify(message, []));
        Assert.Equal(Vectors["cancel unsigned s2c LOCK"], message);
    }

    [Fact]
    public void A_message_has_a_header()
    {
        using Smb2Signer signer = Smb2Signer.Create(SmbSigningAlgorithm.AesCmac, Key);

        Assert.Throws<ArgumentException>(() => signer.Sign(new byte[63], new byte[10]));
        Assert.False(signer.Verify(new byte[63], new byte[10]));
        Assert.False(signer.Verify([], []));
    }

    [Fact]
    public void What_SMB2_does_not_sign_with_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Smb2Signer.Create(SmbSigningAlgorithm.Md5, Key));
        Assert.Throws<ArgumentException>(() => Smb2Signer.Create(SmbSigningAlgorithm.AesCmac, new byte[32]));
        Assert.Throws<ArgumentException>(() => Smb2Signer.Create(SmbSigningAlgorithm.AesGmac, new byte[32]));
    }

    [Theory]
    [InlineData(SmbSigningAlgorithm.HmacSha256)]
    [InlineData(SmbSigningAlgorithm.AesCmac)]
    [InlineData(SmbSigningAlgorithm.AesGmac)]
    public void It_may_be_disposed_twice(SmbSigningAlgorithm algorithm)
    {
        Smb2Signer signer = Smb2Signer.Create(algorithm, Key);
        signer.Dispose();
        signer.Dispose();
    }

    // MessageId, then a bit for the server and one for CANCEL.
    private static byte[] Nonce(byte[] message) =>
        [.. message.AsSpan(24, 8), (byte)((message[16] & 1) | (BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan(12)) == 12 ? 2 : 0)), 0, 0, 0];

    private static byte[] Reference(SmbSigningAlgorithm algorithm, byte[] key, byte[] message)
    {
        if (algorithm == SmbSigningAlgorithm.HmacSha256)
        {
            return HMACSHA256.HashData(key, message)[..16];
        }

        IMac mac = algorithm == SmbSigningAlgorithm.AesCmac ? new CMac(new AesEngine()) : new GMac(new GcmBlockCipher(new AesEngine()));
        mac.Init(algorithm == SmbSigningAlgorithm.AesCmac ? new KeyParameter(key) : new ParametersWithIV(new KeyParameter(key), Nonce(message)));
        mac.BlockUpdate(message, 0, message.Length);
        byte[] signature = new byte[mac.GetMacSize()];
        mac.DoFinal(signature, 0);
        return signature;
    }
}
