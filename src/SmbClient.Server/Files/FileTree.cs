using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>A share with files: opens them in a store, and keeps what is open apart.</summary>
internal sealed class FileTree(ISmbFileStore store, bool isReadOnly, ILogger logger) : ServerTree
{
    /// <summary>A name that changes under a create again and again is somebody's play.</summary>
    private const int MaxAttempts = 8;

    private readonly OpenFiles _files = new();

    public override AccessMask MaximalAccess => isReadOnly ? FileRights.ReadOnly : FileRights.All;

    public ISmbFileStore Store => store;

    public ILogger Logger => logger;

    public override async ValueTask<CreateOutcome> CreateAsync(CreateArguments arguments, CancellationToken cancellationToken)
    {
        NtStatus status = CreateRules.Check(arguments);
        AccessMask wanted = AccessMask.None;
        StorePath path = default;
        status = status == NtStatus.Success ? StorePath.Parse(arguments.Path, out path) : status;
        status = status == NtStatus.Success ? CreateRules.CheckAccess(arguments.DesiredAccess, arguments.Options, MaximalAccess, out wanted) : status;
        if (status != NtStatus.Success)
        {
            return new CreateOutcome(status);
        }

        try
        {
            for (int attempt = 0; attempt < MaxAttempts; attempt++)
            {
                CreateOutcome? outcome = await TryCreateAsync(arguments, path, wanted, cancellationToken).ConfigureAwait(false);
                if (outcome is { } done)
                {
                    return done;
                }
            }

            return new CreateOutcome(NtStatus.SharingViolation);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, logger, out status))
        {
            return new CreateOutcome(status);
        }
    }

    public override async ValueTask<QueryOutcome> QueryVolumeAsync(FsInformationClass informationClass, int maxOutput, CancellationToken cancellationToken)
    {
        try
        {
            SmbStoreSpace space = await store.GetSpaceAsync(cancellationToken).ConfigureAwait(false);
            return new VolumeDescription(store.Volume, space, isReadOnly).Encode(informationClass, maxOutput);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, logger, out NtStatus status))
        {
            return new QueryOutcome(status);
        }
    }

    /// <summary>Gives an open file another name; its rights are checked.</summary>
    public async ValueTask<NtStatus> RenameAsync(FileOpen open, string name, bool replaceExisting, CancellationToken cancellationToken)
    {
        NtStatus status = StorePath.Parse(name, out StorePath target);
        string oldPath = open.Path;
        if (status == NtStatus.Success && (target.Path.Length == 0 || target.IsData || (target.IsDirectory && !open.IsDirectory)))
        {
            status = NtStatus.ObjectNameInvalid;
        }

        if (status == NtStatus.Success && (oldPath.Length == 0 || StorePath.IsBelow(target.Path, oldPath)))
        {
            status = NtStatus.InvalidParameter;
        }

        status = status == NtStatus.Success ? _files.BeginRename(open.File, target.Path, replaceExisting) : status;
        if (status != NtStatus.Success)
        {
            return status;
        }

        string newPath = oldPath;
        try
        {
            status = replaceExisting ? await CheckReplacedAsync(open, target.Path, cancellationToken).ConfigureAwait(false) : NtStatus.Success;
            status = status == NtStatus.Success ? await open.Node.RenameAsync(target.Path, replaceExisting, cancellationToken).ConfigureAwait(false) : status;
            newPath = status == NtStatus.Success ? target.Path : oldPath;
            return status;
        }
        finally
        {
            _files.EndRename(open.File, oldPath, newPath);
        }
    }

    /// <summary>Marks a file for deletion, or unmarks it, [MS-FSA] 2.1.5.15.3; the right to delete is checked.</summary>
    public async ValueTask<NtStatus> SetDeletePendingAsync(FileOpen open, bool isPending, bool evenReadOnly, CancellationToken cancellationToken)
    {
        if (isPending)
        {
            SmbStoreEntry entry = await open.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
            if (open.Path.Length == 0 || (!evenReadOnly && (entry.Attributes & FileAttributes.ReadOnly) != 0))
            {
                return NtStatus.CannotDelete;
            }

            if (open.IsDirectory && (await open.Node.ListAsync(cancellationToken).ConfigureAwait(false)).Count > 0)
            {
                return NtStatus.DirectoryNotEmpty;
            }
        }

        foreach (FileOpen other in _files.SetDeletePending(open.File, isPending))
        {
            other.DirectoryGoes();
        }

        return NtStatus.Success;
    }

    /// <summary>Lets go of an open, and deletes its file if it was the last one and the file is to go.</summary>
    public async ValueTask CloseAsync(FileOpen open)
    {
        bool deletes = _files.Remove(open, out System.Collections.Generic.IReadOnlyList<FileOpen> others);
        foreach (FileOpen other in others)
        {
            other.DirectoryGoes();
        }

        try
        {
            NtStatus status = deletes ? await open.Node.DeleteAsync(CancellationToken.None).ConfigureAwait(false) : NtStatus.Success;
            if (status != NtStatus.Success)
            {
                StoreFailure.NotDeleted(logger, open.Path, status);
            }

            await open.Node.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, logger, out _))
        {
            // Nobody is left who could be told.
        }
        finally
        {
            if (deletes)
            {
                _files.Forget(open.File);
            }
        }
    }

    /// <summary>What is to be replaced must be a file that is not read-only.</summary>
    private async ValueTask<NtStatus> CheckReplacedAsync(FileOpen open, string path, CancellationToken cancellationToken)
    {
        SmbStoreResult found = await store.OpenAsync(path, forWriting: false, cancellationToken).ConfigureAwait(false);
        if (found.Node is null)
        {
            return found.Status == NtStatus.ObjectNameNotFound ? NtStatus.Success : found.Status;
        }

        await using (found.Node.ConfigureAwait(false))
        {
            SmbStoreEntry entry = await found.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
            bool isItself = entry.FileId == open.File.FileId;
            return !isItself && (entry.IsDirectory || (entry.Attributes & FileAttributes.ReadOnly) != 0) ? NtStatus.AccessDenied : NtStatus.Success;
        }
    }

    /// <summary>One attempt; null where the name changed meanwhile.</summary>
    private async ValueTask<CreateOutcome?> TryCreateAsync(CreateArguments arguments, StorePath path, AccessMask wanted, CancellationToken cancellationToken)
    {
        long epoch = _files.Epoch;
        if (arguments.Disposition == CreateDisposition.Create)
        {
            return await MakeAsync(arguments, path, wanted, epoch, cancellationToken).ConfigureAwait(false);
        }

        bool isMaximum = (wanted & AccessMask.MaximumAllowed) != 0;
        bool needsWriting = (wanted & FileRights.Writing) != 0 || CreateRules.Overwrites(arguments.Disposition);
        bool canWrite = needsWriting || (isMaximum && !isReadOnly);
        SmbStoreResult found = await store.OpenAsync(path.Path, canWrite, cancellationToken).ConfigureAwait(false);
        if (found.Status == NtStatus.AccessDenied && canWrite)
        {
            // Perhaps for reading; a read-only file that was to be written has its own answers, too.
            canWrite = false;
            found = await store.OpenAsync(path.Path, forWriting: false, cancellationToken).ConfigureAwait(false);
        }

        if (found.Node is not null)
        {
            return await OpenAsync(arguments, path, wanted, found.Node, canWrite || !needsWriting, canWrite, epoch, cancellationToken).ConfigureAwait(false);
        }

        return found.Status == NtStatus.ObjectNameNotFound && CreateRules.Makes(arguments.Disposition)
            ? await MakeAsync(arguments, path, wanted, epoch, cancellationToken).ConfigureAwait(false)
            : new CreateOutcome(found.Status);
    }

    private async ValueTask<CreateOutcome?> OpenAsync(
        CreateArguments arguments, StorePath path, AccessMask wanted, ISmbStoreNode node, bool suffices, bool canWrite, long epoch, CancellationToken cancellationToken)
    {
        bool isKept = false;
        try
        {
            SmbStoreEntry entry = await node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
            bool overwrites = CreateRules.Overwrites(arguments.Disposition);
            NtStatus status = CreateRules.CheckFound(arguments, path, entry, wanted);
            if (status == NtStatus.Success && ((overwrites && isReadOnly) || (!entry.IsDirectory && !suffices)))
            {
                status = NtStatus.AccessDenied;
            }

            if (status != NtStatus.Success)
            {
                return new CreateOutcome(status);
            }

            FileOpen open = new(this, node, arguments, CreateRules.Grant(wanted, MaximalAccess, entry, canWrite), entry.IsDirectory);
            status = _files.Add(open, entry.FileId, path.Path, overwrites ? AccessMask.WriteData : AccessMask.None);
            if (status != NtStatus.Success)
            {
                return new CreateOutcome(status);
            }

            isKept = true;
            if (!await IsStillThereAsync(path.Path, entry.FileId, epoch, cancellationToken).ConfigureAwait(false))
            {
                await open.AbandonAsync().ConfigureAwait(false);
                return null;
            }

            CreateAction action = CreateAction.Opened;
            if (overwrites)
            {
                action = arguments.Disposition == CreateDisposition.Supersede ? CreateAction.Superseded : CreateAction.Overwritten;
                status = await OverwriteAsync(node, arguments, cancellationToken).ConfigureAwait(false);
                open.File.AllocationHint = arguments.AllocationSize;
            }

            return await FinishAsync(open, status, action, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!isKept)
            {
                await node.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<CreateOutcome?> MakeAsync(CreateArguments arguments, StorePath path, AccessMask wanted, long epoch, CancellationToken cancellationToken)
    {
        NtStatus status = await CheckMakeAsync(arguments, path, cancellationToken).ConfigureAwait(false);
        if (status != NtStatus.Success)
        {
            return new CreateOutcome(status);
        }

        bool isDirectory = (arguments.Options & CreateOptions.DirectoryFile) != 0;
        SmbStoreResult made = await store.CreateAsync(path.Path, isDirectory, NewAttributes(arguments, isDirectory), cancellationToken).ConfigureAwait(false);
        if (made.Node is null)
        {
            // Somebody else was faster; what he made is opened then.
            return made.Status == NtStatus.ObjectNameCollision && arguments.Disposition != CreateDisposition.Create ? null : new CreateOutcome(made.Status);
        }

        SmbStoreEntry entry = await made.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        AccessMask granted = (wanted & AccessMask.MaximumAllowed) != 0 ? MaximalAccess : wanted;
        FileOpen open = new(this, made.Node, arguments, granted, isDirectory);
        status = _files.Add(open, entry.FileId, path.Path, AccessMask.None);
        if (status != NtStatus.Success)
        {
            await made.Node.DisposeAsync().ConfigureAwait(false);
            return new CreateOutcome(status);
        }

        if (!await IsStillThereAsync(path.Path, entry.FileId, epoch, cancellationToken).ConfigureAwait(false))
        {
            await open.AbandonAsync().ConfigureAwait(false);
            return null;
        }

        open.File.AllocationHint = arguments.AllocationSize;
        return await FinishAsync(open, NtStatus.Success, CreateAction.Created, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<NtStatus> CheckMakeAsync(CreateArguments arguments, StorePath path, CancellationToken cancellationToken)
    {
        bool isDirectory = (arguments.Options & CreateOptions.DirectoryFile) != 0;
        if (path.IsDirectory && !isDirectory)
        {
            return NtStatus.ObjectNameInvalid;
        }

        if (_files.IsDeletePending(path.Path) || _files.IsDeletePending(StorePath.Parent(path.Path)))
        {
            return NtStatus.DeletePending;
        }

        if (isReadOnly)
        {
            return NtStatus.AccessDenied;
        }

        if ((arguments.Options & CreateOptions.DeleteOnClose) != 0 && (arguments.Attributes & FileAttributes.ReadOnly) != 0)
        {
            return NtStatus.CannotDelete;
        }

        if (arguments.AllocationSize == 0)
        {
            return NtStatus.Success;
        }

        SmbStoreSpace space = await store.GetSpaceAsync(cancellationToken).ConfigureAwait(false);
        return arguments.AllocationSize > space.FreeOctets ? NtStatus.DiskFull : NtStatus.Success;
    }

    private static FileAttributes NewAttributes(in CreateArguments arguments, bool isDirectory)
    {
        FileAttributes kept = arguments.Attributes & CreateRules.KeptAttributes;
        return isDirectory ? (kept & ~FileAttributes.Temporary) | FileAttributes.Directory : kept | FileAttributes.Archive;
    }

    private static async ValueTask<NtStatus> OverwriteAsync(ISmbStoreNode node, CreateArguments arguments, CancellationToken cancellationToken)
    {
        NtStatus status = await node.SetLengthAsync(0, cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success
            ? await node.SetTimesAsync(default, NewAttributes(arguments, isDirectory: false), cancellationToken).ConfigureAwait(false)
            : status;
    }

    /// <summary>Answers with an open, or closes it again where something went wrong.</summary>
    private static async ValueTask<CreateOutcome> FinishAsync(FileOpen open, NtStatus status, CreateAction action, CancellationToken cancellationToken)
    {
        SmbStoreEntry? entry = null;
        try
        {
            entry = status == NtStatus.Success ? await open.GetEntryAsync(cancellationToken).ConfigureAwait(false) : null;
        }
        finally
        {
            if (entry is null)
            {
                await open.AbandonAsync().ConfigureAwait(false);
            }
        }

        return entry is null ? new CreateOutcome(status) : new CreateOutcome(status, open, action, entry);
    }

    /// <summary>Whether the name still leads to that file, where any name changed since <paramref name="epoch"/>.</summary>
    private async ValueTask<bool> IsStillThereAsync(string path, ulong fileId, long epoch, CancellationToken cancellationToken)
    {
        if (epoch == _files.Epoch)
        {
            return true;
        }

        SmbStoreResult found = await store.OpenAsync(path, forWriting: false, cancellationToken).ConfigureAwait(false);
        if (found.Node is null)
        {
            return false;
        }

        await using (found.Node.ConfigureAwait(false))
        {
            return (await found.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false)).FileId == fileId;
        }
    }
}
