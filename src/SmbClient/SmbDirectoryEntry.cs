using System;
using System.IO;

namespace SmbClient;

/// <summary>One entry of a directory listing, [MS-FSCC] 2.4.</summary>
public sealed record SmbDirectoryEntry
{
    internal SmbDirectoryEntry()
    {
    }

    /// <summary>The name without its directory.</summary>
    public required string Name { get; init; }

    /// <summary>The 8.3 name, or null where there is none.</summary>
    public string? ShortName { get; init; }

    /// <summary>The attributes as the server keeps them.</summary>
    public required FileAttributes Attributes { get; init; }

    /// <summary>True for directories.</summary>
    public bool IsDirectory => (Attributes & FileAttributes.Directory) != 0;

    /// <summary>The end of the file in octets; 0 for directories.</summary>
    public required long Length { get; init; }

    /// <summary>Octets that the file occupies at the server.</summary>
    public long AllocationSize { get; init; }

    /// <summary>When the file was created; null where the server does not know.</summary>
    public DateTimeOffset? CreationTime { get; init; }

    /// <summary>When the file was last read; null where the server does not know.</summary>
    public DateTimeOffset? LastAccessTime { get; init; }

    /// <summary>When the content last changed; null where the server does not know.</summary>
    public DateTimeOffset? LastWriteTime { get; init; }

    /// <summary>When the content or the metadata last changed; null where the server does not know.</summary>
    public DateTimeOffset? ChangeTime { get; init; }
}
