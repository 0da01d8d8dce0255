using System;
using System.IO;
using SmbClient.Dialects;

namespace SmbClient;

/// <summary>What the server says about a file or directory.</summary>
public sealed record SmbFileInfo
{
    internal SmbFileInfo(string path, FileState state)
    {
        Path = path;
        Attributes = state.Attributes;
        IsDirectory = state.IsDirectory || (state.Attributes & FileAttributes.Directory) != 0;
        Length = state.EndOfFile;
        AllocationSize = state.AllocationSize;
        LinkCount = state.LinkCount;
        FileId = state.FileId;
        MaximalAccess = state.MaximalAccess;
        CreationTime = state.CreationTime;
        LastAccessTime = state.LastAccessTime;
        LastWriteTime = state.LastWriteTime;
        ChangeTime = state.ChangeTime;
    }

    /// <summary>The path below the share, with backslashes; empty for its root.</summary>
    public string Path { get; }

    /// <summary>The attributes as the server keeps them.</summary>
    public FileAttributes Attributes { get; }

    /// <summary>True for directories.</summary>
    public bool IsDirectory { get; }

    /// <summary>The end of the file in octets; 0 for directories.</summary>
    public long Length { get; }

    /// <summary>Octets that the file occupies at the server.</summary>
    public long AllocationSize { get; }

    /// <summary>Hard links to the file; null where the server did not say.</summary>
    public uint? LinkCount { get; }

    /// <summary>The file within its volume, whatever its name; null unless <see cref="SmbOpenOptions.QueryDetails"/> asked for it.</summary>
    public ulong? FileId { get; }

    /// <summary>The user's access rights to the file ([MS-DTYP] 2.4.3); null unless <see cref="SmbOpenOptions.QueryDetails"/> asked for them.</summary>
    public uint? MaximalAccess { get; }

    /// <summary>When the file was created; null where the server does not know.</summary>
    public DateTimeOffset? CreationTime { get; }

    /// <summary>When the file was last read; null where the server does not know.</summary>
    public DateTimeOffset? LastAccessTime { get; }

    /// <summary>When the content last changed; null where the server does not know.</summary>
    public DateTimeOffset? LastWriteTime { get; }

    /// <summary>When the content or the metadata last changed; null where the server does not know.</summary>
    public DateTimeOffset? ChangeTime { get; }
}
