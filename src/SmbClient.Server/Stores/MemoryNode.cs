using System;
using System.Collections.Generic;
using System.IO;

namespace SmbClient.Server.Stores;

/// <summary>
/// One file or directory of a memory store. Names, parents and children are guarded by the store's lock, times and attributes by the node's own.
/// </summary>
internal sealed class MemoryNode
{
    private readonly System.Threading.Lock _gate = new();
    private FileAttributes _attributes;
    private DateTimeOffset _creationTime;
    private DateTimeOffset _lastAccessTime;
    private DateTimeOffset _lastWriteTime;
    private DateTimeOffset _changeTime;

    /// <param name="fileId">Its number.</param>
    /// <param name="name">Its last name.</param>
    /// <param name="attributes">With <see cref="FileAttributes.Directory"/> for a directory.</param>
    /// <param name="budget">Whose octets its content takes.</param>
    /// <param name="now">The time of all four times.</param>
    public MemoryNode(ulong fileId, string name, FileAttributes attributes, MemoryBudget budget, DateTimeOffset now)
    {
        FileId = fileId;
        Name = name;
        _attributes = attributes;
        _creationTime = _lastAccessTime = _lastWriteTime = _changeTime = now;
        if ((attributes & FileAttributes.Directory) != 0)
        {
            Children = new Dictionary<string, MemoryNode>(StringComparer.OrdinalIgnoreCase);
        }
        else
        {
            Content = new MemoryContent(budget);
        }
    }

    public ulong FileId { get; }

    public string Name { get; set; }

    /// <summary>The directory it is in; null for the root, and for what was deleted.</summary>
    public MemoryNode? Parent { get; set; }

    /// <summary>Of a directory.</summary>
    public Dictionary<string, MemoryNode>? Children { get; }

    /// <summary>Of a file.</summary>
    public MemoryContent? Content { get; }

    public bool IsDirectory => Children is not null;

    public SmbStoreEntry Describe()
    {
        lock (_gate)
        {
            return new SmbStoreEntry
            {
                Name = Name,
                FileId = FileId,
                Attributes = _attributes,
                Length = Content?.Length ?? 0,
                AllocationSize = Content?.Allocated ?? 0,
                CreationTime = _creationTime,
                LastAccessTime = _lastAccessTime,
                LastWriteTime = _lastWriteTime,
                ChangeTime = _changeTime,
            };
        }
    }

    /// <summary>Its content, or a directory's entries, changed.</summary>
    public void Written(DateTimeOffset now)
    {
        lock (_gate)
        {
            _lastWriteTime = now;
            _changeTime = now;
        }
    }

    public void Changed(DateTimeOffset now)
    {
        lock (_gate)
        {
            _changeTime = now;
        }
    }

    public void Set(SmbStoreTimes times, FileAttributes? attributes, DateTimeOffset now)
    {
        lock (_gate)
        {
            _creationTime = times.CreationTime ?? _creationTime;
            _lastAccessTime = times.LastAccessTime ?? _lastAccessTime;
            _lastWriteTime = times.LastWriteTime ?? _lastWriteTime;
            _changeTime = times.ChangeTime ?? now;
            if (attributes is { } chosen)
            {
                _attributes = (chosen & ~FileAttributes.Directory) | (_attributes & FileAttributes.Directory);
            }
        }
    }

    /// <summary>Its path below the root, or null once it is deleted; under the store's lock.</summary>
    public string? Path()
    {
        if (Parent is null)
        {
            return Name.Length == 0 ? "" : null;
        }

        string? parent = Parent.Path();
        return string.IsNullOrEmpty(parent) ? (parent is null ? null : Name) : $"{parent}\\{Name}";
    }
}
