using System;
using System.Globalization;
using System.Text;

namespace SmbClient.Crypto;

/// <summary>Constants that are easier to compare with the specification in hexadecimal.</summary>
internal static class Hex
{
    public static byte[] Decode(string hex)
    {
        byte[] octets = new byte[hex.Length / 2];
        for (int i = 0; i < octets.Length; i++)
        {
            octets[i] = byte.Parse(hex.Substring(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return octets;
    }

    public static string Encode(ReadOnlySpan<byte> octets)
    {
        StringBuilder text = new(2 * octets.Length);
        foreach (byte octet in octets)
        {
            text.Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
