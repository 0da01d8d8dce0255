using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using SmbClient.Protection;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Protection;

/// <summary>Encrypted SMB3 messages against published and captured ones ([MS-SMB2] 2.2.41, 3.1.4.3).</summary>
public class Smb2SealerTests
{
    private const ulong SessionId = 0x1122334455667788;

    private static readonly VectorFile Vectors = VectorFile.Smb2Protection;
    private static readonly Gen<SmbCipher> AnyCipher = Gen.OneOfConst(SmbCipher.Aes128Ccm, SmbCipher.Aes128Gcm, SmbCipher.Aes256Ccm, SmbCipher.Aes256Gcm);
    private static readonly Gen<byte[]> Messages = Gen.Frequency((8, Gen.Byte.Array[0, 400]), (1, Gen.Byte.Array[20_000, 70_000]));

    public static TheoryData<SmbCipher> Ciphers => [SmbCipher.Aes128Ccm, SmbCipher.Aes128Gcm, SmbCipher.Aes256Ccm, SmbCipher.Aes256Gcm];

    /// <summary>Session and direction, cipher.</summary>
    public static TheoryData<string, SmbCipher> Transforms
    {
        get
        {
            (string Session, SmbCipher Cipher)[] sessions =
            [
                ("blog 3.0 B", SmbCipher.Aes128Ccm),
                ("blog 3.1.1 B", SmbCipher.Aes128Gcm),
                ("live AES-128-GCM", SmbCipher.Aes128Gcm),
                ("live AES-256-GCM", SmbCipher.Aes256Gcm),
                ("live AES-256-CCM", SmbCipher.Aes256Ccm),
                ("live Kerberos AES-256-GCM", SmbCipher.Aes256Gcm),
            ];
            TheoryData<string, SmbCipher> data = [];
            foreach ((string session, SmbCipher cipher) in sessions)
            {
                data.Add(session + " c2s", cipher);
                data.Add(session + " s2c", cipher);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void Captured_messages_open_and_are_sealed_again(string name, SmbCipher cipher)
    {
        byte[] frame = Vectors[name + " transform"];
        byte[] plaintext = Vectors[name + " plaintext"];
        using Smb2Sealer sealer = new(cipher, Vectors[name + " key"]);

        Assert.True(sealer.TryOpen(frame));
        Assert.Equal(plaintext, frame.AsSpan(Smb2Sealer.HeaderSize).ToArray());
        Assert.Equal(Vectors[name + " transform"].AsSpan(0, 52).ToArray(), frame.AsSpan(0, 52).ToArray());

        ulong sessionId = BinaryPrimitives.ReadUInt64LittleEndian(frame.AsSpan(44));
        byte[] again = new byte[frame.Length];
        sealer.Seal(sessionId, plaintext.AsSpan(0, 64), plaintext.AsSpan(64), again);
        Assert.Equal("fd534d42", Convert.ToHexStringLower(again.AsSpan(0, 4)));
        Assert.Equal("01000000000000000000000000000000", Convert.ToHexStringLower(again.AsSpan(20, 16)));
        Assert.Equal(frame.AsSpan(36, 16).ToArray(), again.AsSpan(36, 16).ToArray());
        Assert.True(sealer.TryOpen(again));
        Assert.Equal(plaintext, again.AsSpan(Smb2Sealer.HeaderSize).ToArray());
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void Every_flipped_octet_is_noticed_and_leaves_zeros(string name, SmbCipher cipher)
    {
        byte[] captured = Vectors[name + " transform"];
        using Smb2Sealer sealer = new(cipher, Vectors[name + " key"]);
        for (int i = 0; i < captured.Length; i++)
        {
            for (int bit = 1; bit < 0x100; bit <<= 1)
            {
                byte[] frame = (byte[])captured.Clone();
                frame[i] ^= (byte)bit;
                AssertRefused(sealer, frame);
            }
        }

        Assert.True(sealer.TryOpen(captured));
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void Every_other_length_is_noticed(string name, SmbCipher cipher)
    {
        byte[] captured = Vectors[name + " transform"];
        using Smb2Sealer sealer = new(cipher, Vectors[name + " key"]);
        for (int length = 0; length < captured.Length; length++)
        {
            AssertRefused(sealer, captured[..length]);

            byte[] consistent = captured[..length];
            if (length >= Smb2Sealer.HeaderSize)
            {
                BinaryPrimitives.WriteInt32LittleEndian(consistent.AsSpan(36), length - Smb2Sealer.HeaderSize);
                AssertRefused(sealer, consistent);
            }
        }

        AssertRefused(sealer, [.. captured, 0]);
    }

    [Theory]
    [InlineData(36, "00000080")]
    [InlineData(36, "ffffffff")]
    [InlineData(42, "0000")]
    [InlineData(42, "0200")]
    [InlineData(0, "fe534d42")]
    [InlineData(0, "fc534d42")]
    public void An_inconsistent_header_is_refused(int position, string octets)
    {
        byte[] frame = Vectors["live AES-128-GCM s2c transform"];
        Convert.FromHexString(octets).CopyTo(frame, position);
        using Smb2Sealer sealer = new(SmbCipher.Aes128Gcm, Vectors["live AES-128-GCM s2c key"]);

        AssertRefused(sealer, frame);
    }

    [Fact]
    public void What_one_side_seals_the_other_opens_once_it_has_the_key() => Gen.Select(AnyCipher, Messages, Gen.Int[0, 70_000], Gen.ULong).Sample((cipher, octets, at, sessionId) =>
    {
        using Smb2Sealer client = new(cipher, Key(cipher, 1));
        using Smb2Sealer server = new(cipher, Key(cipher, 1));
        using Smb2Sealer stranger = new(cipher, Key(cipher, 2));
        int split = at % (octets.Length + 1);
        byte[] frame = new byte[Smb2Sealer.HeaderSize + octets.Length];
        client.Seal(sessionId, octets.AsSpan(0, split), octets.AsSpan(split), frame);

        byte[] copy = (byte[])frame.Clone();
        Assert.False(stranger.TryOpen(copy));
        Assert.All(copy.AsSpan(52).ToArray(), o => Assert.Equal(0, o));
        Assert.True(server.TryOpen(frame));
        Assert.Equal(octets, frame[52..]);
        Assert.Equal(sessionId, BinaryPrimitives.ReadUInt64LittleEndian(frame.AsSpan(44)));
    }, iter: 300);

    [Fact]
    public void In_two_parts_a_message_is_sealed_as_in_one() => Gen.Select(AnyCipher, Messages, Gen.Int[0, 70_000]).Sample((cipher, octets, at) =>
    {
        using Smb2Sealer first = new(cipher, Key(cipher, 1));
        using Smb2Sealer second = new(cipher, Key(cipher, 1));
        int split = at % (octets.Length + 1);
        byte[] whole = new byte[Smb2Sealer.HeaderSize + octets.Length];
        byte[] parts = new byte[Smb2Sealer.HeaderSize + octets.Length];
        first.Seal(SessionId, octets, [], whole);
        second.Seal(SessionId, octets.AsSpan(0, split), octets.AsSpan(split), parts);
        return whole.AsSpan().SequenceEqual(parts);
    }, iter: 300);

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void What_the_destination_held_before_does_not_matter(SmbCipher cipher)
    {
        byte[] message = Vectors["live AES-128-GCM c2s plaintext"];
        using Smb2Sealer first = new(cipher, Key(cipher, 1));
        using Smb2Sealer second = new(cipher, Key(cipher, 1));
        byte[] clean = new byte[Smb2Sealer.HeaderSize + message.Length];
        byte[] dirty = [.. Enumerable.Repeat((byte)0xA5, clean.Length)];

        first.Seal(SessionId, message, [], clean);
        second.Seal(SessionId, message, [], dirty);

        Assert.Equal(clean, dirty);
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void A_nonce_never_repeats(SmbCipher cipher)
    {
        using Smb2Sealer sealer = new(cipher, Key(cipher, 1));
        HashSet<string> nonces = [];
        byte[] frame = new byte[Smb2Sealer.HeaderSize + 4];
        for (ulong count = 1; count <= 1000; count++)
        {
            sealer.Seal(SessionId, [1, 2, 3], [4], frame);
            Assert.True(nonces.Add(Convert.ToHexString(frame.AsSpan(20, cipher is SmbCipher.Aes128Ccm or SmbCipher.Aes256Ccm ? 11 : 12))));
            Assert.Equal(count, BinaryPrimitives.ReadUInt64LittleEndian(frame.AsSpan(20)));
            Assert.Equal(0ul, BinaryPrimitives.ReadUInt64LittleEndian(frame.AsSpan(28)));
            Assert.True(sealer.TryOpen(frame));
        }
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void When_the_nonces_are_used_up_nothing_more_is_sealed_but_opened(SmbCipher cipher)
    {
        using Smb2Sealer sealer = new(cipher, Key(cipher, 1), lastNonce: 3);
        byte[] frame = new byte[Smb2Sealer.HeaderSize + 3];
        for (int i = 0; i < 3; i++)
        {
            sealer.Seal(SessionId, [1, 2, 3], [], frame);
        }

        byte[] untouched = new byte[frame.Length];
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<InvalidOperationException>(() => sealer.Seal(SessionId, [1, 2, 3], [], untouched));
        }

        Assert.Equal(new byte[frame.Length], untouched);
        Assert.True(sealer.TryOpen(frame));
    }

    [Fact]
    public void The_destination_has_the_length_of_all_and_nothing_of_the_rest()
    {
        byte[] room = new byte[300];
        using Smb2Sealer sealer = new(SmbCipher.Aes128Gcm, Key(SmbCipher.Aes128Gcm, 1), lastNonce: 1);

        Assert.Throws<ArgumentException>(() => sealer.Seal(SessionId, new byte[10], new byte[5], new byte[66]));
        Assert.Throws<ArgumentException>(() => sealer.Seal(SessionId, new byte[10], new byte[5], new byte[68]));
        Assert.Throws<ArgumentException>(() => sealer.Seal(SessionId, room.AsSpan(0, 10), [], room.AsSpan(9, 62)));
        Assert.Throws<ArgumentException>(() => sealer.Seal(SessionId, [], room.AsSpan(61, 10), room.AsSpan(0, 62)));

        sealer.Seal(SessionId, room.AsSpan(0, 10), room.AsSpan(72, 10), room.AsSpan(100, 72));
    }

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void A_frame_is_opened_where_it_is(SmbCipher cipher)
    {
        byte[] room = [.. Enumerable.Repeat((byte)0x77, 200)];
        using Smb2Sealer sealer = new(cipher, Key(cipher, 1));
        sealer.Seal(SessionId, [1, 2, 3], [4, 5], room.AsSpan(3, 57));

        Assert.True(sealer.TryOpen(room.AsSpan(3, 57)));

        Assert.Equal([1, 2, 3, 4, 5], room.AsSpan(55, 5).ToArray());
        Assert.Equal([0x77, 0x77, 0x77], room.AsSpan(0, 3).ToArray());
        Assert.All(room[60..], o => Assert.Equal(0x77, o));
    }

    [Theory]
    [InlineData(SmbCipher.Aes128Ccm, 32)]
    [InlineData(SmbCipher.Aes128Gcm, 0)]
    [InlineData(SmbCipher.Aes256Ccm, 16)]
    [InlineData(SmbCipher.Aes256Gcm, 16)]
    public void A_key_has_the_length_of_the_cipher(SmbCipher cipher, int length) =>
        Assert.Throws<ArgumentException>(() => new Smb2Sealer(cipher, new byte[length]));

    [Fact]
    public void Other_ciphers_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Smb2Sealer((SmbCipher)5, new byte[16]));

    [Theory]
    [MemberData(nameof(Ciphers))]
    public void It_may_be_disposed_twice(SmbCipher cipher)
    {
        Smb2Sealer sealer = new(cipher, Key(cipher, 1));
        sealer.Dispose();
        sealer.Dispose();
    }

    private static byte[] Key(SmbCipher cipher, byte first) =>
        [.. Enumerable.Range(0, cipher is SmbCipher.Aes256Ccm or SmbCipher.Aes256Gcm ? 32 : 16).Select(i => (byte)(first + i))];

    private static void AssertRefused(Smb2Sealer sealer, byte[] frame)
    {
        Assert.False(sealer.TryOpen(frame));
        if (frame.Length > Smb2Sealer.HeaderSize)
        {
            Assert.Equal(-1, frame.AsSpan(Smb2Sealer.HeaderSize).IndexOfAnyExcept((byte)0));
        }
    }
}
