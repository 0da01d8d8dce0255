using System;
using SmbClient.Gss;
using SmbClient.KerberosNet.Tokens;
using Xunit;

namespace SmbClient.KerberosNet.Tests.Tokens;

public sealed class GssChecksumTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40000)]     // more than a signed 16-bit number
    [InlineData(65535)]
    public void EveryLengthComesBack(int length)
    {
        byte[] credential = new byte[length];
        Random.Shared.NextBytes(credential);
        GssContextFlags flags = GssContextFlags.MutualAuth | (length > 0 ? GssContextFlags.Delegate : 0);
        GssChecksum? back = GssChecksum.Decode(new GssChecksum { Bindings = GssChecksum.Hash([1, 2]), Flags = flags, Credential = credential }.Encode());
        Assert.Equal(flags, back!.Flags);
        Assert.Equal(GssChecksum.Hash([1, 2]), back.Bindings);
        Assert.Equal(credential, back.Credential.ToArray());
    }

    [Fact]
    public void EveryTruncationIsSeen()
    {
        byte[] octets = new GssChecksum { Bindings = new byte[16], Flags = GssContextFlags.Delegate, Credential = new byte[30] }.Encode();
        for (int i = 0; i < octets.Length; i++)
        {
            Assert.Null(GssChecksum.Decode(octets.AsMemory(0, i)));
        }
    }

    [Fact]
    public void LengthOfTheBindingsAndOptionAreFixed()
    {
        byte[] octets = new GssChecksum { Bindings = new byte[16], Flags = GssContextFlags.Delegate, Credential = new byte[30] }.Encode();
        foreach (int i in new[] { 0, 1, 3, 24, 25 })
        {
            byte[] flipped = (byte[])octets.Clone();
            flipped[i] ^= 0x80;
            Assert.Null(GssChecksum.Decode(flipped));
        }
    }

    [Fact]
    public void NoBindingsAreZeros() => Assert.Equal(new byte[16], GssChecksum.Hash([]));
}
