namespace SmbClient;

/// <summary>The volume behind a share. Sizes in octets.</summary>
public sealed record SmbVolumeInfo
{
    internal SmbVolumeInfo()
    {
    }

    /// <summary>The size of the volume.</summary>
    public required long TotalSize { get; init; }

    /// <summary>What this user may still fill.</summary>
    public required long AvailableFreeSpace { get; init; }

    /// <summary>What is free in all.</summary>
    public required long TotalFreeSpace { get; init; }

    /// <summary>The volume's label.</summary>
    public required string Label { get; init; }

    /// <summary>The file system, such as NTFS.</summary>
    public required string FileSystem { get; init; }

    /// <summary>The volume's serial number.</summary>
    public required uint SerialNumber { get; init; }

    /// <summary>The longest name of a path component, in characters.</summary>
    public required int MaxComponentLength { get; init; }
}
