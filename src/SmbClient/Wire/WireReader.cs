using System;
using System.Buffers.Binary;
using System.Text;

namespace SmbClient.Wire;

/// <summary>
/// Reads little-endian fields of one contiguous message and checks every bound. Positions count from the first octet of the
/// message (for SMB, of its header). Fields of variable length are handed out as memory that points into the message.
/// </summary>
internal ref struct WireReader
{
    private readonly ReadOnlyMemory<byte> _message;
    private readonly ReadOnlySpan<byte> _span;
    private readonly int _end;

    public WireReader(ReadOnlyMemory<byte> message)
        : this(message, 0, message.Length)
    {
    }

    private WireReader(ReadOnlyMemory<byte> message, int position, int end)
    {
        _message = message;
        _span = message.Span;
        Position = position;
        _end = end;
    }

    /// <summary>Octets from the start of the message to the next field.</summary>
    public int Position { get; private set; }

    /// <summary>Octets left before the end of this reader.</summary>
    public readonly int Remaining => _end - Position;

    public byte UInt8() => _span[Take(1)];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(_span.Slice(Take(2)));

    public short Int16() => BinaryPrimitives.ReadInt16LittleEndian(_span.Slice(Take(2)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(_span.Slice(Take(4)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(_span.Slice(Take(4)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(_span.Slice(Take(8)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(_span.Slice(Take(8)));

    public Guid Guid() => new(Bytes(16).ToArray());

    public ReadOnlyMemory<byte> Bytes(int count) => _message.Slice(Take(count), count);

    public void Skip(int count) => Take(count);

    /// <summary>Skips to the next multiple of <paramref name="alignment"/>, counted from the start of the message; stops at the end.</summary>
    public void Align(int alignment)
    {
        int pad = (alignment - (Position % alignment)) % alignment;
        Position += Math.Min(pad, Remaining);
    }

    /// <summary>A reader over <paramref name="length"/> octets at <paramref name="offset"/> from the start of the message.</summary>
    public readonly WireReader At(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset + length > _message.Length)
        {
            throw new MalformedMessageException($"{length} octets at offset {offset} lie outside the message", Position, _message.Length);
        }

        return new WireReader(_message, (int)offset, (int)(offset + length));
    }

    /// <summary>UTF-16LE text of exactly <paramref name="octets"/> octets, without terminator.</summary>
    public string Utf16(int octets)
    {
        if ((octets & 1) != 0)
        {
            throw Malformed("UTF-16 text with an odd number of octets");
        }

        return GetString(Encoding.Unicode, Bytes(octets).Span);
    }

    /// <summary>Text of exactly <paramref name="octets"/> octets, without terminator.</summary>
    public string Text(Encoding encoding, int octets) =>
        ReferenceEquals(encoding, Encoding.Unicode) ? Utf16(octets) : GetString(encoding, Bytes(octets).Span);

    /// <summary>UTF-16LE text up to a terminator or, since servers omit it, to the end of this reader.</summary>
    public string Utf16UntilNul()
    {
        ReadOnlySpan<byte> rest = _span.Slice(Position, Remaining);
        int length = 0;
        while (length + 1 < rest.Length && (rest[length] | rest[length + 1]) != 0)
        {
            length += 2;
        }

        string text = GetString(Encoding.Unicode, rest.Slice(0, length));
        Position += Math.Min(length + 2, rest.Length);
        return text;
    }

    /// <summary>Eight-bit text up to a terminator or the end of this reader.</summary>
    public string OemUntilNul(Encoding oem)
    {
        ReadOnlySpan<byte> rest = _span.Slice(Position, Remaining);
        int nul = rest.IndexOf((byte)0);
        int length = nul < 0 ? rest.Length : nul;
        string text = GetString(oem, rest.Slice(0, length));
        Position += nul < 0 ? length : length + 1;
        return text;
    }

    /// <summary>The next field must have this value.</summary>
    public void Expect(ushort value, string field)
    {
        ushort actual = UInt16();
        if (actual != value)
        {
            throw Malformed($"{field} is 0x{actual:X}, not 0x{value:X}");
        }
    }

    public readonly MalformedMessageException Malformed(string reason) => new(reason, Position, _message.Length);

    private static string GetString(Encoding encoding, ReadOnlySpan<byte> octets) => octets.IsEmpty ? "" : encoding.GetString(octets);

    private int Take(int count)
    {
        if (count < 0 || count > Remaining)
        {
            throw Malformed($"{count} octets wanted, {Remaining} left");
        }

        int at = Position;
        Position += count;
        return at;
    }
}
