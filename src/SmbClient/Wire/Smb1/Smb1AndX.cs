using System;
using System.Buffers.Binary;

namespace SmbClient.Wire.Smb1;

/// <summary>One block of an AndX chain; empty where the server has nothing but a status to say.</summary>
internal readonly record struct Smb1Block(Smb1Command Command, int Position, bool IsEmpty);

/// <summary>AndX chains, [MS-CIFS] 2.2.3.4: one header, several blocks.</summary>
internal static class Smb1AndX
{
    private const int CommandOffset = 1;
    private const int OffsetOffset = 3;
    private const int HeaderWords = 2;

    /// <summary>What an AndX block without successor begins with: NoAndX, reserved, offset 0.</summary>
    public static void WriteEnd(ref WireWriter w)
    {
        w.UInt8((byte)Smb1Command.NoAndX);
        w.UInt8(0);
        w.UInt16(0);
    }

    /// <summary>Links the block whose WordCount is at a position to its successor.</summary>
    public static void Chain(Span<byte> message, int wordCountPosition, Smb1Command next, int nextPosition)
    {
        message[wordCountPosition + CommandOffset] = (byte)next;
        BinaryPrimitives.WriteUInt16LittleEndian(message.Slice(wordCountPosition + OffsetOffset), checked((ushort)nextPosition));
    }

    /// <summary>The block after the header.</summary>
    public static Smb1Block First(ReadOnlyMemory<byte> message)
    {
        WireReader reader = new(message);
        Smb1Command command = Smb1Header.Read(ref reader).Command;
        return new Smb1Block(command, Smb1Header.Size, reader.UInt8() == 0);
    }

    /// <summary>The successor of a block, or null at the end of the chain. Offsets must increase, so a chain cannot loop.</summary>
    public static Smb1Block? Next(ReadOnlyMemory<byte> message, Smb1Block block)
    {
        WireReader reader = new(message);
        reader.Skip(block.Position);
        if (reader.UInt8() < HeaderWords)
        {
            return null;
        }

        Smb1Command command = (Smb1Command)reader.UInt8();
        reader.Skip(1);
        int offset = reader.UInt16();
        if (command == Smb1Command.NoAndX || offset == 0)
        {
            return null;
        }

        if (offset <= block.Position)
        {
            throw reader.Malformed($"An AndX chain goes back from {block.Position} to {offset}");
        }

        WireReader next = new(message);
        next.Skip(offset);
        return new Smb1Block(command, offset, next.UInt8() == 0);
    }
}
