using System;
using System.Buffers.Binary;
using System.Text;

namespace SmbClient.Wire;

/// <summary>
/// Writes little-endian fields into one contiguous message. Positions count from the first octet of the message.
/// Running out of space is a bug of ours, never of a peer, and throws <see cref="InvalidOperationException"/>.
/// </summary>
internal ref struct WireWriter
{
    private readonly Span<byte> _message;

    public WireWriter(Span<byte> message, int position = 0)
    {
        _message = message;
        Position = position;
    }

    /// <summary>Octets written so far, from the start of the message.</summary>
    public int Position { get; private set; }

    public void UInt8(byte value) => _message[Take(1)] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_message.Slice(Take(2)), value);

    public void Int16(short value) => BinaryPrimitives.WriteInt16LittleEndian(_message.Slice(Take(2)), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_message.Slice(Take(4)), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(_message.Slice(Take(4)), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_message.Slice(Take(8)), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(_message.Slice(Take(8)), value);

    public void Guid(Guid value) => Bytes(value.ToByteArray());

    public void Bytes(ReadOnlySpan<byte> octets) => octets.CopyTo(_message.Slice(Take(octets.Length)));

    /// <summary>Writes zeros.</summary>
    public void Skip(int count) => _message.Slice(Take(count), count).Clear();

    /// <summary>Writes zeros up to the next multiple of <paramref name="alignment"/>, counted from the start of the message.</summary>
    public void Align(int alignment) => Skip((alignment - (Position % alignment)) % alignment);

    /// <summary>Writes text without terminator.</summary>
    public void Text(Encoding encoding, string text)
    {
        int length = encoding.GetByteCount(text);
        int at = Take(length);
        encoding.GetBytes(text.AsSpan(), _message.Slice(at, length));
    }

    /// <summary>Overwrites a 16-bit field that was written before its value was known.</summary>
    public readonly void PatchUInt16(int position, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_message.Slice(position, 2), value);

    /// <summary>Overwrites a 32-bit field that was written before its value was known.</summary>
    public readonly void PatchUInt32(int position, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_message.Slice(position, 4), value);

    private int Take(int count)
    {
        if (count < 0 || count > _message.Length - Position)
        {
            throw new InvalidOperationException($"The message buffer of {_message.Length} octets is too small: {count} more wanted at {Position}.");
        }

        int at = Position;
        Position += count;
        return at;
    }
}
