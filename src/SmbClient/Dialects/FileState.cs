using System;
using System.IO;
using SmbClient.Wire.Fscc;

namespace SmbClient.Dialects;

/// <summary>Times, sizes and attributes of a file as both families report them, [MS-FSCC] 2.4. Sizes in octets; null times are unknown.</summary>
internal sealed record FileState
{
    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? LastAccessTime { get; init; }

    public DateTimeOffset? LastWriteTime { get; init; }

    public DateTimeOffset? ChangeTime { get; init; }

    public FileAttributes Attributes { get; init; }

    public long EndOfFile { get; init; }

    public long AllocationSize { get; init; }

    public bool IsDirectory { get; init; }

    public uint? LinkCount { get; init; }

    /// <summary>The file within its volume; null where nobody asked or the server did not say.</summary>
    public ulong? FileId { get; init; }

    /// <summary>The user's rights to the file; null where nobody asked or the server did not say.</summary>
    public uint? MaximalAccess { get; init; }

    /// <summary>What happened to the file when it was opened.</summary>
    public CreateAction CreateAction { get; init; }
}
