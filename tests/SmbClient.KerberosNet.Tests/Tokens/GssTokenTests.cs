using System;
using SmbClient.KerberosNet.Tokens;
using Xunit;

namespace SmbClient.KerberosNet.Tests.Tokens;

public sealed class GssTokenTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(114)]
    [InlineData(115)]
    [InlineData(242)]
    [InlineData(243)]
    [InlineData(65522)]
    [InlineData(65523)]
    public void EveryLengthComesBack(int length)
    {
        byte[] message = new byte[length];
        Random.Shared.NextBytes(message);
        byte[] token = GssToken.Wrap(GssToken.ApRep, message);
        Assert.True(GssToken.TryUnwrap(token, out ushort id, out ReadOnlyMemory<byte> back));
        Assert.Equal((GssToken.ApRep, true), (id, message.AsSpan().SequenceEqual(back.Span)));
    }

    [Fact]
    public void WhatIsNoneIsSeen()
    {
        byte[] token = GssToken.Wrap(GssToken.ApReq, new byte[200]);
        for (int i = 0; i < token.Length; i++)
        {
            Assert.False(GssToken.TryUnwrap(token.AsMemory(0, i), out _, out _));
        }

        for (int i = 0; i < 14; i++)
        {
            byte[] flipped = (byte[])token.Clone();
            flipped[i] ^= 0x01;
            Assert.False(GssToken.TryUnwrap(flipped, out _, out _));
        }
    }

    [Fact]
    public void KnownOctets() =>
        Assert.Equal("600E06092A864886F7120102020100AB", Convert.ToHexString(GssToken.Wrap(GssToken.ApReq, [0xAB])));
}
