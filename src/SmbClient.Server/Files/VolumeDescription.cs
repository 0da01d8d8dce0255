using System;
using System.Buffers.Binary;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>What clients are told of the volume behind a share: the classes of [MS-FSCC] 2.5 that can be queried.</summary>
internal readonly struct VolumeDescription(SmbStoreVolume volume, SmbStoreSpace space, bool isReadOnly)
{
    private const int VolumeFixedSize = 24;
    private const int AttributeFixedSize = 16;
    private const int SectorSize = 512;
    private const int SectorsPerUnit = 8;
    private const int UnitSize = SectorSize * SectorsPerUnit;
    private const int MaxLabelLength = 32;
    private const uint Disk = 7;
    private const uint Mounted = 0x20;
    private const uint Aligned = 3;

    // FILE_CASE_PRESERVED_NAMES, FILE_UNICODE_ON_DISK, FILE_SUPPORTS_SPARSE_FILES.
    private const uint Features = 0x02 | 0x04 | 0x40;
    private const uint ReadOnlyVolume = 0x00080000;

    // Programs take a volume of another name for a simple one and leave things out.
    private const string FileSystemName = "NTFS";

    private delegate void Writer(ref WireWriter w);

    /// <summary>The information, or as much of it as fits, [MS-SMB2] 3.3.5.20.2.</summary>
    public QueryOutcome Encode(FsInformationClass informationClass, int maxOutput)
    {
        switch (informationClass)
        {
            case FsInformationClass.Volume:
                FsVolumeInformation named = Named();
                return Variable(VolumeFixedSize, Math.Max(named.Size, VolumeFixedSize), named.Write, maxOutput);
            case FsInformationClass.Size:
                return Variable(FsFullSizeInformation.ShortSize, FsFullSizeInformation.ShortSize, Room().WriteSize, maxOutput);
            case FsInformationClass.FullSize:
                return Variable(FsFullSizeInformation.Size, FsFullSizeInformation.Size, Room().Write, maxOutput);
            case FsInformationClass.Device:
                return Variable(FsDeviceInformation.Size, FsDeviceInformation.Size, new FsDeviceInformation(Disk, Mounted).Write, maxOutput);
            case FsInformationClass.Attribute:
                FsAttributeInformation attribute = Attribute();
                return Variable(AttributeFixedSize, attribute.Size, attribute.Write, maxOutput);
            case FsInformationClass.Control:
                return Variable(FsControlInformation.Size, FsControlInformation.Size, new FsControlInformation(-1, -1, 0).Write, maxOutput);
            case FsInformationClass.ObjectId:
                return Variable(FsObjectIdInformation.Size, FsObjectIdInformation.Size, new FsObjectIdInformation(Identity()).Write, maxOutput);
            case FsInformationClass.SectorSize:
                return Variable(FsSectorSizeInformation.Size, FsSectorSizeInformation.Size, new FsSectorSizeInformation(SectorSize, Aligned).Write, maxOutput);
            default:
                return new QueryOutcome(NtStatus.InvalidInfoClass);
        }
    }

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

    private FsVolumeInformation Named() => new()
    {
        VolumeCreationTime = FileTime.FromDateTimeOffset(volume.CreationTime),
        VolumeSerialNumber = volume.SerialNumber,
        VolumeLabel = volume.Label.Length <= MaxLabelLength ? volume.Label : volume.Label.Substring(0, MaxLabelLength),
    };

    private FsFullSizeInformation Room() => new()
    {
        TotalAllocationUnits = space.TotalOctets / UnitSize,
        CallerAvailableAllocationUnits = space.FreeOctets / UnitSize,
        ActualAvailableAllocationUnits = space.FreeOctets / UnitSize,
        SectorsPerAllocationUnit = SectorsPerUnit,
        BytesPerSector = SectorSize,
    };

    private FsAttributeInformation Attribute() => new()
    {
        FileSystemAttributes = Features | (isReadOnly ? ReadOnlyVolume : 0),
        MaximumComponentNameLength = volume.MaxNameLength,
        FileSystemName = FileSystemName,
    };

    private Guid Identity()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, volume.SerialNumber);
        BinaryPrimitives.WriteInt64LittleEndian(octets.Slice(8), FileTime.FromDateTimeOffset(volume.CreationTime));
        return new Guid(octets);
    }
}
