using System;
using SmbClient.Wire;

namespace SmbClient.Server.Pipes.Rpc;

/// <summary>Reads the arguments of a call in NDR, [C706] chapter 14, little-endian. Every primitive is aligned to its size, counted from the first one.</summary>
internal ref struct NdrReader
{
    private WireReader _reader;

    public NdrReader(ReadOnlyMemory<byte> stub)
    {
        _reader = new WireReader(stub);
    }

    public uint UInt32()
    {
        _reader.Align(sizeof(uint));
        return _reader.UInt32();
    }

    /// <summary>The referent id of a unique pointer: true where the referent follows, at once or later.</summary>
    public bool Pointer() => UInt32() != 0;

    /// <summary>A pointer to a 32-bit number among the arguments themselves; null where there is none.</summary>
    public uint? UniqueUInt32() => Pointer() ? UInt32() : null;

    /// <summary>A pointer to a string among the arguments themselves.</summary>
    public string? UniqueString(int maxCharacters) => Pointer() ? String(maxCharacters) : null;

    /// <summary>A conformant and varying string of UTF-16, with terminator or not.</summary>
    /// <param name="maxCharacters">The most that makes sense, the terminator included; refused above.</param>
    public string String(int maxCharacters)
    {
        uint maximum = UInt32();
        uint offset = UInt32();
        uint count = UInt32();
        if (offset != 0 || count > maximum || count > (uint)maxCharacters)
        {
            throw _reader.Malformed($"a string of {count} characters at {offset} of {maximum}, {maxCharacters} at most");
        }

        string text = _reader.Utf16((int)count * sizeof(char));
        int end = text.IndexOf('\0', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    public readonly MalformedMessageException Malformed(string reason) => _reader.Malformed(reason);
}
