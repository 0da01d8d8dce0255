using System;

namespace SmbClient.Server;

/// <summary>What clients are told of the volume behind a share, [MS-FSCC] 2.5.9 and 2.5.1.</summary>
public sealed record SmbStoreVolume
{
    /// <summary>The volume's name, at most 32 characters.</summary>
    public string Label { get; init; } = "";

    /// <summary>A number that tells volumes apart.</summary>
    public uint SerialNumber { get; init; }

    /// <summary>When the volume was made.</summary>
    public DateTimeOffset CreationTime { get; init; }

    /// <summary>The longest name of one file, in UTF-16 units.</summary>
    public int MaxNameLength { get; init; } = 255;
}
