using System;
using SmbClient.Gss.Kerberos;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>Integrity codes of MIT's library.</summary>
public sealed class KerberosMicTests
{
    private static readonly byte[] MechTypes = Convert.FromHexString("300C060A2B06010401823702020A");

    [Fact]
    public void Codes_of_the_acceptor()
    {
        using KerberosKey key = new(KerberosEncryptionType.Aes256Sha1, VectorFile.Kerberos["MIC key"]);
        byte[] mic = VectorFile.Kerberos["MIC acceptor"];
        uint sequence = (uint)((mic[12] << 24) | (mic[13] << 16) | (mic[14] << 8) | mic[15]);
        Assert.Equal(mic, KerberosMic.Create(key, isAcceptor: true, isAcceptorSubkey: true, sequence, "hello"u8));
        Assert.True(KerberosMic.Verify(key, key, isAcceptor: true, sequence, "hello"u8, mic));
        Assert.False(KerberosMic.Verify(null, key, isAcceptor: true, sequence, "hello"u8, mic));
        Assert.False(KerberosMic.Verify(key, key, isAcceptor: false, sequence, "hello"u8, mic));
    }

    [Fact]
    public void Codes_of_the_initiator()
    {
        using KerberosKey key = new(KerberosEncryptionType.Aes256Sha1, VectorFile.Kerberos["MIC key"]);
        Assert.Equal(VectorFile.Kerberos["MIC initiator"], KerberosMic.Create(key, isAcceptor: false, isAcceptorSubkey: true, 1, MechTypes));
    }
}
