using System.Text;
using SmbClient.Wire.Fscc;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_QUERY_FILE_ALL_INFO, [MS-CIFS] 2.2.8.3.10: not the FileAllInformation of [MS-FSCC]. The name at its end is not read.</summary>
internal readonly record struct QueryFileAllInfo
{
    public required FileBasicInformation Basic { get; init; }

    public required FileStandardInformation Standard { get; init; }

    /// <summary>From the root of the share, with a leading backslash.</summary>
    public string? FileName { get; init; }

    /// <summary>Octets that <see cref="Write"/> takes.</summary>
    public int Size(Encoding names) => FileBasicInformation.Size + FileStandardInformation.Size + 8 + names.GetByteCount(FileName ?? "");

    public static QueryFileAllInfo Read(ref WireReader r)
    {
        FileBasicInformation basic = FileBasicInformation.Read(ref r);
        return new QueryFileAllInfo { Basic = basic, Standard = FileStandardInformation.Read(ref r) };
    }

    public void Write(ref WireWriter w, Encoding names)
    {
        Basic.Write(ref w);
        Standard.Write(ref w);
        w.UInt32(0);
        w.Int32(names.GetByteCount(FileName ?? ""));
        w.Text(names, FileName ?? "");
    }
}
