using System;
using System.Buffers.Binary;
using System.Text;

namespace SmbClient.Tests.Server.Pipes;

/// <summary>Reads results as a client does, by an implementation of its own.</summary>
internal sealed class NdrAnswer(byte[] stub)
{
    private int _at;

    public bool IsAtEnd => _at == stub.Length;

    public uint U32()
    {
        _at = (_at + 3) & ~3;
        _at += 4;
        return BinaryPrimitives.ReadUInt32LittleEndian(stub.AsSpan(_at - 4));
    }

    public bool Pointer() => U32() != 0;

    public string Text()
    {
        uint maximum = U32();
        uint offset = U32();
        uint count = U32();
        Xunit.Assert.Equal((maximum, 0u), (count, offset));
        string text = Encoding.Unicode.GetString(stub, _at, (int)count * 2);
        _at += (int)count * 2;
        Xunit.Assert.EndsWith("\0", text, StringComparison.Ordinal);
        return text[..^1];
    }
}
