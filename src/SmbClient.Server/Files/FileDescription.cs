using System;
using System.Collections.Generic;
using System.IO;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>What clients are told of an open file: the classes of [MS-FSCC] 2.4 that can be queried, with the rules of [MS-SMB2] 3.3.5.20.1.</summary>
internal readonly struct FileDescription
{
    private const int AllFixedSize = 104;
    private const int NameFixedSize = 8;
    private const int StreamHeaderSize = 24;
    private const int StreamFixedSize = 32;
    private const string DataStream = "::$DATA";

    public required SmbStoreEntry Entry { get; init; }

    /// <summary>Below the share.</summary>
    public required string Path { get; init; }

    public required AccessMask Access { get; init; }

    public required bool IsDeletePending { get; init; }

    public required long Position { get; init; }

    public required uint Mode { get; init; }

    /// <summary>The volume's number.</summary>
    public required ulong Volume { get; init; }

    private delegate void Writer(ref WireWriter w);

    /// <summary>The attributes of the wire, where "none" is a value of its own.</summary>
    public static FileAttributes Attributes(SmbStoreEntry entry)
    {
        FileAttributes attributes = entry.Attributes & ~FileAttributes.Normal;
        return attributes == 0 ? FileAttributes.Normal : attributes;
    }

    /// <summary>The right that a class needs, [MS-FSA] 2.1.5.12; none for most.</summary>
    public static AccessMask Needs(FileInformationClass informationClass) => informationClass switch
    {
        FileInformationClass.Basic or FileInformationClass.All or FileInformationClass.NetworkOpen or FileInformationClass.AttributeTag => AccessMask.ReadAttributes,
        FileInformationClass.FullEa => AccessMask.ReadEa,
        _ => AccessMask.None,
    };

    /// <summary>The information, or as much of it as fits.</summary>
    public QueryOutcome Encode(FileInformationClass informationClass, int maxOutput)
    {
        switch (informationClass)
        {
            case FileInformationClass.Basic:
                return Fixed(FileBasicInformation.Size, Basic().Write, maxOutput);
            case FileInformationClass.Standard:
                return Fixed(FileStandardInformation.Size, Standard().Write, maxOutput);
            case FileInformationClass.Internal:
                return Fixed(FileInternalInformation.Size, new FileInternalInformation(Entry.FileId).Write, maxOutput);
            case FileInformationClass.Ea:
                return Fixed(FileEaInformation.Size, new FileEaInformation(0).Write, maxOutput);
            case FileInformationClass.Access:
                return Fixed(FileAccessInformation.Size, new FileAccessInformation(Access).Write, maxOutput);
            case FileInformationClass.Position:
                return Fixed(FilePositionInformation.Size, new FilePositionInformation(Position).Write, maxOutput);
            case FileInformationClass.Mode:
                return Fixed(FileModeInformation.Size, new FileModeInformation(Mode).Write, maxOutput);
            case FileInformationClass.Alignment:
                return Fixed(FileAlignmentInformation.Size, new FileAlignmentInformation(0).Write, maxOutput);
            case FileInformationClass.Compression:
                return Fixed(FileCompressionInformation.Size, new FileCompressionInformation(Entry.Length).Write, maxOutput);
            case FileInformationClass.NetworkOpen:
                return Fixed(FileNetworkOpenInformation.Size, NetworkOpen().Write, maxOutput);
            case FileInformationClass.AttributeTag:
                return Fixed(FileAttributeTagInformation.Size, new FileAttributeTagInformation(Attributes(Entry), 0).Write, maxOutput);
            case FileInformationClass.Id:
                return Fixed(FileIdInformation.Size, new FileIdInformation(Volume, Entry.FileId, 0).Write, maxOutput);
            case FileInformationClass.All:
                FileAllInformation all = All();
                return Variable(AllFixedSize, all.Size, all.Write, maxOutput);
            case FileInformationClass.Name:
                return Name("\\" + Path, maxOutput);
            case FileInformationClass.AlternateName:
                return ShortNames.IsShort(Entry.Name) ? Name(Entry.Name.ToUpperInvariant(), maxOutput) : new QueryOutcome(NtStatus.ObjectNameNotFound);
            case FileInformationClass.Stream:
                return Streams(maxOutput);
            case FileInformationClass.FullEa:
                return new QueryOutcome(NtStatus.NoEasOnFile);
            case FileInformationClass.NormalizedName:
                return new QueryOutcome(NtStatus.NotSupported);
            default:
                return new QueryOutcome(NtStatus.InvalidInfoClass);
        }
    }

    private static QueryOutcome Fixed(int size, Writer write, int maxOutput) => Variable(size, size, write, maxOutput);

    private static QueryOutcome Variable(int fixedSize, int size, Writer write, int maxOutput)
    {
        if (maxOutput < fixedSize)
        {
            return new QueryOutcome(NtStatus.InfoLengthMismatch);
        }

        byte[] output = new byte[size];
        WireWriter w = new(output);
        write(ref w);
        return size <= maxOutput ? new QueryOutcome(NtStatus.Success, output) : new QueryOutcome(NtStatus.BufferOverflow, output.AsMemory(0, maxOutput));
    }

    private static QueryOutcome Name(string name, int maxOutput)
    {
        FileNameInformation information = new(name);
        return Variable(NameFixedSize, information.Size, information.Write, maxOutput);
    }

    private FileBasicInformation Basic() => new()
    {
        CreationTime = FileTime.FromDateTimeOffset(Entry.CreationTime),
        LastAccessTime = FileTime.FromDateTimeOffset(Entry.LastAccessTime),
        LastWriteTime = FileTime.FromDateTimeOffset(Entry.LastWriteTime),
        ChangeTime = FileTime.FromDateTimeOffset(Entry.ChangeTime),
        FileAttributes = Attributes(Entry),
    };

    private FileStandardInformation Standard() => new()
    {
        AllocationSize = Entry.AllocationSize,
        EndOfFile = Entry.Length,
        NumberOfLinks = (uint)Math.Max(Entry.LinkCount - (IsDeletePending ? 1 : 0), 0),
        DeletePending = IsDeletePending,
        Directory = Entry.IsDirectory,
    };

    private FileNetworkOpenInformation NetworkOpen() => new()
    {
        CreationTime = FileTime.FromDateTimeOffset(Entry.CreationTime),
        LastAccessTime = FileTime.FromDateTimeOffset(Entry.LastAccessTime),
        LastWriteTime = FileTime.FromDateTimeOffset(Entry.LastWriteTime),
        ChangeTime = FileTime.FromDateTimeOffset(Entry.ChangeTime),
        AllocationSize = Entry.AllocationSize,
        EndOfFile = Entry.Length,
        FileAttributes = Attributes(Entry),
    };

    private FileAllInformation All() => new()
    {
        Basic = Basic(),
        Standard = Standard(),
        IndexNumber = Entry.FileId,
        AccessFlags = Access,
        CurrentByteOffset = Position,
        Mode = Mode,
        FileName = "\\" + Path,
    };

    /// <summary>A file has its data; a directory has none.</summary>
    private QueryOutcome Streams(int maxOutput)
    {
        List<FileStreamInformation> streams = [];
        if (!Entry.IsDirectory)
        {
            streams.Add(new FileStreamInformation { StreamName = DataStream, StreamSize = Entry.Length, StreamAllocationSize = Entry.AllocationSize });
        }

        int size = streams.Count == 0 ? 0 : StreamHeaderSize + (2 * DataStream.Length);
        return Variable(StreamFixedSize, size, (ref WireWriter w) => FileStreamInformation.WriteList(ref w, streams), maxOutput);
    }
}
