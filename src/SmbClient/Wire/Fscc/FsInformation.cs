using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>FileFsVolumeInformation, [MS-FSCC] 2.5.9.</summary>
internal readonly record struct FsVolumeInformation
{
    public long VolumeCreationTime { get; init; }

    public uint VolumeSerialNumber { get; init; }

    public required string VolumeLabel { get; init; }

    public static FsVolumeInformation Read(ref WireReader r, Encoding names)
    {
        long created = r.Int64();
        uint serial = r.UInt32();
        int length = r.Int32();
        r.Skip(2);
        return new FsVolumeInformation { VolumeCreationTime = created, VolumeSerialNumber = serial, VolumeLabel = r.Text(names, length) };
    }
}

/// <summary>FileFsAttributeInformation, [MS-FSCC] 2.5.1.</summary>
internal readonly record struct FsAttributeInformation
{
    public uint FileSystemAttributes { get; init; }

    public int MaximumComponentNameLength { get; init; }

    public required string FileSystemName { get; init; }

    public static FsAttributeInformation Read(ref WireReader r, Encoding names)
    {
        uint attributes = r.UInt32();
        int maximum = r.Int32();
        int length = r.Int32();
        return new FsAttributeInformation { FileSystemAttributes = attributes, MaximumComponentNameLength = maximum, FileSystemName = r.Text(names, length) };
    }
}

/// <summary>FileFsFullSizeInformation, [MS-FSCC] 2.5.4, and the shorter FileFsSizeInformation, 2.5.8.</summary>
internal readonly record struct FsFullSizeInformation
{
    public long TotalAllocationUnits { get; init; }

    public long CallerAvailableAllocationUnits { get; init; }

    public long ActualAvailableAllocationUnits { get; init; }

    public uint SectorsPerAllocationUnit { get; init; }

    public uint BytesPerSector { get; init; }

    public static FsFullSizeInformation Read(ref WireReader r) => new()
    {
        TotalAllocationUnits = r.Int64(),
        CallerAvailableAllocationUnits = r.Int64(),
        ActualAvailableAllocationUnits = r.Int64(),
        SectorsPerAllocationUnit = r.UInt32(),
        BytesPerSector = r.UInt32(),
    };

    /// <summary>Reads the shorter form, which does not tell the caller's share from all that is free.</summary>
    public static FsFullSizeInformation ReadSize(ref WireReader r)
    {
        long total = r.Int64();
        long available = r.Int64();
        return new FsFullSizeInformation
        {
            TotalAllocationUnits = total,
            CallerAvailableAllocationUnits = available,
            ActualAvailableAllocationUnits = available,
            SectorsPerAllocationUnit = r.UInt32(),
            BytesPerSector = r.UInt32(),
        };
    }
}
