using System;
using System.Buffers.Binary;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>SEC_CHANNEL_BINDINGS with application data alone.</summary>
internal static class SspiChannelBindings
{
    private const int HeaderSize = 32;

    /// <summary>Empty for none.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> applicationData)
    {
        if (applicationData.IsEmpty)
        {
            return [];
        }

        // Type, length and offset of two addresses, then length and offset of the data.
        byte[] octets = new byte[HeaderSize + applicationData.Length];
        BinaryPrimitives.WriteInt32LittleEndian(octets.AsSpan(24), applicationData.Length);
        BinaryPrimitives.WriteInt32LittleEndian(octets.AsSpan(28), HeaderSize);
        applicationData.CopyTo(octets.AsSpan(HeaderSize));
        return octets;
    }
}
