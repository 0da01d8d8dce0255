using System;
using System.Buffers.Binary;
using SmbClient.Protection;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Protection;

/// <summary>Encrypted SMB3 messages against published and captured ones ([MS-SMB2] 2.2.41, 3.1.4.3).</summary>
public class Smb2SealerTests
{
    private static readonly VectorFile Vectors = VectorFile.Smb2;

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

        ulong sessionId = BinaryPrimitives.ReadUInt64LittleEndian(frame.AsSpan(44));
        byte[] again = new byte[frame.Length];
        sealer.Seal(sessionId, plaintext.AsSpan(0, 64), plaintext.AsSpan(64), again);
        Assert.Equal("fd534d42", Convert.ToHexStringLower(again.AsSpan(0, 4)));
        Assert.Equal("01000000000000000000000000000000", Convert.ToHexStringLower(again.AsSpan(20, 16)));
        Assert.Equal(frame.AsSpan(36, 16).ToArray(), again.AsSpan(36, 16).ToArray());
        Assert.True(sealer.TryOpen(again));
        Assert.Equal(plaintext, again.AsSpan(Smb2Sealer.HeaderSize).ToArray());
    }
}
