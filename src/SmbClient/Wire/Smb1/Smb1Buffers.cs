namespace SmbClient.Wire.Smb1;

/// <summary>Names behind a BufferFormat octet, [MS-CIFS] 2.2.3.3.</summary>
internal static class Smb1Buffers
{
    private const byte NameFormat = 0x04;

    public static void WriteName(ref WireWriter w, in Smb1Strings strings, string name)
    {
        w.UInt8(NameFormat);
        strings.Write(ref w, name);
    }

    public static string ReadName(ref WireReader r, in Smb1Strings strings)
    {
        byte format = r.UInt8();
        return format == NameFormat ? strings.Read(ref r) : throw r.Malformed($"BufferFormat is 0x{format:X2}, not 0x{NameFormat:X2}");
    }
}
