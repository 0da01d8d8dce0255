namespace SmbClient.Wire.Smb1;

/// <summary>Subcommands of TRANSACTION2, [MS-CIFS] 2.2.2.2.</summary>
internal enum Trans2Subcommand : ushort
{
    FindFirst2 = 0x0001,
    FindNext2 = 0x0002,
    QueryFsInformation = 0x0003,
    SetFsInformation = 0x0004,
    QueryPathInformation = 0x0005,
    SetPathInformation = 0x0006,
    QueryFileInformation = 0x0007,
    SetFileInformation = 0x0008,
    CreateDirectory = 0x000D,
    GetDfsReferral = 0x0010,
}

/// <summary>Information levels, [MS-CIFS] 2.2.2.3 and [MS-SMB] 2.2.2.3.</summary>
internal static class Smb1InformationLevels
{
    public const ushort InfoStandard = 0x0001;
    public const ushort InfoEaSize = 0x0002;
    public const ushort InfoEasFromList = 0x0003;
    public const ushort InfoAllEas = 0x0004;
    public const ushort InfoIsNameValid = 0x0006;

    public const ushort FindFileDirectoryInfo = 0x0101;
    public const ushort FindFileFullDirectoryInfo = 0x0102;
    public const ushort FindFileNamesInfo = 0x0103;
    public const ushort FindFileBothDirectoryInfo = 0x0104;
    public const ushort FindFileIdFullDirectoryInfo = 0x0105;
    public const ushort FindFileIdBothDirectoryInfo = 0x0106;

    public const ushort QueryFsAllocation = 0x0001;
    public const ushort QueryFsVolume = 0x0002;
    public const ushort QueryFsVolumeInfo = 0x0102;
    public const ushort QueryFsSizeInfo = 0x0103;
    public const ushort QueryFsDeviceInfo = 0x0104;
    public const ushort QueryFsAttributeInfo = 0x0105;

    /// <summary>Pass-through of FileFsFullSizeInformation, for servers with CAP_INFOLEVEL_PASSTHRU.</summary>
    public const ushort QueryFsFullSizePassThrough = 0x03EF;

    /// <summary>From here on: a class of [MS-FSCC] and this number.</summary>
    public const ushort PassThrough = 0x03E8;

    public const ushort QueryFileBasicInfo = 0x0101;
    public const ushort QueryFileStandardInfo = 0x0102;
    public const ushort QueryFileEaInfo = 0x0103;
    public const ushort QueryFileNameInfo = 0x0104;
    public const ushort QueryFileAllInfo = 0x0107;
    public const ushort QueryFileAltNameInfo = 0x0108;
    public const ushort QueryFileStreamInfo = 0x0109;
    public const ushort QueryFileCompressionInfo = 0x010B;

    public const ushort SetFileBasicInfo = 0x0101;
    public const ushort SetFileDispositionInfo = 0x0102;
    public const ushort SetFileAllocationInfo = 0x0103;
    public const ushort SetFileEndOfFileInfo = 0x0104;
}

/// <summary>The parameter block of a TRANSACTION2 request. Strings align to two octets from the start of the block, which aligns to four.</summary>
internal interface ITrans2Parameters
{
    int MaxSize(in Smb1Strings strings);

    void Write(ref WireWriter w, in Smb1Strings strings);
}

/// <summary>TRANS2_FIND_FIRST2, [MS-CIFS] 2.2.6.2.1.</summary>
internal readonly struct FindFirst2Parameters : ITrans2Parameters
{
    public required ushort SearchAttributes { get; init; }

    public required ushort SearchCount { get; init; }

    public required ushort Flags { get; init; }

    public required ushort Level { get; init; }

    public required string FileName { get; init; }

    public int MaxSize(in Smb1Strings strings) => 12 + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt16(SearchAttributes);
        w.UInt16(SearchCount);
        w.UInt16(Flags);
        w.UInt16(Level);
        w.UInt32(0);
        strings.Write(ref w, FileName);
    }

    public static FindFirst2Parameters Read(ref WireReader r, in Smb1Strings strings)
    {
        ushort attributes = r.UInt16();
        ushort count = r.UInt16();
        ushort flags = r.UInt16();
        ushort level = r.UInt16();
        r.Skip(4);
        return new FindFirst2Parameters { SearchAttributes = attributes, SearchCount = count, Flags = flags, Level = level, FileName = strings.Read(ref r) };
    }
}

/// <summary>The answer to TRANS2_FIND_FIRST2, [MS-CIFS] 2.2.6.2.2.</summary>
internal readonly record struct FindFirst2ResponseParameters
{
    public const int Size = 10;

    public required ushort Sid { get; init; }

    public required ushort SearchCount { get; init; }

    public required bool EndOfSearch { get; init; }

    /// <summary>Octets from the start of the data to the last entry; for clients, which may need it, only written.</summary>
    public ushort LastNameOffset { get; init; }

    public static FindFirst2ResponseParameters Read(ref WireReader r) => new()
    {
        Sid = r.UInt16(),
        SearchCount = r.UInt16(),
        EndOfSearch = r.UInt16() != 0,
    };

    public void Write(ref WireWriter w)
    {
        w.UInt16(Sid);
        new FindNext2ResponseParameters { SearchCount = SearchCount, EndOfSearch = EndOfSearch, LastNameOffset = LastNameOffset }.Write(ref w);
    }
}

/// <summary>TRANS2_FIND_NEXT2, [MS-CIFS] 2.2.6.3.1.</summary>
internal readonly struct FindNext2Parameters : ITrans2Parameters
{
    public required ushort Sid { get; init; }

    public required ushort SearchCount { get; init; }

    public required ushort Level { get; init; }

    public uint ResumeKey { get; init; }

    public required ushort Flags { get; init; }

    /// <summary>The last name of the previous answer.</summary>
    public required string FileName { get; init; }

    public int MaxSize(in Smb1Strings strings) => 12 + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt16(Sid);
        w.UInt16(SearchCount);
        w.UInt16(Level);
        w.UInt32(ResumeKey);
        w.UInt16(Flags);
        strings.Write(ref w, FileName);
    }

    public static FindNext2Parameters Read(ref WireReader r, in Smb1Strings strings) => new()
    {
        Sid = r.UInt16(),
        SearchCount = r.UInt16(),
        Level = r.UInt16(),
        ResumeKey = r.UInt32(),
        Flags = r.UInt16(),
        FileName = strings.Read(ref r),
    };
}

/// <summary>The answer to TRANS2_FIND_NEXT2, [MS-CIFS] 2.2.6.3.2.</summary>
internal readonly record struct FindNext2ResponseParameters
{
    public const int Size = 8;

    public required ushort SearchCount { get; init; }

    public required bool EndOfSearch { get; init; }

    /// <summary>Octets from the start of the data to the last entry; only written.</summary>
    public ushort LastNameOffset { get; init; }

    public static FindNext2ResponseParameters Read(ref WireReader r) => new()
    {
        SearchCount = r.UInt16(),
        EndOfSearch = r.UInt16() != 0,
    };

    public void Write(ref WireWriter w)
    {
        w.UInt16(SearchCount);
        w.UInt16(EndOfSearch ? (ushort)1 : (ushort)0);
        w.UInt16(0);
        w.UInt16(LastNameOffset);
    }
}

/// <summary>TRANS2_QUERY_FS_INFORMATION, [MS-CIFS] 2.2.6.4.1.</summary>
internal readonly struct QueryFsInfoParameters : ITrans2Parameters
{
    public required ushort Level { get; init; }

    public int MaxSize(in Smb1Strings strings) => 2;

    public void Write(ref WireWriter w, in Smb1Strings strings) => w.UInt16(Level);

    public static QueryFsInfoParameters Read(ref WireReader r) => new() { Level = r.UInt16() };
}

/// <summary>TRANS2_QUERY_PATH_INFORMATION, [MS-CIFS] 2.2.6.6.1; TRANS2_SET_PATH_INFORMATION looks the same.</summary>
internal readonly struct QueryPathInfoParameters : ITrans2Parameters
{
    public required ushort Level { get; init; }

    public required string FileName { get; init; }

    public int MaxSize(in Smb1Strings strings) => 6 + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt16(Level);
        w.UInt32(0);
        strings.Write(ref w, FileName);
    }

    public static QueryPathInfoParameters Read(ref WireReader r, in Smb1Strings strings)
    {
        ushort level = r.UInt16();
        r.Skip(4);
        return new QueryPathInfoParameters { Level = level, FileName = strings.Read(ref r) };
    }
}

/// <summary>TRANS2_SET_PATH_INFORMATION, [MS-CIFS] 2.2.6.7.1.</summary>
internal readonly struct SetPathInfoParameters : ITrans2Parameters
{
    public required ushort Level { get; init; }

    public required string FileName { get; init; }

    public int MaxSize(in Smb1Strings strings) => 6 + strings.MaxOctets(FileName);

    public void Write(ref WireWriter w, in Smb1Strings strings) =>
        new QueryPathInfoParameters { Level = Level, FileName = FileName }.Write(ref w, strings);
}

/// <summary>TRANS2_QUERY_FILE_INFORMATION, [MS-CIFS] 2.2.6.8.1; TRANS2_SET_FILE_INFORMATION begins the same.</summary>
internal readonly struct QueryFileInfoParameters : ITrans2Parameters
{
    public required ushort Fid { get; init; }

    public required ushort Level { get; init; }

    public int MaxSize(in Smb1Strings strings) => 4;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt16(Fid);
        w.UInt16(Level);
    }

    public static QueryFileInfoParameters Read(ref WireReader r) => new() { Fid = r.UInt16(), Level = r.UInt16() };
}

/// <summary>TRANS2_SET_FILE_INFORMATION, [MS-CIFS] 2.2.6.9.1.</summary>
internal readonly struct SetFileInfoParameters : ITrans2Parameters
{
    public required ushort Fid { get; init; }

    public required ushort Level { get; init; }

    public int MaxSize(in Smb1Strings strings) => 6;

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt16(Fid);
        w.UInt16(Level);
        w.UInt16(0);
    }
}
