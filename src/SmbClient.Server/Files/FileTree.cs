using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>A share with files: opens them in a store, and keeps what is open apart.</summary>
internal sealed class FileTree(ISmbFileStore store, bool isReadOnly, ILogger logger, bool ownsStore = false) : ServerTree
{
    /// <summary>A name that changes under a create again and again is somebody's play.</summary>
    private const int MaxAttempts = 8;

    private readonly OpenFiles _files = new();

    public override AccessMask MaximalAccess => isReadOnly ? FileRights.ReadOnly : FileRights.All;

    public ISmbFileStore Store => store;

    /// <summary>Nobody changes anything.</summary>
    public bool IsReadOnly => isReadOnly;

    public ILogger Logger => logger;

    /// <summary>Changes when something is deleted or gets another name.</summary>
    public long Epoch => _files.Epoch;

    public override async ValueTask<CreateOutcome> CreateAsync(CreateArguments arguments, CancellationToken cancellationToken)
    {
        NtStatus status = CreateRules.Check(arguments);
        AccessMask wanted = AccessMask.None;
        StorePath path = default;
        status = status == NtStatus.Success ? CreateRules.CheckAttributes(arguments.Attributes) : status;
        status = status == NtStatus.Success ? StorePath.Parse(arguments.Path, out path) : status;
        status = status == NtStatus.Success ? CreateRules.CheckAccess(arguments.DesiredAccess, arguments.Options, MaximalAccess, out wanted) : status;
        if (status != NtStatus.Success)
        {
            return new CreateOutcome(status);
        }

        try
        {
            FileCreation creation = new(this, _files, arguments, path, wanted);
            for (int attempt = 0; attempt < MaxAttempts; attempt++)
            {
                CreateOutcome? outcome = await creation.TryAsync(cancellationToken).ConfigureAwait(false);
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

    public override async ValueTask EndAsync()
    {
        if (!ownsStore)
        {
            return;
        }

        try
        {
            switch (store)
            {
                case IAsyncDisposable asynchronous:
                    await asynchronous.DisposeAsync().ConfigureAwait(false);
                    break;
                case IDisposable synchronous:
                    synchronous.Dispose();
                    break;
            }
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, logger, out _))
        {
            // It is logged; there is nobody to tell.
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
        bool deletes = _files.Remove(open, out IReadOnlyList<FileOpen> others);
        foreach (FileOpen other in others)
        {
            other.DirectoryGoes();
        }

        try
        {
            NtStatus status = deletes ? await DeleteAsync(open).ConfigureAwait(false) : NtStatus.Success;
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
    }

    private async ValueTask<NtStatus> DeleteAsync(FileOpen open)
    {
        try
        {
            return await open.Node.DeleteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (StoreFailure.TryTranslate(e, logger, out NtStatus status))
        {
            return status;
        }
        finally
        {
            _files.Forget(open.File);
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
}
