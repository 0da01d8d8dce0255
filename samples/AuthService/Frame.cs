using System;
using System.Buffers.Binary;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace AuthService;

/// <summary>One message in either direction: the length of what follows (4 octets, big-endian), the type (1 octet), the body.</summary>
internal sealed record Frame(FrameType Type, ReadOnlyMemory<byte> Body)
{
    /// <summary>Octets after the length field, at most. A token has 65,535, and an identity with a thousand groups fits beside it.</summary>
    public const int MaxLength = 256 * 1024;

    private const int LengthSize = 4;

    /// <summary>The next frame, or null where the other side has closed.</summary>
    /// <exception cref="InvalidDataException">The length is 0 or too large, or the stream ends within a frame.</exception>
    public static async Task<Frame?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] prefix = new byte[LengthSize];
        int got = await stream.ReadAtLeastAsync(prefix, LengthSize, throwOnEndOfStream: false, cancellationToken);
        if (got == 0)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix);
        if (got < LengthSize || length is 0 or > MaxLength)
        {
            throw new InvalidDataException("Not a frame.");
        }

        byte[] frame = new byte[length];
        try
        {
            await stream.ReadExactlyAsync(frame, cancellationToken);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("A frame broke off.", e);
        }

        return new Frame((FrameType)frame[0], frame.AsMemory(1));
    }

    /// <summary>Sends the frame in one write.</summary>
    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] octets = new byte[LengthSize + 1 + Body.Length];
        BinaryPrimitives.WriteInt32BigEndian(octets, 1 + Body.Length);
        octets[LengthSize] = (byte)Type;
        Body.CopyTo(octets.AsMemory(LengthSize + 1));
        await stream.WriteAsync(octets, cancellationToken);
    }
}
