using System;
using System.IO;

namespace SmbClient.Server.Stores;

/// <summary>
/// Finds what a client's path leads to. Every link on the way is followed here and not by the system, and has to end below the root again.
/// </summary>
internal sealed class FolderResolver
{
    /// <summary>How local paths compare.</summary>
    public static readonly StringComparison Comparison =
        FolderNameIndex.IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly FolderNameIndex _names;
    private readonly string _prefix;

    /// <param name="root">An absolute path without links.</param>
    /// <param name="names">Finds names without case.</param>
    public FolderResolver(string root, FolderNameIndex names)
    {
        Root = root;
        _names = names;
        _prefix = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
    }

    public string Root { get; }

    /// <summary>Where a path with backslashes leads to; empty for the root.</summary>
    public FolderLocation Find(string path)
    {
        string current = Root;
        if (path.Length == 0)
        {
            return new FolderLocation(NtStatus.Success, FolderTarget.Directory, current, current);
        }

        int budget = LocalLinks.MaxLinks;
        string[] names = path.Split('\\');
        foreach (string name in names)
        {
            if (!FolderNames.IsValid(name))
            {
                return FolderLocation.Refused(NtStatus.ObjectNameInvalid);
            }
        }

        for (int i = 0; ; i++)
        {
            bool isLast = i == names.Length - 1;
            FolderLocation found = Step(current, names[i], ref budget);
            if (isLast)
            {
                return found;
            }

            if (found.Target != FolderTarget.Directory)
            {
                return FolderLocation.Refused(NtStatus.ObjectPathNotFound);
            }

            current = found.RealPath;
        }
    }

    /// <summary>Where an entry of a directory leads to.</summary>
    public FolderLocation Entry(string directory, string name)
    {
        int budget = LocalLinks.MaxLinks;
        return At(directory, name, ref budget);
    }

    /// <summary>Nothing on the way to this local path has become a link, and it is there, below the root.</summary>
    public bool IsStill(string realPath) => IsInside(realPath) && string.Equals(LocalLinks.Canonical(realPath), realPath, Comparison);

    public bool IsInside(string realPath) => realPath.StartsWith(_prefix, Comparison) || string.Equals(realPath, Root, Comparison);

    private FolderLocation Step(string directory, string name, ref int budget) =>
        _names.Find(directory, name) is { } spelling
            ? At(directory, spelling, ref budget)
            : new FolderLocation(NtStatus.Success, FolderTarget.Missing, Path.Join(directory, name), Path.Join(directory, name));

    private FolderLocation At(string directory, string name, ref int budget)
    {
        string namePath = Path.Join(directory, name);
        string? realPath = namePath;
        FileAttributes? attributes = LocalLinks.AttributesOf(namePath);
        if (attributes is { } own && LocalLinks.TargetOf(namePath, own) is { } target)
        {
            budget--;
            realPath = LocalLinks.Follow(directory, target, ref budget);
            attributes = realPath is not null && IsInside(realPath) ? LocalLinks.AttributesOf(realPath) : null;
            if (attributes is null)
            {
                return new FolderLocation(NtStatus.Success, FolderTarget.Unusable, namePath, namePath);
            }
        }

        FolderTarget kind = attributes is not { } final ? FolderTarget.Missing
            : (final & FileAttributes.Directory) != 0 ? FolderTarget.Directory : FolderTarget.File;
        return new FolderLocation(NtStatus.Success, kind, namePath, realPath!);
    }
}
