using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace SmbClient.Server.Pipes.Rpc;

/// <summary>Writes the results of a call in NDR, [C706] chapter 14, little-endian. Grows as needed: what is written is ours, and its size too.</summary>
internal sealed class NdrWriter
{
    private const uint FirstReferent = 0x00020000;

    private readonly ArrayBufferWriter<byte> _octets = new();
    private uint _referents;

    /// <summary>What is written so far.</summary>
    public ReadOnlyMemory<byte> Octets => _octets.WrittenMemory;

    public void UInt32(uint value)
    {
        Align(sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(_octets.GetSpan(sizeof(uint)), value);
        _octets.Advance(sizeof(uint));
    }

    /// <summary>The referent id of a unique pointer; the caller writes the referent, at once or after the structure that holds the pointer.</summary>
    public void Pointer(bool isPresent = true) => UInt32(isPresent ? FirstReferent + (4 * _referents++) : 0);

    /// <summary>A pointer to a 32-bit number among the results themselves.</summary>
    public void UniqueUInt32(uint? value)
    {
        Pointer(value is not null);
        if (value is { } number)
        {
            UInt32(number);
        }
    }

    /// <summary>A conformant and varying string of UTF-16 with terminator.</summary>
    public void String(string text)
    {
        uint count = (uint)text.Length + 1;
        UInt32(count);
        UInt32(0);
        UInt32(count);
        int length = (int)count * sizeof(char);
        Span<byte> target = _octets.GetSpan(length)[..length];
        target.Clear();
        Encoding.Unicode.GetBytes(text, target);
        _octets.Advance(length);
    }

    /// <summary>Takes back all that is written.</summary>
    public void Clear()
    {
        _octets.Clear();
        _referents = 0;
    }

    private void Align(int alignment)
    {
        int pad = (alignment - (_octets.WrittenCount % alignment)) % alignment;
        _octets.GetSpan(pad + 1)[..pad].Clear();
        _octets.Advance(pad);
    }
}
