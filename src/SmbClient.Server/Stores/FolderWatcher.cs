using System;
using System.IO;
using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>Hears of changes in a directory from the system, and passes them on in the words of a store, one at a time.</summary>
internal sealed class FolderWatcher : IDisposable
{
    private const int BufferSize = 65_536;      // the most that the system takes, octets
    private const SmbChangeFilter AnyName = SmbChangeFilter.FileName | SmbChangeFilter.DirectoryName;
    private const SmbChangeFilter AnyContent = SmbChangeFilter.Size | SmbChangeFilter.LastWrite | SmbChangeFilter.Attributes
        | SmbChangeFilter.LastAccess | SmbChangeFilter.Creation | SmbChangeFilter.Security;

    private readonly Lock _lock = new();
    private readonly FileSystemWatcher _watcher;
    private readonly Action<SmbStoreChange?> _onChange;
    private bool _isDisposed;

    /// <param name="directory">A local path without links.</param>
    /// <param name="recursive">Hear of what is below it too. Links are not followed.</param>
    /// <param name="onChange">Called from threads of the system's, one call at a time.</param>
    /// <exception cref="IOException">The system watches no more.</exception>
    public FolderWatcher(string directory, bool recursive, Action<SmbStoreChange?> onChange)
    {
        _onChange = onChange;
        _watcher = new FileSystemWatcher(directory) { IncludeSubdirectories = recursive, InternalBufferSize = BufferSize };
        _watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.Attributes | NotifyFilters.Size
            | NotifyFilters.LastWrite | NotifyFilters.CreationTime | NotifyFilters.Security;
        _watcher.Created += (_, e) => Tell(SmbDirectoryChangeKind.Added, NameAspect(e.FullPath), e.Name);
        _watcher.Deleted += (_, e) => Tell(SmbDirectoryChangeKind.Removed, AnyName, e.Name);
        _watcher.Changed += (_, e) => Tell(SmbDirectoryChangeKind.Modified, AnyContent, e.Name);
        _watcher.Renamed += (_, e) => Renamed(e);
        _watcher.Error += (_, _) => Tell(null);
        try
        {
            _watcher.EnableRaisingEvents = true;
        }
        catch
        {
            _watcher.Dispose();
            throw;
        }
    }

    /// <summary>No call begins after this has returned.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        _watcher.Dispose();
    }

    private static SmbChangeFilter NameAspect(string path) => Directory.Exists(path) ? SmbChangeFilter.DirectoryName : SmbChangeFilter.FileName;

    private static string? Sayable(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        string[] names = path.Split(Path.DirectorySeparatorChar);
        return Array.TrueForAll(names, FolderNames.IsValid) ? string.Join('\\', names) : null;
    }

    private void Renamed(RenamedEventArgs e)
    {
        (string? to, string? from) = (Sayable(e.Name), Sayable(e.OldName));
        if (from is null)
        {
            Tell(SmbDirectoryChangeKind.Added, NameAspect(e.FullPath), e.Name);
        }
        else if (to is null)
        {
            Tell(SmbDirectoryChangeKind.Removed, AnyName, e.OldName);
        }
        else
        {
            Tell(new SmbStoreChange(SmbDirectoryChangeKind.RenamedTo, NameAspect(e.FullPath), to, from));
        }
    }

    private void Tell(SmbDirectoryChangeKind kind, SmbChangeFilter aspects, string? name)
    {
        if (Sayable(name) is { } path)
        {
            Tell(new SmbStoreChange(kind, aspects, path));
        }
    }

    private void Tell(SmbStoreChange? change)
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _onChange(change);
            }
        }
    }
}
