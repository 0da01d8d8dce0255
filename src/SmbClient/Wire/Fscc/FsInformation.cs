using System;
using System.Text;

namespace SmbClient.Wire.Fscc;

/// <summary>FileFsVolumeInformation, [MS-FSCC] 2.5.9.</summary>
internal readonly record struct FsVolumeInformation
{
    public long VolumeCreationTime { get; init; }

    public uint VolumeSerialNumber { get; init; }

    public required string VolumeLabel { get; init; }

    /// <summary>Octets with a label in UTF-16LE.</summary>
    public int Size => 18 + (2 * VolumeLabel.Length);

    public void Write(ref WireWriter w)
    {
        w.Int64(VolumeCreationTime);
        w.UInt32(VolumeSerialNumber);
        w.Int32(2 * VolumeLabel.Length);
        w.Skip(2);
        w.Text(Encoding.Unicode, VolumeLabel);
    }

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

    /// <summary>Octets with a name in UTF-16LE.</summary>
    public int Size => 12 + (2 * FileSystemName.Length);

    public void Write(ref WireWriter w)
    {
        w.UInt32(FileSystemAttributes);
        w.Int32(MaximumComponentNameLength);
        w.Int32(2 * FileSystemName.Length);
        w.Text(Encoding.Unicode, FileSystemName);
    }

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

    public const int Size = 32;

    /// <summary>Octets of the shorter form.</summary>
    public const int ShortSize = 24;

    public void Write(ref WireWriter w)
    {
        w.Int64(TotalAllocationUnits);
        w.Int64(CallerAvailableAllocationUnits);
        w.Int64(ActualAvailableAllocationUnits);
        w.UInt32(SectorsPerAllocationUnit);
        w.UInt32(BytesPerSector);
    }

    /// <summary>Writes the shorter form.</summary>
    public void WriteSize(ref WireWriter w)
    {
        w.Int64(TotalAllocationUnits);
        w.Int64(CallerAvailableAllocationUnits);
        w.UInt32(SectorsPerAllocationUnit);
        w.UInt32(BytesPerSector);
    }

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

/// <summary>FileFsDeviceInformation, [MS-FSCC] 2.5.10.</summary>
/// <param name="DeviceType">7 for a disk.</param>
/// <param name="Characteristics">0x20 for one that is mounted.</param>
internal readonly record struct FsDeviceInformation(uint DeviceType, uint Characteristics)
{
    public const int Size = 8;

    public static FsDeviceInformation Read(ref WireReader r) => new(r.UInt32(), r.UInt32());

    public void Write(ref WireWriter w)
    {
        w.UInt32(DeviceType);
        w.UInt32(Characteristics);
    }
}

/// <summary>FileFsControlInformation, [MS-FSCC] 2.5.2, of a volume that neither filters content nor logs.</summary>
/// <param name="DefaultQuotaThreshold">Octets; -1 for none.</param>
/// <param name="DefaultQuotaLimit">Octets; -1 for none.</param>
/// <param name="FileSystemControlFlags">0 without quotas.</param>
internal readonly record struct FsControlInformation(long DefaultQuotaThreshold, long DefaultQuotaLimit, uint FileSystemControlFlags)
{
    public const int Size = 48;

    public static FsControlInformation Read(ref WireReader r)
    {
        r.Skip(24);
        FsControlInformation information = new(r.Int64(), r.Int64(), r.UInt32());
        r.Skip(4);
        return information;
    }

    public void Write(ref WireWriter w)
    {
        w.Skip(24);
        w.Int64(DefaultQuotaThreshold);
        w.Int64(DefaultQuotaLimit);
        w.UInt32(FileSystemControlFlags);
        w.Skip(4);
    }
}

/// <summary>FileFsObjectIdInformation without extended information, [MS-FSCC] 2.5.6.</summary>
/// <param name="ObjectId">The volume's.</param>
internal readonly record struct FsObjectIdInformation(Guid ObjectId)
{
    public const int Size = 64;

    public static FsObjectIdInformation Read(ref WireReader r)
    {
        FsObjectIdInformation information = new(r.Guid());
        r.Skip(48);
        return information;
    }

    public void Write(ref WireWriter w)
    {
        w.Guid(ObjectId);
        w.Skip(48);
    }
}

/// <summary>FileFsSectorSizeInformation, [MS-FSCC] 2.5.7, of a volume whose sectors are all of one size and aligned.</summary>
/// <param name="BytesPerSector">Octets.</param>
/// <param name="Flags">1 aligned on the device, 2 on the partition.</param>
internal readonly record struct FsSectorSizeInformation(uint BytesPerSector, uint Flags)
{
    public const int Size = 28;

    public static FsSectorSizeInformation Read(ref WireReader r)
    {
        uint size = r.UInt32();
        r.Skip(12);
        FsSectorSizeInformation information = new(size, r.UInt32());
        r.Skip(8);
        return information;
    }

    public void Write(ref WireWriter w)
    {
        w.UInt32(BytesPerSector);
        w.UInt32(BytesPerSector);
        w.UInt32(BytesPerSector);
        w.UInt32(BytesPerSector);
        w.UInt32(Flags);
        w.Skip(8);
    }
}
