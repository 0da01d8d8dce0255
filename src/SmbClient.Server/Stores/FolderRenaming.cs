using System;
using System.IO;

namespace SmbClient.Server.Stores;

/// <summary>Changes of names in a folder; each alone, under the lock of names.</summary>
internal static class FolderRenaming
{
    public static NtStatus Rename(FolderContext context, FolderNode node, string path, bool replaceExisting)
    {
        context.NamesLock.EnterWriteLock();
        try
        {
            if (node.IsRoot)
            {
                return NtStatus.AccessDenied;
            }

            NtStatus status = node.Confirm();
            if (status != NtStatus.Success)
            {
                return status;
            }

            FolderLocation target = context.Resolver.Find(path);
            if (target.Status != NtStatus.Success)
            {
                return target.Status;
            }

            string directory = Path.GetDirectoryName(target.NamePath) ?? context.Resolver.Root;
            string to = path.Length == 0 ? target.NamePath : Path.Join(directory, path.AsSpan(path.LastIndexOf('\\') + 1));
            status = MayMove(node, target, to, replaceExisting);
            if (status == NtStatus.Success && to != node.NamePath)
            {
                Move(context, node, target, to);
            }

            return status;
        }
        finally
        {
            context.NamesLock.ExitWriteLock();
        }
    }

    public static NtStatus Delete(FolderContext context, FolderNode node)
    {
        context.NamesLock.EnterWriteLock();
        try
        {
            if (node.IsRoot)
            {
                return NtStatus.AccessDenied;
            }

            NtStatus status = node.Confirm();
            if (status != NtStatus.Success)
            {
                return status;
            }

            string path = node.NamePath;
            string directory = Path.GetDirectoryName(path)!;
            bool wasKnown = context.Names.IsKnown(directory);
            if (node.IsDirectory && (!node.IsLink || OperatingSystem.IsWindows()))
            {
                Directory.Delete(path, recursive: false);
            }
            else
            {
                File.Delete(path);
            }

            context.Gone(path);
            context.Names.Changed(directory, Path.GetFileName(path), null, wasKnown);
            return NtStatus.Success;
        }
        finally
        {
            context.NamesLock.ExitWriteLock();
        }
    }

    private static NtStatus MayMove(FolderNode node, in FolderLocation target, string to, bool replaceExisting)
    {
        string from = node.NamePath;
        if (target.NamePath == from)
        {
            return NtStatus.Success;        // at most a change of case
        }

        if (target.Target is FolderTarget.File or FolderTarget.Directory && !replaceExisting)
        {
            return NtStatus.ObjectNameCollision;
        }

        if (target.Target is FolderTarget.Directory or FolderTarget.Unusable)
        {
            return NtStatus.AccessDenied;
        }

        if (node.IsDirectory && to.StartsWith(node.RealPath + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return NtStatus.AccessDenied;   // below itself
        }

        if (Path.GetDirectoryName(from) == Path.GetDirectoryName(to))
        {
            return NtStatus.Success;
        }

        if (node.IsLink && new FileInfo(from).LinkTarget is { } leadsTo && !Path.IsPathRooted(leadsTo))
        {
            return NtStatus.AccessDenied;   // a relative link would lead elsewhere from there
        }

        // File.Move would copy, and what is open would not be what is there then.
        return FolderContext.IsOneFileSystem(from, to) ? NtStatus.Success : NtStatus.NotSameDevice;
    }

    private static void Move(FolderContext context, FolderNode node, in FolderLocation target, string to)
    {
        string from = node.NamePath;
        string source = Path.GetDirectoryName(from)!;
        string destination = Path.GetDirectoryName(to)!;
        bool isReplaced = target.Target == FolderTarget.File && target.NamePath != from;
        bool sourceWasKnown = context.Names.IsKnown(source);
        bool destinationWasKnown = context.Names.IsKnown(destination);

        if (node.IsDirectory)
        {
            if (isReplaced)
            {
                File.Delete(target.NamePath);
            }

            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, isReplaced ? target.NamePath : to, isReplaced);
            if (isReplaced && target.NamePath != to)
            {
                File.Move(target.NamePath, to);     // the name as it is wanted now
            }
        }

        if (isReplaced)
        {
            context.Gone(target.NamePath);
        }

        if (!node.IsLink)
        {
            context.Ids.Move(from, to);
        }

        context.Moved(from, to);
        string? replaced = isReplaced ? Path.GetFileName(target.NamePath) : null;
        string added = Path.GetFileName(to);
        if (source == destination && replaced is null)
        {
            context.Names.Changed(source, Path.GetFileName(from), added, sourceWasKnown);
            return;
        }

        context.Names.Changed(source, Path.GetFileName(from), null, sourceWasKnown && source != destination);
        context.Names.Changed(destination, replaced, added, destinationWasKnown && source != destination);
    }
}
