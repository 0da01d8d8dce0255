using System;
using Xunit;

namespace SmbClient.InteropTests.Lab;

/// <summary>Comparisons that say where two contents differ, without printing megabytes.</summary>
internal static class Octets
{
    public static void AssertSame(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        int common = expected.Span.CommonPrefixLength(actual.Span);
        Assert.True(common == expected.Length, $"{expected.Length} octets, of which number {common} is the first that is wrong");
    }
}
