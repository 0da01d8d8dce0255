using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>What a folder store and its open files share: names, numbers, who is open, and the lock that keeps names still.</summary>
internal sealed class FolderContext
{
    private readonly Lock _openLock = new();
    private readonly HashSet<FolderNode> _open = [];

    /// <param name="root">An absolute path without links.</param>
    /// <param name="clock">For how long listings are counted on.</param>
    public FolderContext(string root, TimeProvider clock)
    {
        Names = new FolderNameIndex(clock);
        Resolver = new FolderResolver(root, Names);
        Ids = new FolderFileIds(root);
    }

    public FolderResolver Resolver { get; }

    public FolderNameIndex Names { get; }

    public FolderFileIds Ids { get; }

    public FolderMarks Marks { get; } = new();

    /// <summary>Held shared while a path is looked up and opened, and alone while names change: clients cannot race each other. Never across an await.</summary>
    public ReaderWriterLockSlim NamesLock { get; } = new();

    public void Add(FolderNode node)
    {
        lock (_openLock)
        {
            _open.Add(node);
        }
    }

    public void Remove(FolderNode node)
    {
        lock (_openLock)
        {
            _open.Remove(node);
        }
    }

    /// <summary>What was open at a name is there no more, but stays open.</summary>
    public void Gone(string namePath)
    {
        lock (_openLock)
        {
            foreach (FolderNode node in _open)
            {
                if (node.NamePath == namePath)
                {
                    node.IsGone = true;
                }
            }
        }
    }

    /// <summary>A name, with all that is below it, is another one now.</summary>
    public void Moved(string from, string to)
    {
        string prefix = from + Path.DirectorySeparatorChar;
        lock (_openLock)
        {
            foreach (FolderNode node in _open)
            {
                if (!node.IsGone)
                {
                    node.NamePath = Moved(node.NamePath, from, prefix, to);
                    node.RealPath = Moved(node.RealPath, from, prefix, to);
                }
            }
        }
    }

    /// <summary>Two local paths are on one file system: below the same mount point.</summary>
    public static bool IsOneFileSystem(string path, string other)
    {
        (string mount, string otherMount) = ("", "");
        foreach (DriveInfo drive in DriveInfo.GetDrives())
        {
            mount = Longer(mount, drive.Name, path);
            otherMount = Longer(otherMount, drive.Name, other);
        }

        return mount == otherMount;
    }

    private static string Longer(string mount, string candidate, string path)
    {
        string prefix = Path.EndsInDirectorySeparator(candidate) ? candidate : candidate + Path.DirectorySeparatorChar;
        bool isOn = path == candidate || path.StartsWith(prefix, FolderResolver.Comparison);
        return isOn && candidate.Length > mount.Length ? candidate : mount;
    }

    private static string Moved(string path, string from, string prefix, string to) =>
        path == from ? to
        : path.StartsWith(prefix, StringComparison.Ordinal) ? Path.Join(to, path.AsSpan(prefix.Length))
        : path;
}
