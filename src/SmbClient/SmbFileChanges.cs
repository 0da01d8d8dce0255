using System;
using System.IO;

namespace SmbClient;

/// <summary>What to change about a file; null leaves a value as it is.</summary>
public sealed record SmbFileChanges
{
    /// <summary>When the file was created.</summary>
    public DateTimeOffset? CreationTime { get; init; }

    /// <summary>When the file was last read.</summary>
    public DateTimeOffset? LastAccessTime { get; init; }

    /// <summary>When the content last changed.</summary>
    public DateTimeOffset? LastWriteTime { get; init; }

    /// <summary>The attributes; <see cref="FileAttributes.Normal"/> clears them all.</summary>
    public FileAttributes? Attributes { get; init; }
}
