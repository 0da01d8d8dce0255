using System;
using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>One watcher of a directory in a memory store.</summary>
internal sealed class MemoryWatch(string directory, bool recursive, Action<SmbStoreChange?> onChange, Action<MemoryWatch> onDispose) : IDisposable
{
    private readonly Lock _gate = new();
    private bool _isDisposed;

    /// <summary>Tells of a change if it is below the directory; paths are below the store's root.</summary>
    public void Tell(SmbDirectoryChangeKind kind, SmbChangeFilter aspects, string path, string? oldPath)
    {
        string? relative = Relative(path);
        string? oldRelative = oldPath is null ? null : Relative(oldPath);
        SmbStoreChange? change = (relative, oldRelative) switch
        {
            (null, null) => null,
            (null, { } left) => new SmbStoreChange(SmbDirectoryChangeKind.Removed, aspects, left),
            ({ } came, null) => new SmbStoreChange(oldPath is null ? kind : SmbDirectoryChangeKind.Added, aspects, came),
            ({ } came, { } left) => new SmbStoreChange(kind, aspects, came, left),
        };
        if (change is null)
        {
            return;
        }

        lock (_gate)
        {
            if (!_isDisposed)
            {
                onChange(change);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        onDispose(this);
    }

    private string? Relative(string path)
    {
        string below = path;
        if (directory.Length > 0)
        {
            if (path.Length <= directory.Length || path[directory.Length] != '\\' || !path.StartsWith(directory, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            below = path.Substring(directory.Length + 1);
        }

        return below.Length > 0 && (recursive || !below.Contains('\\', StringComparison.Ordinal)) ? below : null;
    }
}
