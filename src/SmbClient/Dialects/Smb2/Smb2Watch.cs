using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using SmbClient.Connections;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>
/// Watches one directory by CHANGE_NOTIFY, [MS-SMB2] 3.2.4.14. The server collects changes for the open directory from the first request on, so none is
/// lost between two requests.
/// </summary>
internal sealed class Smb2Watch
{
    /// <summary>Octets that changes may take; with more of them at once the server says that it has lost count.</summary>
    private const uint OutputSize = 65536;

    private readonly Smb2Tree _tree;
    private readonly string _directory;
    private readonly SmbChangeFilter _filter;
    private readonly bool _recursive;

    public Smb2Watch(Smb2Tree tree, string directory, SmbChangeFilter filter, bool recursive)
    {
        _tree = tree;
        _directory = directory;
        _filter = filter;
        _recursive = recursive;
    }

    public async IAsyncEnumerable<SmbDirectoryChange> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ClientOpen open = await _tree.CreateAsync(
            new CreateParameters
            {
                Path = _directory,
                DesiredAccess = AccessMask.ReadData | AccessMask.ReadAttributes | AccessMask.Synchronize,
                ShareAccess = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete,
                Disposition = CreateDisposition.Open,
                Options = CreateOptions.DirectoryFile,
            },
            cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                foreach (SmbDirectoryChange change in await NextAsync(open, cancellationToken).ConfigureAwait(false))
                {
                    yield return change;
                }
            }
        }
        finally
        {
            if (open.TryClose())
            {
                open.TreeConnect.Remove(open);
                await _tree.CloseQuietlyAsync(open.FileId).ConfigureAwait(false);
            }
        }
    }

    private async System.Threading.Tasks.Task<IReadOnlyList<SmbDirectoryChange>> NextAsync(ClientOpen open, CancellationToken cancellationToken)
    {
        ChangeNotifyRequest request = new()
        {
            Flags = _recursive ? ChangeNotifyRequest.WatchTree : (ushort)0,
            OutputBufferLength = OutputSize,
            FileId = open.FileId,
            CompletionFilter = (uint)_filter,
        };
        using Smb2Response response = await _tree.SendAnyAsync(request, _tree.Address with { MayWaitForever = true }, cancellationToken).ConfigureAwait(false);
        switch (response.Status)
        {
            case NtStatus.NotifyEnumDir:
                return [new SmbDirectoryChange(SmbDirectoryChangeKind.Overflow, "")];
            case NtStatus.Success:
                break;
            default:
                throw _tree.Refused(response.Status, Smb2Command.ChangeNotify, _directory);
        }

        IReadOnlyList<FileNotifyInformation> changes = _tree.Decode(response.Read<ChangeNotifyResponse>(ChangeNotifyResponse.Read).Output, FileNotifyInformation.ReadList);
        if (changes.Count == 0)
        {
            return [new SmbDirectoryChange(SmbDirectoryChangeKind.Overflow, "")];
        }

        List<SmbDirectoryChange> described = [];
        foreach (FileNotifyInformation change in changes)
        {
            described.Add(new SmbDirectoryChange((SmbDirectoryChangeKind)change.Action, change.FileName));
        }

        return described;
    }
}
