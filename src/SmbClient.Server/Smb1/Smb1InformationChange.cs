using System;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>A change to a file in the terms of [MS-FSCC], whatever level it came in.</summary>
internal sealed record Smb1InformationChange
{
    private const int MinRenameSize = 12;

    public required FileInformationClass InformationClass { get; init; }

    public ReadOnlyMemory<byte> Input { get; private init; }

    /// <summary>The rights that it takes.</summary>
    public required AccessMask Access { get; init; }

    /// <summary>Of a renaming.</summary>
    public string? NewName { get; private init; }

    public bool ReplaceIfExists { get; private init; }

    /// <summary>The open directory that the new name counts from; 0 for none.</summary>
    public uint RootFid { get; private init; }

    /// <summary>Null for a level that there is not; throws for one that is cut off.</summary>
    public static Smb1InformationChange? Decode(ushort level, ReadOnlyMemory<byte> data) => level switch
    {
        Smb1InformationLevels.InfoStandard => Of(FileInformationClass.Basic, EncodeTimes(data)),
        Smb1InformationLevels.SetFileBasicInfo => Of(FileInformationClass.Basic, data),
        Smb1InformationLevels.SetFileDispositionInfo => Of(FileInformationClass.Disposition, data),
        Smb1InformationLevels.SetFileAllocationInfo => Of(FileInformationClass.Allocation, data),
        Smb1InformationLevels.SetFileEndOfFileInfo => Of(FileInformationClass.EndOfFile, data),
        Smb1InformationLevels.PassThrough + (int)FileInformationClass.Rename => DecodeRename(data),
        > Smb1InformationLevels.PassThrough and <= Smb1InformationLevels.PassThrough + byte.MaxValue => Of((FileInformationClass)(level - Smb1InformationLevels.PassThrough), data),
        _ => null,
    };

    private static Smb1InformationChange Of(FileInformationClass informationClass, ReadOnlyMemory<byte> data) => new()
    {
        InformationClass = informationClass,
        Input = informationClass == FileInformationClass.Basic ? Pad(data) : data,
        Access = informationClass switch
        {
            FileInformationClass.Disposition or FileInformationClass.DispositionEx or FileInformationClass.RenameEx => AccessMask.Delete,
            FileInformationClass.Allocation or FileInformationClass.EndOfFile or FileInformationClass.ValidDataLength => AccessMask.WriteData,
            _ => AccessMask.WriteAttributes,
        },
    };

    /// <summary>SMB_SET_FILE_BASIC_INFO may come without the last four octets, which mean nothing.</summary>
    private static ReadOnlyMemory<byte> Pad(ReadOnlyMemory<byte> data)
    {
        const int ShortSize = FileBasicInformation.Size - sizeof(uint);
        if (data.Length is < ShortSize or >= FileBasicInformation.Size)
        {
            return data;
        }

        byte[] padded = new byte[FileBasicInformation.Size];
        data.Span.CopyTo(padded);
        return padded;
    }

    private static byte[] EncodeTimes(ReadOnlyMemory<byte> data)
    {
        WireReader reader = new(data);
        byte[] input = new byte[FileBasicInformation.Size];
        WireWriter writer = new(input);
        Smb1FileTimes.ToBasic(FileTimes.Read(ref reader)).Write(ref writer);
        return input;
    }

    /// <summary>FileRenameInformation in the form of SMB1, [MS-FSCC] 2.4.37.1, whose root has 32 bits.</summary>
    private static Smb1InformationChange DecodeRename(ReadOnlyMemory<byte> data)
    {
        WireReader reader = new(data);
        if (data.Length < MinRenameSize)
        {
            throw reader.Malformed("A renaming without a name");
        }

        bool replaces = reader.UInt8() != 0;
        reader.Skip(3);
        uint root = reader.UInt32();
        int length = reader.Int32();
        return new Smb1InformationChange
        {
            InformationClass = FileInformationClass.Rename,
            Access = AccessMask.Delete,
            NewName = reader.Utf16(length).TrimEnd('\0'),
            ReplaceIfExists = replaces,
            RootFid = root,
        };
    }
}
