using System;
using System.IO;

namespace SmbClient;

/// <summary>How a file is opened, where <see cref="SmbShare.OpenFileAsync(string, FileMode, FileAccess, FileShare?, System.Threading.CancellationToken)"/> does not say enough.</summary>
public sealed record SmbOpenOptions
{
    /// <summary>Whether the file must exist, must not exist, or is made anew.</summary>
    public FileMode Mode { get; init; } = FileMode.Open;

    /// <summary>What will be done with it.</summary>
    public FileAccess Access { get; init; } = FileAccess.Read;

    /// <summary>What others may do meanwhile.</summary>
    public FileShare Share { get; init; } = FileShare.Read;

    /// <summary>The attributes of a file that is created.</summary>
    public FileAttributes Attributes { get; init; } = FileAttributes.Normal;

    /// <summary>The file goes when its last handle is closed. Needs <see cref="FileAccess.Write"/> or the right to delete it.</summary>
    public bool DeleteOnClose { get; init; }

    /// <summary>Every write is on the server's disk before it is answered.</summary>
    public bool WriteThrough { get; init; }

    /// <summary>Opens the file as it was then, from the server's snapshots; the time must be that of a snapshot. SMB 2.0.2 or later.</summary>
    public DateTimeOffset? Snapshot { get; init; }

    /// <summary>Asks for <see cref="SmbFileInfo.MaximalAccess"/> and <see cref="SmbFileInfo.FileId"/> as well, which costs no round trip. SMB 2.0.2 or later.</summary>
    public bool QueryDetails { get; init; }

    /// <summary>
    /// Asks the server to keep the file open for so long when the connection is lost, its locks included; zero leaves the time to the server.
    /// <see cref="SmbFile.IsDurable"/> tells whether it will, and <see cref="SmbFile.ReopenAsync"/> takes the file up again. SMB 2.0.2 or later.
    /// </summary>
    public TimeSpan? DurableTimeout { get; init; }
}
