using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>
/// Everything that is open in one share, by the store's number and by path: share modes, files that wait for their deletion, and whether a
/// directory can be moved. Short steps under one lock, none of which asks the store.
/// </summary>
internal sealed class OpenFiles
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, OpenFile> _byId = [];
    private readonly Dictionary<string, OpenFile> _byPath = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _moving = [];
    private long _epoch;

    /// <summary>Changes when a name is about to change or go, and when it has: whoever looked a name up meanwhile looks again.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>Lets an open in, or says why not: the file waits for its deletion, or others do not share it.</summary>
    /// <param name="open">The new one.</param>
    /// <param name="fileId">The store's number.</param>
    /// <param name="path">As the client spelt it.</param>
    /// <param name="also">Rights that the open needs for a moment only, to overwrite.</param>
    public NtStatus Add(FileOpen open, ulong fileId, string path, AccessMask also)
    {
        lock (_gate)
        {
            foreach (string directory in _moving)
            {
                if (StorePath.IsBelow(path, directory))
                {
                    return NtStatus.SharingViolation;
                }
            }

            if (!_byId.TryGetValue(fileId, out OpenFile? file))
            {
                file = new OpenFile(fileId, path, open.IsDirectory);
                _byId.Add(fileId, file);
                _byPath[path] = file;
            }
            else if (file.IsDeletePending)
            {
                return NtStatus.DeletePending;
            }
            else if (!Shares(file, open.GrantedAccess | also, open.ShareAccess))
            {
                return NtStatus.SharingViolation;
            }

            file.Opens.Add(open);
            open.File = file;
            return NtStatus.Success;
        }
    }

    /// <summary>Takes an open out. True where it was the last one of a file to be deleted: <see cref="Forget"/> follows when that is done.</summary>
    /// <param name="open">The one that is closed.</param>
    /// <param name="becamePending">The others must hear that the file goes.</param>
    public bool Remove(FileOpen open, out IReadOnlyList<FileOpen> becamePending)
    {
        lock (_gate)
        {
            OpenFile file = open.File;
            file.Opens.Remove(open);
            becamePending = [];
            if (open.DeleteOnClose && !file.IsDeletePending)
            {
                file.IsDeletePending = true;
                becamePending = [.. file.Opens];
            }

            if (file.Opens.Count > 0)
            {
                return false;
            }

            if (file.IsDeletePending)
            {
                _epoch++;
                return true;
            }

            Drop(file);
            return false;
        }
    }

    /// <summary>The file is deleted, or could not be.</summary>
    public void Forget(OpenFile file)
    {
        lock (_gate)
        {
            _epoch++;
            Drop(file);
        }
    }

    /// <summary>Whether something of that name waits for its deletion.</summary>
    public bool IsDeletePending(string path)
    {
        lock (_gate)
        {
            return _byPath.GetValueOrDefault(path) is { IsDeletePending: true };
        }
    }

    /// <summary>Marks a file for deletion, or unmarks it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isPending">Whether it goes.</param>
    /// <returns>The opens that must hear of it.</returns>
    public IReadOnlyList<FileOpen> SetDeletePending(OpenFile file, bool isPending)
    {
        lock (_gate)
        {
            file.IsDeletePending = isPending;
            return isPending ? [.. file.Opens] : [];
        }
    }

    /// <summary>Whether a file may move now, [MS-FSA] 2.1.5.15.11; if so, <see cref="EndRename"/> follows.</summary>
    public NtStatus BeginRename(OpenFile file, string target, bool replaces)
    {
        lock (_gate)
        {
            if (file.IsDeletePending || (file.IsDirectory && _byPath.Values.Any(f => StorePath.IsBelow(f.Path, file.Path))))
            {
                return NtStatus.AccessDenied;
            }

            OpenFile? parent = _byPath.GetValueOrDefault(StorePath.Parent(target));
            if (parent is { IsDeletePending: true })
            {
                return NtStatus.DeletePending;
            }

            // The name is entered into its directory, which counts as an open that writes and does not share deletion.
            if (parent is not null && !Shares(parent, AccessMask.WriteData, ShareAccess.Read | ShareAccess.Write))
            {
                return NtStatus.SharingViolation;
            }

            if (_byPath.GetValueOrDefault(target) is { } other && !ReferenceEquals(other, file))
            {
                return replaces ? NtStatus.AccessDenied : NtStatus.ObjectNameCollision;
            }

            _epoch++;
            if (file.IsDirectory)
            {
                _moving.Add(file.Path);
            }

            return NtStatus.Success;
        }
    }

    /// <summary>The file has moved, or could not.</summary>
    /// <param name="file">The file.</param>
    /// <param name="oldPath">Its path when it began.</param>
    /// <param name="newPath">Its path now.</param>
    public void EndRename(OpenFile file, string oldPath, string newPath)
    {
        lock (_gate)
        {
            _epoch++;
            _moving.Remove(oldPath);
            if (ReferenceEquals(_byPath.GetValueOrDefault(oldPath), file))
            {
                _byPath.Remove(oldPath);
            }

            file.Path = newPath;
            if (_byId.ContainsKey(file.FileId))
            {
                _byPath[newPath] = file;
            }
        }
    }

    /// <summary>Whether an open with such rights and such sharing gets along with all others, [MS-FSA] 2.1.5.1.2.2.</summary>
    private static bool Shares(OpenFile file, AccessMask access, ShareAccess sharing)
    {
        if ((access & FileRights.Shared) == 0)
        {
            return true;
        }

        foreach (FileOpen other in file.Opens)
        {
            bool counts = (other.GrantedAccess & FileRights.Shared) != 0;
            if (counts && !(Allows(sharing, other.GrantedAccess) && Allows(other.ShareAccess, access)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Allows(ShareAccess sharing, AccessMask access) =>
        ((access & FileRights.Reading) == 0 || (sharing & ShareAccess.Read) != 0)
        && ((access & FileRights.Writing) == 0 || (sharing & ShareAccess.Write) != 0)
        && ((access & AccessMask.Delete) == 0 || (sharing & ShareAccess.Delete) != 0);

    private void Drop(OpenFile file)
    {
        _byId.Remove(file.FileId);
        if (ReferenceEquals(_byPath.GetValueOrDefault(file.Path), file))
        {
            _byPath.Remove(file.Path);
        }
    }
}
