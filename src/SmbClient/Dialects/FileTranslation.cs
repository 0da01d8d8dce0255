using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;

namespace SmbClient.Dialects;

/// <summary>How the classes of [MS-FSCC], which all dialects share, become what a caller reads.</summary>
internal static class FileTranslation
{
    /// <summary>A listed file; null for <c>.</c> and <c>..</c>. A name with a path in it is refused.</summary>
    public static SmbDirectoryEntry? Describe(in DirectoryEntry entry)
    {
        if (entry.FileName.IndexOfAny(['\\', '/', '\0']) >= 0)
        {
            // Whoever joins it to a directory would leave that directory.
            throw new MalformedMessageException("A listing contains a name with a path in it");
        }

        return entry.FileName is "." or ".." ? null : new SmbDirectoryEntry
        {
            Name = entry.FileName,
            ShortName = string.IsNullOrEmpty(entry.ShortName) ? null : entry.ShortName,
            Attributes = entry.FileAttributes,
            Length = entry.EndOfFile,
            AllocationSize = entry.AllocationSize,
            CreationTime = FileTime.ToDateTimeOffset(entry.CreationTime),
            LastAccessTime = FileTime.ToDateTimeOffset(entry.LastAccessTime),
            LastWriteTime = FileTime.ToDateTimeOffset(entry.LastWriteTime),
            ChangeTime = FileTime.ToDateTimeOffset(entry.ChangeTime),
        };
    }

    public static FileState Describe(in FileBasicInformation basic, in FileStandardInformation standard) => new()
    {
        CreationTime = FileTime.ToDateTimeOffset(basic.CreationTime),
        LastAccessTime = FileTime.ToDateTimeOffset(basic.LastAccessTime),
        LastWriteTime = FileTime.ToDateTimeOffset(basic.LastWriteTime),
        ChangeTime = FileTime.ToDateTimeOffset(basic.ChangeTime),
        Attributes = basic.FileAttributes,
        AllocationSize = standard.AllocationSize,
        EndOfFile = standard.EndOfFile,
        LinkCount = standard.NumberOfLinks,
        IsDirectory = standard.Directory,
    };

    public static SmbVolumeInfo Describe(in FsVolumeInformation volume, in FsAttributeInformation attribute, in FsFullSizeInformation size)
    {
        long unit = (long)size.SectorsPerAllocationUnit * size.BytesPerSector;
        return new SmbVolumeInfo
        {
            TotalSize = size.TotalAllocationUnits * unit,
            AvailableFreeSpace = size.CallerAvailableAllocationUnits * unit,
            TotalFreeSpace = size.ActualAvailableAllocationUnits * unit,
            Label = volume.VolumeLabel,
            SerialNumber = volume.VolumeSerialNumber,
            FileSystem = attribute.FileSystemName,
            MaxComponentLength = attribute.MaximumComponentNameLength,
        };
    }

    public static byte[] Encode(in FileBasicInformation information)
    {
        byte[] data = new byte[FileBasicInformation.Size];
        WireWriter writer = new(data);
        information.Write(ref writer);
        return data;
    }
}
