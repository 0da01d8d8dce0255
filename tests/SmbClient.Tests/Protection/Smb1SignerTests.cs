using System;
using System.Linq;
using SmbClient.Protection;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Protection;

/// <summary>SMB1 signatures against captured frames ([MS-CIFS] 3.1.4.1; S2–S4, M6, M8).</summary>
public class Smb1SignerTests
{
    private static readonly VectorFile Vectors = VectorFile.Smb1;

    public static TheoryData<string, uint> SignedFrames
    {
        get
        {
            TheoryData<string, uint> data = [];
            foreach (string name in Vectors.Names.Where(n => n.Contains(" seq ", StringComparison.Ordinal) && !n.StartsWith("kerberos", StringComparison.Ordinal)))
            {
                data.Add(name, uint.Parse(name.Split(' ')[^1], null));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SignedFrames))]
    public void Captured_frames_verify_and_are_signed_alike(string name, uint sequence)
    {
        byte[] frame = Vectors[name];
        using Smb1Signer signer = new(Vectors["signed key"], []);

        Assert.True(signer.Verify(frame, sequence));
        Assert.False(signer.Verify(frame, sequence + 1));

        byte[] again = (byte[])frame.Clone();
        again.AsSpan(14, 8).Clear();
        int split = again.Length / 2 < 22 ? again.Length : again.Length / 2;
        signer.Sign(again.AsSpan(0, split), again.AsSpan(split), sequence);
        Assert.Equal(frame, again);
    }

    [Theory]
    [InlineData("kerberos c2s cmd 0x75 seq 2", 2)]
    [InlineData("kerberos s2c cmd 0x75 seq 3", 3)]
    public void A_key_of_32_octets_is_used_whole(string name, uint sequence)
    {
        using Smb1Signer whole = new(Vectors["kerberos AP-REP subkey"], []);
        using Smb1Signer half = new(Vectors["kerberos AP-REP subkey"].AsSpan(0, 16), []);

        Assert.True(whole.Verify(Vectors[name], sequence));
        Assert.False(half.Verify(Vectors[name], sequence));
    }

    [Theory]
    [InlineData("v1 ")]
    [InlineData("v2 ")]
    public void Without_extended_security_the_response_is_hashed_after_the_key(string version)
    {
        byte[] frame = Vectors[version + "TREE_DISCONNECT"];
        using Smb1Signer signer = new(Vectors[version + "key"], Vectors[version + "challenge response"]);

        signer.Sign(frame, [], 2);

        Assert.Equal(Vectors[version + "signature"], frame.AsSpan(14, 8).ToArray());
    }

    [Fact]
    public void Every_flipped_octet_is_noticed()
    {
        byte[] frame = Vectors["SMB1 s2c READ seq 19"];
        using Smb1Signer signer = new(Vectors["signed key"], []);
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] ^= 0x40;
            Assert.False(signer.Verify(frame, 19));
            frame[i] ^= 0x40;
        }

        Assert.False(signer.Verify(frame.AsSpan(0, 21), 19));
    }

    [Fact]
    public void Applications_get_a_hash_of_the_key()
    {
        Assert.Equal(Vectors["protected of 55*16"], ProtectedSessionKey.Derive(Enumerable.Repeat((byte)0x55, 16).ToArray()));
        Assert.Equal(Vectors["protected of signed key"], ProtectedSessionKey.Derive(Vectors["signed key"]));
    }
}
