using System.Collections.Generic;

namespace SmbClient.Server.Files;

/// <summary>
/// What all opens of one file share, the File of [MS-FSA] 2.1.1.3. Lives from the first open to the end of the last one; all but
/// <see cref="Locks"/> is changed under the lock of <see cref="OpenFiles"/>.
/// </summary>
internal sealed class OpenFile(ulong fileId, string path, bool isDirectory)
{
    private volatile string _path = path;
    private volatile bool _isDeletePending;
    private long _allocationHint;

    /// <summary>The store's number.</summary>
    public ulong FileId => fileId;

    public bool IsDirectory => isDirectory;

    /// <summary>Below the share, as the one spelt it who opened it first, or renamed it last.</summary>
    public string Path
    {
        get => _path;
        set => _path = value;
    }

    /// <summary>It goes when the last open is closed, and nobody opens it any more.</summary>
    public bool IsDeletePending
    {
        get => _isDeletePending;
        set => _isDeletePending = value;
    }

    /// <summary>Octets that someone asked to set aside; only reported.</summary>
    public long AllocationHint
    {
        get => System.Threading.Volatile.Read(ref _allocationHint);
        set => System.Threading.Volatile.Write(ref _allocationHint, value);
    }

    public List<FileOpen> Opens { get; } = [];

    public RangeLocks Locks { get; } = new();
}
