using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace AuthService;

/// <summary>The fields of a body: octets and UTF-8 texts after their lengths (4 octets, big-endian), lists after their counts.</summary>
internal sealed class FrameBody
{
    private readonly MemoryStream _written = new();
    private ReadOnlyMemory<byte> _rest;

    public FrameBody(ReadOnlyMemory<byte> body = default)
    {
        _rest = body;
    }

    public ReadOnlyMemory<byte> Written => _written.ToArray();

    public FrameBody Add(uint number)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        _written.Write(octets);
        return this;
    }

    public FrameBody Add(ReadOnlySpan<byte> octets)
    {
        Add((uint)octets.Length);
        _written.Write(octets);
        return this;
    }

    public FrameBody Add(string? text) => Add(Encoding.UTF8.GetBytes(text ?? ""));

    public FrameBody Add(IReadOnlyCollection<string> texts)
    {
        Add((uint)texts.Count);
        foreach (string text in texts)
        {
            Add(text);
        }

        return this;
    }

    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(4).Span);

    public ReadOnlyMemory<byte> Octets() => Take(Number());

    public string Text() => Encoding.UTF8.GetString(Octets().Span);

    public List<string> Texts()
    {
        List<string> texts = [];
        for (uint left = Number(); left > 0; left--)
        {
            texts.Add(Text());
        }

        return texts;
    }

    private ReadOnlyMemory<byte> Take(uint count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidDataException("A field is longer than its frame.");
        }

        ReadOnlyMemory<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
