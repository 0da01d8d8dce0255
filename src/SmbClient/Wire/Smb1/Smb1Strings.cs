using System.Text;

namespace SmbClient.Wire.Smb1;

/// <summary>How SMB_STRINGs are written on a connection: UTF-16LE aligned to two octets from the header, or the server's code page ([MS-CIFS] 2.2.1.1.2).</summary>
internal readonly struct Smb1Strings
{
    private readonly Encoding? _oem;

    public Smb1Strings(bool unicode, Encoding oem)
    {
        IsUnicode = unicode;
        _oem = oem;
    }

    public bool IsUnicode { get; }

    public Encoding Encoding => IsUnicode ? Encoding.Unicode : Oem;

    public Encoding Oem => _oem ?? Encoding.ASCII;

    /// <summary>Octets that a string takes at most, with padding and terminator.</summary>
    public int MaxOctets(string text) => Encoding.GetByteCount(text) + 3;

    /// <summary>Pads, writes, terminates.</summary>
    public void Write(ref WireWriter w, string text)
    {
        Align(ref w);
        w.Text(Encoding, text);
        w.Skip(IsUnicode ? 2 : 1);
    }

    /// <summary>The padding alone, for fields whose length does not count the terminator.</summary>
    public void Align(ref WireWriter w)
    {
        if (IsUnicode)
        {
            w.Align(2);
        }
    }

    /// <summary>Skips padding, reads to the terminator or the end.</summary>
    public string Read(ref WireReader r)
    {
        if (!IsUnicode)
        {
            return r.OemUntilNul(Oem);
        }

        r.Align(2);
        return r.Utf16UntilNul();
    }
}
