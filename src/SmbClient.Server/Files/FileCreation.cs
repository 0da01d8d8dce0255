using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>
/// One create, once its arguments are checked: what is there is opened, or made, let in among the other opens, and overwritten if that is asked for.
/// The store is asked first and the table after it, so that a name can change in between; then the attempt comes to nothing.
/// </summary>
/// <param name="tree">The share.</param>
/// <param name="files">What is open in it.</param>
/// <param name="arguments">What the client asks for.</param>
/// <param name="path">Where.</param>
/// <param name="wanted">The rights, without generic ones.</param>
internal sealed class FileCreation(FileTree tree, OpenFiles files, CreateArguments arguments, StorePath path, AccessMask wanted)
{
    private bool MakesDirectory => (arguments.Options & CreateOptions.DirectoryFile) != 0;

    /// <summary>One attempt; null where the name changed meanwhile.</summary>
    public async ValueTask<CreateOutcome?> TryAsync(CancellationToken cancellationToken)
    {
        long epoch = files.Epoch;
        if (arguments.Disposition == CreateDisposition.Create)
        {
            return await MakeAsync(epoch, cancellationToken).ConfigureAwait(false);
        }

        bool isMaximum = (wanted & AccessMask.MaximumAllowed) != 0;
        bool needsWriting = !tree.IsReadOnly && ((wanted & FileRights.Writing) != 0 || CreateRules.Overwrites(arguments.Disposition));
        bool canWrite = needsWriting || (isMaximum && !tree.IsReadOnly);
        SmbStoreResult found = await tree.Store.OpenAsync(path.Path, canWrite, cancellationToken).ConfigureAwait(false);
        if (found.Status == NtStatus.AccessDenied && canWrite)
        {
            // Perhaps for reading; a read-only file that was to be written has its own answers, too.
            canWrite = false;
            found = await tree.Store.OpenAsync(path.Path, forWriting: false, cancellationToken).ConfigureAwait(false);
        }

        if (found.Node is not null)
        {
            return await OpenAsync(found.Node, canWrite || !needsWriting, canWrite, epoch, cancellationToken).ConfigureAwait(false);
        }

        return found.Status == NtStatus.ObjectNameNotFound && CreateRules.Makes(arguments.Disposition)
            ? await MakeAsync(epoch, cancellationToken).ConfigureAwait(false)
            : new CreateOutcome(found.Status);
    }

    private async ValueTask<CreateOutcome?> OpenAsync(
        ISmbStoreNode node, bool suffices, bool canWrite, long epoch, CancellationToken cancellationToken)
    {
        SmbStoreEntry entry;
        FileOpen open;
        bool isKept = false;
        bool overwrites = CreateRules.Overwrites(arguments.Disposition);
        try
        {
            entry = await node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
            NtStatus status = CreateRules.CheckFound(arguments, path, entry, wanted);
            if (status == NtStatus.Success && ((overwrites && tree.IsReadOnly) || (!entry.IsDirectory && !suffices)))
            {
                status = NtStatus.AccessDenied;
            }

            open = new FileOpen(tree, node, arguments, CreateRules.Grant(wanted, tree.MaximalAccess, entry, canWrite), entry.IsDirectory);
            status = status == NtStatus.Success ? files.Add(open, entry.FileId, path.Path, overwrites ? AccessMask.WriteData : AccessMask.None) : status;
            if (status != NtStatus.Success)
            {
                return new CreateOutcome(status);
            }

            isKept = true;
        }
        finally
        {
            if (!isKept)
            {
                await node.DisposeAsync().ConfigureAwait(false);
            }
        }

        CreateAction action = arguments.Disposition switch
        {
            CreateDisposition.Supersede => CreateAction.Superseded,
            CreateDisposition.Overwrite or CreateDisposition.OverwriteIf => CreateAction.Overwritten,
            _ => CreateAction.Opened,
        };
        return await SettleAsync(open, entry.FileId, action, epoch, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<CreateOutcome?> MakeAsync(long epoch, CancellationToken cancellationToken)
    {
        NtStatus status = await CheckMakeAsync(cancellationToken).ConfigureAwait(false);
        if (status != NtStatus.Success)
        {
            return new CreateOutcome(status);
        }

        SmbStoreResult made = await tree.Store.CreateAsync(path.Path, MakesDirectory, NewAttributes(MakesDirectory), cancellationToken).ConfigureAwait(false);
        if (made.Node is null)
        {
            // Somebody else was faster; what he made is opened then.
            return made.Status == NtStatus.ObjectNameCollision && arguments.Disposition != CreateDisposition.Create ? null : new CreateOutcome(made.Status);
        }

        SmbStoreEntry entry;
        FileOpen open;
        bool isKept = false;
        try
        {
            entry = await made.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
            open = new FileOpen(tree, made.Node, arguments, (wanted & AccessMask.MaximumAllowed) != 0 ? tree.MaximalAccess : wanted, MakesDirectory);
            status = files.Add(open, entry.FileId, path.Path, AccessMask.None);
            if (status != NtStatus.Success)
            {
                return new CreateOutcome(status);
            }

            isKept = true;
        }
        finally
        {
            if (!isKept)
            {
                await made.Node.DisposeAsync().ConfigureAwait(false);
            }
        }

        return await SettleAsync(open, entry.FileId, CreateAction.Created, epoch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is left to do once an open is in the table; it leaves it again where that fails. Null where the name changed meanwhile.</summary>
    private async ValueTask<CreateOutcome?> SettleAsync(
        FileOpen open, ulong fileId, CreateAction action, long epoch, CancellationToken cancellationToken)
    {
        SmbStoreEntry? entry = null;
        try
        {
            if (!await IsStillThereAsync(fileId, epoch, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            NtStatus status = NtStatus.Success;
            if (action != CreateAction.Opened)
            {
                status = action == CreateAction.Created ? status : await OverwriteAsync(open.Node, cancellationToken).ConfigureAwait(false);
                open.File.AllocationHint = open.IsDirectory ? 0 : arguments.AllocationSize;
            }

            entry = status == NtStatus.Success ? await open.DescribeAsync(cancellationToken).ConfigureAwait(false) : null;
            return entry is null ? new CreateOutcome(status) : new CreateOutcome(status, open, action, entry);
        }
        finally
        {
            if (entry is null)
            {
                await open.AbandonAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<NtStatus> CheckMakeAsync(CancellationToken cancellationToken)
    {
        if (path.IsDirectory && !MakesDirectory)
        {
            return NtStatus.ObjectNameInvalid;
        }

        if (files.IsDeletePending(path.Path) || files.IsDeletePending(StorePath.Parent(path.Path)))
        {
            return NtStatus.DeletePending;
        }

        if (tree.IsReadOnly)
        {
            return NtStatus.AccessDenied;
        }

        if ((arguments.Options & CreateOptions.DeleteOnClose) != 0 && (arguments.Attributes & FileAttributes.ReadOnly) != 0)
        {
            return NtStatus.CannotDelete;
        }

        if (arguments.AllocationSize == 0 || MakesDirectory)
        {
            return NtStatus.Success;
        }

        SmbStoreSpace space = await tree.Store.GetSpaceAsync(cancellationToken).ConfigureAwait(false);
        return arguments.AllocationSize > space.FreeOctets ? NtStatus.DiskFull : NtStatus.Success;
    }

    private FileAttributes NewAttributes(bool isDirectory)
    {
        FileAttributes kept = arguments.Attributes & CreateRules.KeptAttributes;
        return isDirectory ? (kept & ~FileAttributes.Temporary) | FileAttributes.Directory : kept | FileAttributes.Archive;
    }

    private async ValueTask<NtStatus> OverwriteAsync(ISmbStoreNode node, CancellationToken cancellationToken)
    {
        NtStatus status = await node.SetLengthAsync(0, cancellationToken).ConfigureAwait(false);
        return status == NtStatus.Success
            ? await node.SetTimesAsync(default, NewAttributes(isDirectory: false), cancellationToken).ConfigureAwait(false)
            : status;
    }

    /// <summary>Whether the name still leads to that file, where any name changed since <paramref name="epoch"/>.</summary>
    private async ValueTask<bool> IsStillThereAsync(ulong fileId, long epoch, CancellationToken cancellationToken)
    {
        if (epoch == files.Epoch)
        {
            return true;
        }

        SmbStoreResult found = await tree.Store.OpenAsync(path.Path, forWriting: false, cancellationToken).ConfigureAwait(false);
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
