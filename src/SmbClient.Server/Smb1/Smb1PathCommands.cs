using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>DELETE, RENAME, NT_RENAME, and the commands for directories, [MS-CIFS] 3.3.5.10, 3.3.5.11, 3.3.5.54, 3.3.5.3, 3.3.5.4 and 3.3.5.16.</summary>
internal sealed class Smb1PathCommands
{
    /// <summary>Octets of a directory that is read for a command with wild cards at once.</summary>
    private const int ListingSize = 16384;

    /// <summary>Files that one command with wild cards is for at most.</summary>
    private const int MaxMatches = 65536;

    private readonly Smb1Files _files;

    public Smb1PathCommands(Smb1Files files)
    {
        _files = files;
    }

    /// <summary>DELETE, of every file that matches where there are wild cards.</summary>
    public async ValueTask<Smb1Reply> DeleteAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        DeleteRequest body = request.Read<DeleteRequest>(DeleteRequest.Read);
        string path = Smb1Files.PathOf(request.Tree!, body.FileName);
        if (!Smb1Names.HasWildcards(path))
        {
            return Smb1Reply.Bare(await DeleteFileAsync(request, path, body.SearchAttributes, cancellationToken).ConfigureAwait(false));
        }

        (NtStatus status, List<DirectoryEntry> matches) = await MatchAsync(request, path, body.SearchAttributes, cancellationToken).ConfigureAwait(false);
        if (status != NtStatus.Success)
        {
            return Smb1Reply.Bare(status);
        }

        string directory = Smb1Files.Split(path).Directory;
        foreach (DirectoryEntry match in matches)
        {
            status = await DeleteFileAsync(request, Smb1Names.Join(directory, match.FileName), body.SearchAttributes, cancellationToken).ConfigureAwait(false);
            if (status != NtStatus.Success)
            {
                break;
            }
        }

        return Smb1Reply.Bare(status);
    }

    public async ValueTask<Smb1Reply> RenameAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        (ushort searchAttributes, string oldName, string newName, bool isKnown) = ReadNames(request);
        if (!isKnown)
        {
            return Smb1Reply.Bare(NtStatus.NotSupported);
        }

        string source = Smb1Files.PathOf(request.Tree!, oldName);
        string target = Smb1Files.PathOf(request.Tree!, newName).TrimEnd('\\');
        if (Smb1Names.HasWildcards(source) || Smb1Names.HasWildcards(target))
        {
            return Smb1Reply.Bare(NtStatus.ObjectPathSyntaxBad);
        }

        return Smb1Reply.Bare(await _files.UseAsync(
            request, source, AccessMask.Delete | AccessMask.ReadAttributes, CreateOptions.None,
            async open =>
            {
                NtStatus refusal = await RefuseAsync(open, searchAttributes, cancellationToken).ConfigureAwait(false);
                return refusal != NtStatus.Success ? refusal : await open.RenameAsync(target, replaceExisting: false, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<Smb1Reply> CreateDirectoryAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        DirectoryRequest body = request.Read<DirectoryRequest>(DirectoryRequest.Read);
        return Smb1Reply.Bare(await CreateDirectoryAsync(request, body.DirectoryName, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Makes a directory and closes it.</summary>
    public async ValueTask<NtStatus> CreateDirectoryAsync(Smb1Request request, string name, CancellationToken cancellationToken)
    {
        CreateOutcome outcome = await _files.CreateAsync(
            request,
            new CreateArguments
            {
                Path = Smb1Files.PathOf(request.Tree!, name).TrimEnd('\\'),
                DesiredAccess = AccessMask.ReadAttributes,
                ShareAccess = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete,
                Disposition = CreateDisposition.Create,
                Options = CreateOptions.DirectoryFile,
                Attributes = FileAttributes.Directory,
            },
            cancellationToken).ConfigureAwait(false);
        if (outcome.Open is not null)
        {
            await _files.GiveUpAsync(outcome.Open).ConfigureAwait(false);
        }

        return outcome.Status;
    }

    public async ValueTask<Smb1Reply> DeleteDirectoryAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        DirectoryRequest body = request.Read<DirectoryRequest>(DirectoryRequest.Read);
        string path = Smb1Files.PathOf(request.Tree!, body.DirectoryName);
        return Smb1Reply.Bare(await _files.UseAsync(
            request, path, AccessMask.Delete | AccessMask.ReadAttributes, CreateOptions.DirectoryFile, open => MarkAsync(open, cancellationToken), cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<Smb1Reply> CheckDirectoryAsync(Smb1Request request, CancellationToken cancellationToken)
    {
        DirectoryRequest body = request.Read<DirectoryRequest>(DirectoryRequest.Read);
        string path = Smb1Files.PathOf(request.Tree!, body.DirectoryName);
        NtStatus status = await _files.UseAsync(
            request, path, AccessMask.ReadAttributes, CreateOptions.DirectoryFile, static _ => new ValueTask<NtStatus>(NtStatus.Success), cancellationToken).ConfigureAwait(false);

        // DOS has one error for whatever is no directory.
        bool isDos = (request.Header.Flags2 & Smb1Flags2.NtStatus) == 0;
        return Smb1Reply.Bare(isDos && status is NtStatus.ObjectNameNotFound or NtStatus.NotADirectory ? NtStatus.ObjectPathNotFound : status);
    }

    /// <summary>What either command says; only to rename is known, not to link.</summary>
    private static (ushort SearchAttributes, string OldName, string NewName, bool IsKnown) ReadNames(Smb1Request request)
    {
        if (request.Command == Smb1Command.NtRename)
        {
            NtRenameRequest renamed = request.Read<NtRenameRequest>(NtRenameRequest.Read);
            return (renamed.SearchAttributes, renamed.OldFileName, renamed.NewFileName, renamed.InformationLevel == NtRenameRequest.RenameFile);
        }

        RenameRequest body = request.Read<RenameRequest>(RenameRequest.Read);
        return (body.SearchAttributes, body.OldFileName, body.NewFileName, true);
    }

    private async ValueTask<(NtStatus Status, List<DirectoryEntry> Matches)> MatchAsync(Smb1Request request, string path, ushort searchAttributes, CancellationToken cancellationToken)
    {
        (string directory, string pattern) = Smb1Files.Split(path);
        List<DirectoryEntry> matches = [];
        NtStatus status = await _files.UseAsync(
            request, directory, AccessMask.ReadData, CreateOptions.DirectoryFile,
            async open =>
            {
                bool isFirst = true;
                while (matches.Count < MaxMatches)
                {
                    QueryOutcome outcome = await open.QueryDirectoryAsync(
                        FileInformationClass.BothDirectory, Smb1Names.PatternOf(pattern), isFirst, single: false, ListingSize, cancellationToken).ConfigureAwait(false);
                    isFirst = false;
                    if (outcome.Status != NtStatus.Success)
                    {
                        return outcome.Status is NtStatus.NoMoreFiles or NtStatus.NoSuchFile ? NtStatus.Success : outcome.Status;
                    }

                    matches.AddRange(Smb1Names.ReadEntries(outcome.Output, FileInformationClass.BothDirectory)
                        .Where(e => (e.FileAttributes & FileAttributes.Directory) == 0 && Smb1Names.IsWanted(e.FileAttributes, searchAttributes)));
                }

                return NtStatus.Success;
            },
            cancellationToken).ConfigureAwait(false);
        return (status == NtStatus.Success && matches.Count == 0 ? NtStatus.NoSuchFile : status, matches);
    }

    /// <summary>One file. Nobody else may have it open, as Samba has it.</summary>
    private ValueTask<NtStatus> DeleteFileAsync(Smb1Request request, string path, ushort searchAttributes, CancellationToken cancellationToken) =>
        _files.UseAsync(
            request, path, AccessMask.Delete | AccessMask.ReadAttributes, CreateOptions.NonDirectoryFile,
            async open =>
            {
                NtStatus refusal = await RefuseAsync(open, searchAttributes, cancellationToken).ConfigureAwait(false);
                return refusal != NtStatus.Success ? refusal : await MarkAsync(open, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken,
            ShareAccess.None);

    private static ValueTask<NtStatus> MarkAsync(ServerOpen open, CancellationToken cancellationToken) =>
        open.SetInformationAsync(FileInformationClass.Disposition, new byte[] { 1 }, cancellationToken);

    /// <summary>Hidden and system files are only there for who asks for them.</summary>
    private static async ValueTask<NtStatus> RefuseAsync(ServerOpen open, ushort searchAttributes, CancellationToken cancellationToken)
    {
        const FileAttributes Asked = FileAttributes.Hidden | FileAttributes.System;
        SmbStoreEntry? entry = await open.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        return entry is not null && (entry.Attributes & Asked & ~(FileAttributes)searchAttributes) != 0 ? NtStatus.NoSuchFile : NtStatus.Success;
    }
}
