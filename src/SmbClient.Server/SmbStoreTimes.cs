using System;

namespace SmbClient.Server;

/// <summary>Times to be set; null leaves one as it is.</summary>
public readonly record struct SmbStoreTimes
{
    /// <summary>When the file was made.</summary>
    public DateTimeOffset? CreationTime { get; init; }

    /// <summary>When it was last read.</summary>
    public DateTimeOffset? LastAccessTime { get; init; }

    /// <summary>When its content was last written.</summary>
    public DateTimeOffset? LastWriteTime { get; init; }

    /// <summary>When anything about it last changed; stores may keep this one themselves.</summary>
    public DateTimeOffset? ChangeTime { get; init; }
}
