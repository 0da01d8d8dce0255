using System;
using System.Collections.Generic;
using System.IO;

namespace SmbClient.Server.Stores;

/// <summary>Walks local paths name by name and follows links by itself, so that it is known where each of them led.</summary>
internal static class LocalLinks
{
    /// <summary>Links followed in one path; as many as Linux follows.</summary>
    public const int MaxLinks = 40;

    private static readonly char[] Separators = OperatingSystem.IsWindows() ? ['\\', '/'] : ['/'];

    /// <summary>Attributes of the name itself, not of what it links to; null where there is none.</summary>
    public static FileAttributes? AttributesOf(string path)
    {
        FileAttributes attributes = new FileInfo(path).Attributes;
        return (int)attributes == -1 ? null : attributes;
    }

    /// <summary>What a link says; null where the name is no link. (Other reparse points are plain files.)</summary>
    public static string? TargetOf(string path, FileAttributes attributes) =>
        (attributes & FileAttributes.ReparsePoint) != 0 && new FileInfo(path).LinkTarget is { Length: > 0 } target ? target : null;

    /// <summary>The path without links; null where something on the way is missing or there are too many links.</summary>
    public static string? Canonical(string absolutePath)
    {
        int budget = MaxLinks;
        return Follow(absolutePath, absolutePath, ref budget);
    }

    /// <summary>Where a link leads to, without links; null where that is nowhere.</summary>
    /// <param name="directory">Where the link is, itself without links.</param>
    /// <param name="target">What it says.</param>
    /// <param name="budget">Links that may still be followed.</param>
    public static string? Follow(string directory, string target, ref int budget)
    {
        var pending = new Stack<string>();
        string current = Begin(directory, target, pending);
        while (pending.TryPop(out string? name))
        {
            if (name.Length == 0 || name == ".")
            {
                continue;
            }

            if (name == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Join(current, name);
            if (AttributesOf(next) is not { } attributes)
            {
                return null;
            }

            if (TargetOf(next, attributes) is { } inner)
            {
                if (--budget < 0)
                {
                    return null;
                }

                current = Begin(current, inner, pending);
                continue;
            }

            if ((attributes & FileAttributes.Directory) == 0 && pending.Count > 0)
            {
                return null;
            }

            current = next;
        }

        return current;
    }

    private static string Begin(string directory, string target, Stack<string> pending)
    {
        string root = Path.GetPathRoot(target) ?? "";
        string[] names = target[root.Length..].Split(Separators);
        for (int i = names.Length - 1; i >= 0; i--)
        {
            pending.Push(names[i]);
        }

        return root.Length == 0 ? directory : Path.GetPathRoot(Path.GetFullPath(root, directory))!;
    }
}
