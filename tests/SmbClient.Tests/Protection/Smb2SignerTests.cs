using System;
using System.Linq;
using SmbClient.Protection;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Protection;

/// <summary>SMB2 signatures against captured messages ([MS-SMB2] 3.1.4.1).</summary>
public class Smb2SignerTests
{
    private static readonly VectorFile Vectors = VectorFile.Smb2;

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
                foreach (string name in Vectors.Names.Where(n => n.StartsWith(session + " signed ", StringComparison.Ordinal) && !n.EndsWith(" nonce", StringComparison.Ordinal)))
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

        Assert.True(signer.Verify(message, []));
        Assert.Equal(Vectors[name], message);

        message[16] &= 0xF7;
        message.AsSpan(48, 16).Fill(0xEE);
        signer.Sign(message, []);
        Assert.Equal(Vectors[name], message);
    }

    [Fact]
    public void A_CANCEL_has_a_nonce_of_its_own()
    {
        byte[] message = Vectors["3.1.1 GMAC CANCEL unsigned"];
        using Smb2Signer signer = Smb2Signer.Create(SmbSigningAlgorithm.AesGmac, Vectors["3.1.1 GMAC SigningKey"]);

        signer.Sign(message, []);

        Assert.Equal(Vectors["3.1.1 GMAC CANCEL signature"], message.AsSpan(48, 16).ToArray());
    }
}
