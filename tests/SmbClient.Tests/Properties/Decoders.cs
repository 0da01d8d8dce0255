using System;
using SmbClient.Wire;
using Xunit;

namespace SmbClient.Tests.Properties;

/// <summary>
/// What every decoder promises for octets that are not what they should be: a value or a <see cref="MalformedMessageException"/>, never another
/// exception, and never more memory than the sample justifies.
/// </summary>
internal static class Decoders
{
    /// <summary>Octets that decoding one sample may allocate: strings and lists of what is really there, and an exception.</summary>
    private const long AllocationLimit = 128 * 1024;

    public static void TryEveryTruncation(string codec, byte[] sample, Action<ReadOnlyMemory<byte>> decode)
    {
        for (int length = 0; length < sample.Length; length++)
        {
            Try(decode, sample[..length], $"{codec} cut at {length}");
        }
    }

    public static void TryEveryFlippedOctet(string codec, byte[] sample, Action<ReadOnlyMemory<byte>> decode)
    {
        for (int i = 0; i < sample.Length; i++)
        {
            foreach (byte flip in new byte[] { 0x01, 0x80, 0x7F, 0xFF })
            {
                byte[] changed = (byte[])sample.Clone();
                changed[i] ^= flip;
                Try(decode, changed, $"{codec} with octet {i} flipped by 0x{flip:X2}");
            }
        }
    }

    private static void Try(Action<ReadOnlyMemory<byte>> decode, byte[] octets, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            decode(octets);
        }
        catch (MalformedMessageException)
        {
            // One of the two outcomes that there may be.
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}: {e}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < AllocationLimit, $"{what} allocated {allocated} octets");
    }
}
