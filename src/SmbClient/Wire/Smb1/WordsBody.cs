using System;

namespace SmbClient.Wire.Smb1;

/// <summary>A body of words alone, or of nothing: the answers of the oldest commands, [MS-CIFS] 2.2.4.</summary>
internal readonly struct WordsBody : ISmb1Body
{
    public WordsBody(Smb1Command command, ReadOnlyMemory<ushort> words = default)
    {
        Command = command;
        Words = words;
    }

    public Smb1Command Command { get; }

    public ReadOnlyMemory<ushort> Words { get; }

    public int MaxSize(in Smb1Strings strings) => Smb1Words.Frame + (2 * Words.Length);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(checked((byte)Words.Length));
        foreach (ushort word in Words.Span)
        {
            w.UInt16(word);
        }

        w.UInt16(0);
    }
}
