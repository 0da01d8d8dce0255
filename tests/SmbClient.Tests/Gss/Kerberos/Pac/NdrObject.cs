using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace SmbClient.Tests.Gss.Kerberos.Pac;

/// <summary>Writes NDR as a domain controller does: the fixed part at once, and behind it, in order, what its pointers point to.</summary>
internal sealed class NdrObject
{
    private readonly MemoryStream _fixed = new();
    private readonly List<Action<BinaryWriter>> _deferred = [];
    private uint _referent = 0x00020000;

    public NdrObject() => UInt32(NextReferent());

    /// <summary>Makes pointers what nobody would; null for those that look like any other.</summary>
    public uint? Referent { get; init; }

    public NdrObject UInt16(ushort value)
    {
        _fixed.Write(BitConverter.GetBytes(value));
        return this;
    }

    public NdrObject UInt32(uint value)
    {
        _fixed.Write(BitConverter.GetBytes(value));
        return this;
    }

    public NdrObject Int64(long value)
    {
        _fixed.Write(BitConverter.GetBytes(value));
        return this;
    }

    public NdrObject Text(string? text) => Text(text is null ? 0 : 2 * text.Length, text);

    /// <summary>A string whose Length is said to be another.</summary>
    public NdrObject Text(int length, string? text)
    {
        UInt16((ushort)length).UInt16((ushort)length).Pointer(text is null ? null : w => Characters(w, text));
        return this;
    }

    /// <summary>A pointer, and what is behind it; null for a null pointer.</summary>
    public NdrObject Pointer(Action<BinaryWriter>? body)
    {
        UInt32(body is null ? 0 : NextReferent());
        if (body is not null)
        {
            _deferred.Add(body);
        }

        return this;
    }

    public static void Characters(BinaryWriter w, string text)
    {
        w.Write(text.Length);
        w.Write(0);
        w.Write(text.Length);
        w.Write(Encoding.Unicode.GetBytes(text));
        Align(w);
    }

    public static void Sid(BinaryWriter w, byte[] sid)
    {
        w.Write((int)sid[1]);
        w.Write(sid);
    }

    /// <summary>The object with its header, padded to a multiple of eight octets.</summary>
    public byte[] ToArray()
    {
        using MemoryStream stream = new();
        using BinaryWriter w = new(stream);
        w.Write(_fixed.ToArray());
        _deferred.ForEach(d => d(w));
        while (stream.Length % 8 != 0)
        {
            w.Write((byte)0);
        }

        return [1, 0x10, 8, 0, 0xCC, 0xCC, 0xCC, 0xCC, .. BitConverter.GetBytes((int)stream.Length), 0, 0, 0, 0, .. stream.ToArray()];
    }

    private static void Align(BinaryWriter w)
    {
        while (w.BaseStream.Length % 4 != 0)
        {
            w.Write((byte)0);
        }
    }

    private uint NextReferent() => Referent ?? (_referent += 4);
}
