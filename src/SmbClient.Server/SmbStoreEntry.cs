using System;
using System.IO;

namespace SmbClient.Server;

/// <summary>What a store knows of a file or directory.</summary>
public sealed record SmbStoreEntry
{
    /// <summary>The last name of its path, as it was spelt when it was made; empty for the root.</summary>
    public required string Name { get; init; }

    /// <summary>True for a directory.</summary>
    public bool IsDirectory => (Attributes & FileAttributes.Directory) != 0;

    /// <summary>Octets; 0 for a directory.</summary>
    public long Length { get; init; }

    /// <summary>Octets that it takes on the medium.</summary>
    public long AllocationSize { get; init; }

    /// <summary>Its attributes, with <see cref="FileAttributes.Directory"/> for a directory.</summary>
    public FileAttributes Attributes { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreationTime { get; init; }

    /// <summary>When it was last read.</summary>
    public DateTimeOffset LastAccessTime { get; init; }

    /// <summary>When its content was last written.</summary>
    public DateTimeOffset LastWriteTime { get; init; }

    /// <summary>When anything about it last changed.</summary>
    public DateTimeOffset ChangeTime { get; init; }

    /// <summary>A number that is its own within the store for as long as it exists, and stays through renames.</summary>
    public required ulong FileId { get; init; }

    /// <summary>Names that it has.</summary>
    public int LinkCount { get; init; } = 1;
}
