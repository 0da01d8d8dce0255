using System;
using System.Security.Cryptography;

namespace SmbClient.KerberosNet.Contexts;

/// <summary>First numbers of messages. 30 bits, because some implementations take them for signed and some count up from them ([RFC4120] 5.3.2, C.3).</summary>
internal static class SequenceNumbers
{
    public static int Next()
    {
        byte[] octets = new byte[4];
        using RandomNumberGenerator random = RandomNumberGenerator.Create();
        random.GetBytes(octets);
        return BitConverter.ToInt32(octets, 0) & 0x3FFFFFFF;
    }
}
