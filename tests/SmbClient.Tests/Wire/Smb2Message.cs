using System;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Tests.Wire;

/// <summary>Whole messages of one header and one body.</summary>
internal static class Smb2Message
{
    internal delegate T BodyReader<T>(ref WireReader reader);

    /// <summary>The message in octets; its body says itself how many they are at most.</summary>
    public static byte[] Encode<T>(T body, Smb2Header header = default)
        where T : struct, ISmb2Body
    {
        byte[] message = new byte[Smb2Header.Size + body.Size];
        WireWriter w = new(message);
        header.Write(ref w);
        body.Write(ref w);
        return message[..w.Position];
    }

    public static T Decode<T>(ReadOnlyMemory<byte> message, BodyReader<T> read)
    {
        WireReader reader = new(message);
        reader.Skip(Smb2Header.Size);
        return read(ref reader);
    }

    public static Smb2Header Header(ReadOnlyMemory<byte> message)
    {
        WireReader reader = new(message);
        return Smb2Header.Read(ref reader);
    }
}
