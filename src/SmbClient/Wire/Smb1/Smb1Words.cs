
namespace SmbClient.Wire.Smb1;

/// <summary>The frame of every body: WordCount before the words, ByteCount before the bytes, [MS-CIFS] 2.2.3.</summary>
internal static class Smb1Words
{
    /// <summary>WordCount and ByteCount.</summary>
    public const int Frame = 3;

    /// <summary>WordCount, which must be one that the structure has.</summary>
    public static void Expect(ref WireReader r, byte wordCount)
    {
        byte actual = r.UInt8();
        if (actual != wordCount)
        {
            throw r.Malformed($"WordCount is {actual}, not {wordCount}");
        }
    }

    /// <summary>WordCount of a structure that has grown; true where it is the short one.</summary>
    public static bool ExpectEither(ref WireReader r, byte wordCount, byte shortWordCount)
    {
        byte actual = r.UInt8();
        return actual == shortWordCount || (actual == wordCount ? false : throw r.Malformed($"WordCount is {actual}, not {wordCount} or {shortWordCount}"));
    }

    /// <summary>The bytes: ByteCount octets from here.</summary>
    public static WireReader Bytes(ref WireReader r)
    {
        int count = r.UInt16();
        WireReader bytes = r.At(r.Position, count);
        r.Skip(count);
        return bytes;
    }

    /// <summary>Reserves ByteCount; the result goes to <see cref="EndBytes"/>.</summary>
    public static int BeginBytes(ref WireWriter w)
    {
        int position = w.Position;
        w.UInt16(0);
        return position;
    }

    /// <summary>Fills in ByteCount for what was written since, and for a payload that follows; its low 16 bits where it is longer.</summary>
    public static void EndBytes(ref WireWriter w, int byteCountPosition, int payload = 0) =>
        w.PatchUInt16(byteCountPosition, unchecked((ushort)(w.Position - byteCountPosition - 2 + payload)));

    /// <summary>A body without words and bytes.</summary>
    public static void WriteEmpty(ref WireWriter w) => w.Skip(Frame);
}
