using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Stores;

namespace SmbClient.Server;

/// <summary>
/// Files in memory, for tests and demos: gone with the process. Names keep their case and compare without it. Holes in files cost nothing.
/// </summary>
public sealed class MemoryFileStore : ISmbFileStore
{
    /// <summary>What a store holds unless told otherwise: 1 GiB.</summary>
    public const long DefaultCapacity = 1L << 30;

    /// <summary>Octets that a file or directory counts for besides its content, so that empty ones cannot fill the memory either.</summary>
    private const int NodeCost = 512;

    private readonly Lock _gate = new();
    private readonly Lock _watchGate = new();
    private readonly TimeProvider _time;
    private readonly MemoryBudget _budget;
    private readonly MemoryNode _root;
    private volatile MemoryWatch[] _watches = [];
    private ulong _lastFileId;

    /// <summary>An empty store.</summary>
    /// <param name="capacity">Octets that it holds at most; beyond, <see cref="NtStatus.DiskFull"/>.</param>
    /// <param name="timeProvider">The clock of the files' times; null for the system's.</param>
    public MemoryFileStore(long capacity = DefaultCapacity, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _time = timeProvider ?? TimeProvider.System;
        _budget = new MemoryBudget(capacity);
        _root = new MemoryNode(++_lastFileId, "", FileAttributes.Directory, _budget, Now);
        Volume = new SmbStoreVolume { Label = "memory", SerialNumber = 0x4D454D31, CreationTime = Now };
    }

    /// <inheritdoc/>
    public SmbStoreVolume Volume { get; init; }

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Makes a file, or gives the one that is there another content; directories on the way are made.</summary>
    /// <param name="path">Below the root, with slashes or backslashes.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">There is a directory of that name, or no room.</exception>
    public void AddFile(string path, ReadOnlySpan<byte> content)
    {
        string normal = SmbPath.NormalizeRelative(path);
        AddDirectory(MemoryPath.Parent(normal));
        MemoryNode node = Find(normal, out _) ?? Make(normal, FileAttributes.Archive, out NtStatus made) ?? throw Failure(path, made);
        MemoryContent file = node.Content ?? throw Failure(path, NtStatus.FileIsADirectory);
        file.SetLength(0);
        NtStatus status = file.Write(0, content);
        if (status != NtStatus.Success)
        {
            throw Failure(path, status);
        }

        Written(node, SmbChangeFilter.LastWrite | SmbChangeFilter.Size);
    }

    /// <summary>Makes a directory and those on the way; nothing happens if it is there.</summary>
    /// <param name="path">Below the root, with slashes or backslashes.</param>
    /// <exception cref="IOException">There is a file of that name, or no room.</exception>
    public void AddDirectory(string path)
    {
        string normal = SmbPath.NormalizeRelative(path);
        if (normal.Length == 0)
        {
            return;
        }

        AddDirectory(MemoryPath.Parent(normal));
        MemoryNode node = Find(normal, out _) ?? Make(normal, FileAttributes.Directory, out NtStatus status) ?? throw Failure(path, status);
        if (!node.IsDirectory)
        {
            throw Failure(path, NtStatus.ObjectNameCollision);
        }
    }

    /// <summary>The content of a file.</summary>
    /// <param name="path">Below the root, with slashes or backslashes.</param>
    /// <exception cref="FileNotFoundException">There is no file of that name.</exception>
    public byte[] ReadAllBytes(string path)
    {
        MemoryContent file = Find(SmbPath.NormalizeRelative(path), out _)?.Content ?? throw new FileNotFoundException($"There is no file '{path}'.", path);
        byte[] content = new byte[file.Length];
        int count = file.Read(0, content);
        return count == content.Length ? content : content.AsSpan(0, count).ToArray();
    }

    /// <summary>Whether there is a file or directory of that name.</summary>
    /// <param name="path">Below the root, with slashes or backslashes.</param>
    public bool Exists(string path) => Find(SmbPath.NormalizeRelative(path), out _) is not null;

    /// <inheritdoc/>
    public ValueTask<SmbStoreSpace> GetSpaceAsync(CancellationToken cancellationToken) => new(new SmbStoreSpace(_budget.Capacity, Math.Max(_budget.Free, 0)));

    /// <inheritdoc/>
    public ValueTask<SmbStoreResult> OpenAsync(string path, bool forWriting, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Find(path, out NtStatus status) is { } node ? SmbStoreResult.Opened(new MemoryHandle(this, node)) : SmbStoreResult.Refused(status));
    }

    /// <inheritdoc/>
    public ValueTask<SmbStoreResult> CreateAsync(string path, bool isDirectory, FileAttributes attributes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        FileAttributes all = isDirectory ? attributes | FileAttributes.Directory : attributes & ~FileAttributes.Directory;
        return new(Make(path, all, out NtStatus status) is { } node ? SmbStoreResult.Opened(new MemoryHandle(this, node)) : SmbStoreResult.Refused(status));
    }

    /// <inheritdoc/>
    public IDisposable Watch(string directory, bool recursive, Action<SmbStoreChange?> onChange)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(onChange);
        MemoryWatch watch = new(directory, recursive, onChange, Forget);
        lock (_watchGate)
        {
            _watches = [.. _watches, watch];
        }

        return watch;
    }

    internal SmbStoreEntry Describe(MemoryNode node)
    {
        lock (_gate)
        {
            return node.Describe();
        }
    }

    internal IReadOnlyList<SmbStoreEntry> List(MemoryNode node)
    {
        lock (_gate)
        {
            return node.Children is null ? throw new InvalidOperationException("A file has no entries.") : [.. node.Children.Values.Select(n => n.Describe())];
        }
    }

    /// <summary>The content of a file changed.</summary>
    internal void Written(MemoryNode node, SmbChangeFilter aspects)
    {
        node.Written(Now);
        TellModified(node, aspects);
    }

    internal void SetTimes(MemoryNode node, SmbStoreTimes times, FileAttributes? attributes)
    {
        node.Set(times, attributes, Now);
        SmbChangeFilter aspects =
            (attributes is null ? 0 : SmbChangeFilter.Attributes)
            | (times.CreationTime is null ? 0 : SmbChangeFilter.Creation)
            | (times.LastAccessTime is null ? 0 : SmbChangeFilter.LastAccess)
            | (times.LastWriteTime is null ? 0 : SmbChangeFilter.LastWrite);
        TellModified(node, aspects);
    }

    internal NtStatus Delete(MemoryNode node)
    {
        string? path;
        lock (_gate)
        {
            path = node.Path();
            if (node.Parent is not { } parent)
            {
                return path is null ? NtStatus.FileDeleted : NtStatus.CannotDelete;
            }

            if (node.Children is { Count: > 0 })
            {
                return NtStatus.DirectoryNotEmpty;
            }

            parent.Children!.Remove(node.Name);
            parent.Written(Now);
            node.Parent = null;
        }

        Discard(node);
        Tell(SmbDirectoryChangeKind.Removed, NameOf(node), path!, null);
        return NtStatus.Success;
    }

    internal NtStatus Rename(MemoryNode node, string path, bool replaceExisting)
    {
        string? oldPath;
        MemoryNode? replaced;
        lock (_gate)
        {
            oldPath = node.Path();
            if (node.Parent is not { } oldParent)
            {
                return oldPath is null ? NtStatus.FileDeleted : NtStatus.InvalidParameter;
            }

            MemoryNode? parent = FindParent(path, out string name, out NtStatus status);
            if (parent is null || !IsValid(name))
            {
                return parent is null ? status : NtStatus.ObjectNameInvalid;
            }

            for (MemoryNode? above = parent; above is not null; above = above.Parent)
            {
                if (ReferenceEquals(above, node))
                {
                    return NtStatus.InvalidParameter;
                }
            }

            replaced = parent.Children!.GetValueOrDefault(name);
            if (ReferenceEquals(replaced, node))
            {
                replaced = null;
            }

            if (replaced is not null && (!replaceExisting || replaced.IsDirectory))
            {
                return replaceExisting ? NtStatus.AccessDenied : NtStatus.ObjectNameCollision;
            }

            if (replaced is not null)
            {
                parent.Children!.Remove(replaced.Name);
                replaced.Parent = null;
            }

            oldParent.Children!.Remove(node.Name);
            oldParent.Written(Now);
            node.Name = name;
            node.Parent = parent;
            parent.Children!.Add(name, node);
            parent.Written(Now);
            node.Changed(Now);
        }

        if (replaced is not null)
        {
            Discard(replaced);
            Tell(SmbDirectoryChangeKind.Removed, NameOf(replaced), path, null);
        }

        Tell(SmbDirectoryChangeKind.RenamedTo, NameOf(node), path, oldPath);
        return NtStatus.Success;
    }

    private static SmbChangeFilter NameOf(MemoryNode node) => node.IsDirectory ? SmbChangeFilter.DirectoryName : SmbChangeFilter.FileName;

    private static IOException Failure(string path, NtStatus status) => new($"'{path}' cannot be made: {status}.");

    private MemoryNode? Find(string path, out NtStatus status)
    {
        status = NtStatus.Success;
        if (path.Length == 0)
        {
            return _root;
        }

        lock (_gate)
        {
            MemoryNode? node = FindParent(path, out string name, out status)?.Children!.GetValueOrDefault(name);
            if (node is null && status == NtStatus.Success)
            {
                status = NtStatus.ObjectNameNotFound;
            }

            return node;
        }
    }

    private MemoryNode? Make(string path, FileAttributes attributes, out NtStatus status)
    {
        MemoryNode node;
        lock (_gate)
        {
            MemoryNode? parent = path.Length == 0 ? null : FindParent(path, out _, out status);
            if (parent is null)
            {
                status = path.Length == 0 ? NtStatus.ObjectNameCollision : NtStatus.ObjectPathNotFound;
                return null;
            }

            string name = MemoryPath.Name(path);
            if (!IsValid(name))
            {
                status = NtStatus.ObjectNameInvalid;
                return null;
            }

            if (parent.Children!.ContainsKey(name) || !_budget.TryTake(NodeCost))
            {
                status = parent.Children.ContainsKey(name) ? NtStatus.ObjectNameCollision : NtStatus.DiskFull;
                return null;
            }

            node = new MemoryNode(++_lastFileId, name, attributes, _budget, Now) { Parent = parent };
            parent.Children.Add(name, node);
            parent.Written(Now);
        }

        status = NtStatus.Success;
        Tell(SmbDirectoryChangeKind.Added, NameOf(node), path, null);
        return node;
    }

    private bool IsValid(string name) => name.Length > 0 && name.Length <= Volume.MaxNameLength;

    private MemoryNode? FindParent(string path, out string name, out NtStatus status)
    {
        name = MemoryPath.Name(path);
        MemoryNode? node = _root;
        string parent = MemoryPath.Parent(path);
        foreach (Range part in parent.Length == 0 ? default : parent.AsSpan().Split('\\'))
        {
            node = node.Children?.GetValueOrDefault(parent[part]);
            if (node is null)
            {
                break;
            }
        }

        status = node?.Children is null ? NtStatus.ObjectPathNotFound : NtStatus.Success;
        return node?.Children is null ? null : node;
    }

    private void Discard(MemoryNode node)
    {
        node.Content?.Free();
        _budget.Return(NodeCost);
    }

    private void TellModified(MemoryNode node, SmbChangeFilter aspects)
    {
        if (_watches.Length == 0)
        {
            return;
        }

        string? path;
        lock (_gate)
        {
            path = node.Path();
        }

        if (!string.IsNullOrEmpty(path))
        {
            Tell(SmbDirectoryChangeKind.Modified, aspects, path, null);
        }
    }

    private void Tell(SmbDirectoryChangeKind kind, SmbChangeFilter aspects, string path, string? oldPath)
    {
        foreach (MemoryWatch watch in _watches)
        {
            watch.Tell(kind, aspects, path, oldPath);
        }
    }

    private void Forget(MemoryWatch watch)
    {
        lock (_watchGate)
        {
            _watches = [.. _watches.Where(w => !ReferenceEquals(w, watch))];
        }
    }
}
