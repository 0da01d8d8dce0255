using System;

namespace SmbClient.Gss.Kerberos.Crypto;

/// <summary>n-fold, [RFC3961] 5.1: stretches a constant to the size of a block so that every bit of it counts the same.</summary>
internal static class NFold
{
    private const int Rotation = 13;

    public static byte[] Compute(ReadOnlySpan<byte> input, int length)
    {
        int rounds = LeastCommonMultiple(input.Length, length);
        int bits = 8 * input.Length;
        byte[] folded = new byte[length];
        int carry = 0;

        // From the last octet to the first, as one adds by hand; octet i lies in a copy that was turned once more than the one before it.
        for (int i = rounds - 1; i >= 0; i--)
        {
            int turned = Rotation * (i / input.Length);
            int octet = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                int from = ((8 * (i % input.Length)) + bit - turned) % bits;
                from = from < 0 ? from + bits : from;
                octet = (octet << 1) | ((input[from / 8] >> (7 - (from % 8))) & 1);
            }

            carry += octet + folded[i % length];
            folded[i % length] = (byte)carry;
            carry >>= 8;
        }

        // One's complement: what is carried out on the left comes in on the right.
        for (int i = length - 1; carry != 0; i = (i + length - 1) % length)
        {
            carry += folded[i];
            folded[i] = (byte)carry;
            carry >>= 8;
        }

        return folded;
    }

    private static int LeastCommonMultiple(int a, int b)
    {
        int x = a;
        int y = b;
        while (y != 0)
        {
            (x, y) = (y, x % y);
        }

        return a / x * b;
    }
}
