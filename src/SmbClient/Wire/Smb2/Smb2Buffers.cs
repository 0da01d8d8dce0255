using System;

namespace SmbClient.Wire.Smb2;

/// <summary>
/// The parts that many bodies share: nothing at all, one buffer of output, and buffers that a message locates by offset and length.
/// </summary>
internal static class Smb2Buffers
{
    /// <summary>Octets of a body that says nothing.</summary>
    public const int EmptySize = 4;

    /// <summary>Octets of a body with one buffer, without that.</summary>
    public const int OutputSize = 8;

    private const ushort EmptyStructureSize = 4;
    private const ushort OutputStructureSize = 9;

    /// <summary>A body of StructureSize 4 and nothing else, such as [MS-SMB2] 2.2.7.</summary>
    public static void WriteEmpty(ref WireWriter w)
    {
        w.UInt16(EmptyStructureSize);
        w.UInt16(0);
    }

    public static void ReadEmpty(ref WireReader r)
    {
        r.Expect(EmptyStructureSize, "StructureSize");
        r.Skip(2);
    }

    /// <summary>A response of StructureSize 9 with one buffer, such as [MS-SMB2] 2.2.34.</summary>
    public static void WriteOutput(ref WireWriter w, ReadOnlyMemory<byte> output)
    {
        int offset = w.Position + OutputSize;
        w.UInt16(OutputStructureSize);
        w.UInt16(checked((ushort)offset));
        w.UInt32((uint)output.Length);
        w.Bytes(output.Span);
    }

    public static ReadOnlyMemory<byte> ReadOutput(ref WireReader r)
    {
        r.Expect(OutputStructureSize, "StructureSize");
        ushort offset = r.UInt16();
        uint length = r.UInt32();
        return Bytes(r, offset, length);
    }

    /// <summary>
    /// The last field of a request with an odd StructureSize, which counts its first octet: that one is sent even where there is no buffer.
    /// </summary>
    public static void WriteInput(ref WireWriter w, ReadOnlySpan<byte> input)
    {
        w.Bytes(input);
        w.Skip(input.IsEmpty ? 1 : 0);
    }

    /// <summary>
    /// A reader of a buffer behind the fixed part, which <paramref name="r"/> has read. The offset of an empty one means nothing.
    /// </summary>
    public static WireReader At(in WireReader r, uint offset, uint length)
    {
        if (length == 0)
        {
            return r.At(r.Position, 0);
        }

        return offset >= r.Position ? r.At(offset, length) : throw r.Malformed($"A buffer at offset {offset} lies within the fixed part");
    }

    /// <inheritdoc cref="At"/>
    public static ReadOnlyMemory<byte> Bytes(in WireReader r, uint offset, uint length)
    {
        WireReader buffer = At(r, offset, length);
        return buffer.Bytes(buffer.Remaining);
    }

    /// <summary>The same, for UTF-16LE text.</summary>
    public static string Text(in WireReader r, uint offset, uint length)
    {
        WireReader buffer = At(r, offset, length);
        return buffer.Utf16(buffer.Remaining);
    }
}
