using System;
using System.Text;

namespace SmbClient.Wire.NetBios;

/// <summary>NetBIOS names in first-level encoding, [RFC1001] 14.1, and the session service's error codes, [RFC1002] 4.3.4.</summary>
internal static class NetBiosName
{
    /// <summary>Characters of a name; the sixteenth octet is its type.</summary>
    public const int MaxLength = 15;

    /// <summary>Octets of an encoded name with length and end.</summary>
    public const int EncodedSize = 34;

    /// <summary>The type of file servers.</summary>
    public const byte ServerType = 0x20;

    /// <summary>The type of workstations.</summary>
    public const byte WorkstationType = 0x00;

    private const byte EncodedLength = 32;

    public static void Encode(string name, byte type, Span<byte> destination)
    {
        if (name.Length is 0 or > MaxLength)
        {
            throw new ArgumentException($"A NetBIOS name has 1 to {MaxLength} characters.", nameof(name));
        }

        byte[] padded = Encoding.ASCII.GetBytes(name.ToUpperInvariant().PadRight(MaxLength) + (char)type);
        destination[0] = EncodedLength;
        for (int i = 0; i < padded.Length; i++)
        {
            destination[1 + (2 * i)] = (byte)('A' + (padded[i] >> 4));
            destination[2 + (2 * i)] = (byte)('A' + (padded[i] & 0xF));
        }

        destination[EncodedSize - 1] = 0;
    }

    /// <summary>The body of a session request: the called name and the calling name.</summary>
    public static byte[] EncodeSessionRequest(string calledName, string callingName)
    {
        byte[] body = new byte[2 * EncodedSize];
        Encode(calledName, ServerType, body);
        Encode(callingName, WorkstationType, body.AsSpan(EncodedSize));
        return body;
    }

    public static string DescribeError(byte code) => code switch
    {
        0x80 => "it is not listening on the called name",
        0x81 => "it is not listening for the calling name",
        0x82 => "the called name is not present",
        0x83 => "its resources are insufficient",
        0x8F => "unspecified error",
        _ => $"error 0x{code:X2}",
    };
}
