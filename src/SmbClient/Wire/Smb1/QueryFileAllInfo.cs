using SmbClient.Wire.Fscc;

namespace SmbClient.Wire.Smb1;

/// <summary>SMB_QUERY_FILE_ALL_INFO, [MS-CIFS] 2.2.8.3.10: not the FileAllInformation of [MS-FSCC]. The name at its end is not read.</summary>
internal readonly record struct QueryFileAllInfo
{
    public required FileBasicInformation Basic { get; init; }

    public required FileStandardInformation Standard { get; init; }

    public static QueryFileAllInfo Read(ref WireReader r)
    {
        FileBasicInformation basic = FileBasicInformation.Read(ref r);
        return new QueryFileAllInfo { Basic = basic, Standard = FileStandardInformation.Read(ref r) };
    }

    public void Write(ref WireWriter w)
    {
        Basic.Write(ref w);
        Standard.Write(ref w);
        w.UInt32(0);
        w.UInt32(0);
    }
}
