using System;
using System.Collections.Generic;

namespace SmbClient.Wire.Smb2;

/// <summary>What a CREATE says or answers besides its own fields, [MS-SMB2] 2.2.13.2. The names are in <see cref="CreateContextName"/>.</summary>
/// <param name="Name">Four characters of ASCII, or 16 octets of a GUID.</param>
/// <param name="Data">What the name says it is; it points into the message.</param>
internal readonly record struct CreateContext(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Data)
{
    private const int FixedSize = 16;
    private const int Alignment = 8;

    /// <summary>The first context of a name, or null.</summary>
    public static CreateContext? Find(IReadOnlyList<CreateContext> contexts, ReadOnlyMemory<byte> name)
    {
        foreach (CreateContext context in contexts)
        {
            if (context.Name.Span.SequenceEqual(name.Span))
            {
                return context;
            }
        }

        return null;
    }

    /// <summary>Octets that <see cref="WriteList"/> takes at most.</summary>
    public static int ListSize(IReadOnlyList<CreateContext> contexts)
    {
        int size = 0;
        foreach (CreateContext context in contexts)
        {
            size += Alignment + FixedSize + context.Name.Length + Alignment + context.Data.Length;
        }

        return size;
    }

    /// <summary>Writes the list, aligned, and its offset and length into the fields at <paramref name="fields"/>; nothing if it is empty.</summary>
    public static void WriteList(ref WireWriter w, IReadOnlyList<CreateContext> contexts, int fields)
    {
        if (contexts.Count == 0)
        {
            return;
        }

        w.Align(Alignment);
        int start = w.Position;
        int previous = EntryList.None;
        foreach (CreateContext context in contexts)
        {
            previous = EntryList.Begin(ref w, previous, Alignment);
            context.Write(ref w, previous);
        }

        w.PatchUInt32(fields, (uint)start);
        w.PatchUInt32(fields + 4, (uint)(w.Position - start));
    }

    public static IReadOnlyList<CreateContext> ReadList(ReadOnlyMemory<byte> list)
    {
        if (list.IsEmpty)
        {
            return [];
        }

        List<CreateContext> contexts = [];
        EntryListReader entries = new(list, FixedSize);
        while (entries.TryReadNext(out WireReader r))
        {
            ushort nameOffset = r.UInt16();
            ushort nameLength = r.UInt16();
            r.Skip(2);
            ushort dataOffset = r.UInt16();
            uint dataLength = r.UInt32();
            contexts.Add(new CreateContext(Smb2Buffers.Bytes(r, nameOffset, nameLength), Smb2Buffers.Bytes(r, dataOffset, dataLength)));
        }

        return contexts;
    }

    private void Write(ref WireWriter w, int start)
    {
        w.UInt16(FixedSize);
        w.UInt16(checked((ushort)Name.Length));
        w.UInt16(0);
        int dataOffset = w.Position;
        w.UInt16(0);
        w.UInt32((uint)Data.Length);
        w.Bytes(Name.Span);

        // Windows and Samba pad the name of a context without data, too.
        w.Align(Alignment);
        if (!Data.IsEmpty)
        {
            w.PatchUInt16(dataOffset, checked((ushort)(w.Position - start)));
            w.Bytes(Data.Span);
        }
    }
}
