using System;
using SmbClient.Crypto;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Crypto;

/// <summary>AES-128-CMAC against [RFC4493] 4 and against BouncyCastle.</summary>
public class AesCmacTests
{
    private static readonly VectorFile Vectors = VectorFile.Smb2;

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(64)]
    public void Tags_as_published(int length)
    {
        using AesCmac cmac = new(Vectors["CMAC key"]);
        byte[] tag = new byte[AesCmac.TagSize];
        for (int i = 0; i < 2; i++)
        {
            cmac.Append(Vectors["CMAC M"].AsSpan(0, length));
            cmac.GetTagAndReset(tag);
            Assert.Equal(Vectors[$"CMAC of {length}"], tag);
        }
    }
}
