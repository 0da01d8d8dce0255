using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>
/// One listing: CREATE with the first QUERY_DIRECTORY in one round trip, as many more as it takes, each asked for while the one before it is being read,
/// and CLOSE ([MS-SMB2] 3.2.4.17).
/// </summary>
internal sealed class Smb2Search
{
    private const FileInformationClass Layout = FileInformationClass.IdBothDirectory;
    private const int OctetsPerCredit = 65536;

    private readonly Smb2Dialect _dialect;
    private readonly Smb2Tree _tree;
    private readonly string _directory;
    private readonly string _pattern;

    public Smb2Search(Smb2Dialect dialect, Smb2Tree tree, string directory, string pattern)
    {
        _dialect = dialect;
        _tree = tree;
        _directory = directory;
        _pattern = pattern;
    }

    public async IAsyncEnumerable<SmbDirectoryEntry> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (FileId fileId, List<SmbDirectoryEntry>? entries) = await BeginAsync(cancellationToken).ConfigureAwait(false);
        Task<List<SmbDirectoryEntry>?>? next = null;
        try
        {
            while (entries is not null)
            {
                next = ContinueAsync(fileId, cancellationToken);
                foreach (SmbDirectoryEntry entry in entries)
                {
                    yield return entry;
                }

                entries = await next.ConfigureAwait(false);
                next = null;
            }
        }
        finally
        {
            if (next is not null)
            {
                await ClientTree.DrainAsync([next]).ConfigureAwait(false);
            }

            await _tree.CloseQuietlyAsync(fileId).ConfigureAwait(false);
        }
    }

    /// <summary>The open directory and its first entries; null where nothing matches.</summary>
    private async Task<(FileId FileId, List<SmbDirectoryEntry>? Entries)> BeginAsync(CancellationToken cancellationToken)
    {
        CreateParameters parameters = new()
        {
            Path = _directory,
            DesiredAccess = AccessMask.ReadData | AccessMask.ReadAttributes | AccessMask.Synchronize,
            ShareAccess = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete,
            Disposition = CreateDisposition.Open,
            Options = CreateOptions.DirectoryFile,
        };
        bool again = false;
        while (true)
        {
            int signIns = _tree.Session.SignIns;
            Smb2Response[] responses = await _dialect.Exchange.BeginCompound(_tree.Address, _tree.CloseOrphan)
                .Add(Smb2PathRequests.CreateRequest(parameters))
                .Add(Query(FileId.Previous, OctetsPerCredit))
                .SendAsync(cancellationToken).ConfigureAwait(false);
            using Smb2Response create = responses[0];
            using Smb2Response query = responses[1];
            if (create.Status == NtStatus.NetworkSessionExpired && !again)
            {
                again = true;
                await _dialect.ReauthenticateAsync(_tree.Session, signIns, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (create.Status != NtStatus.Success)
            {
                throw _tree.Refused(create.Status, Smb2Command.Create, _directory);
            }

            FileId fileId = create.Read<CreateResponse>(CreateResponse.Read).FileId;
            try
            {
                return (fileId, Read(query));
            }
            catch
            {
                _ = _tree.CloseQuietlyAsync(fileId);
                throw;
            }
        }
    }

    /// <summary>The next entries; null at the end.</summary>
    private async Task<List<SmbDirectoryEntry>?> ContinueAsync(FileId fileId, CancellationToken cancellationToken)
    {
        int credits = await _dialect.Exchange.TakeCreditsAsync(_tree.MaxQuerySize, cancellationToken).ConfigureAwait(false);
        int size = Math.Min(_tree.MaxQuerySize, credits * OctetsPerCredit);
        using Smb2Response response = await _tree.SendAnyAsync(Query(fileId, size), _tree.Address with { Credits = credits }, cancellationToken).ConfigureAwait(false);
        return Read(response);
    }

    private QueryDirectoryRequest Query(FileId fileId, int size) => new()
    {
        FileInformationClass = (byte)Layout,
        FileId = fileId,
        Pattern = _pattern,
        OutputBufferLength = (uint)size,
    };

    private List<SmbDirectoryEntry>? Read(Smb2Response response)
    {
        if (response.Status is NtStatus.NoMoreFiles or NtStatus.NoSuchFile)
        {
            return null;
        }

        if (response.Status != NtStatus.Success)
        {
            throw _tree.Refused(response.Status, Smb2Command.QueryDirectory, _directory);
        }

        try
        {
            List<SmbDirectoryEntry> entries = [];
            bool isEmpty = true;
            DirectoryEntryReader reader = new(response.Read<QueryDirectoryResponse>(QueryDirectoryResponse.Read).Output, Encoding.Unicode, Layout);
            while (reader.TryReadNext(out DirectoryEntry entry))
            {
                isEmpty = false;
                if (FileTranslation.Describe(entry) is { } listed)
                {
                    entries.Add(listed);
                }
            }

            return isEmpty ? throw _tree.Misbehaved($"neither continues nor ends the listing of '{_directory}'") : entries;
        }
        catch (MalformedMessageException e)
        {
            throw _dialect.Exchange.Refuse(e);
        }
    }
}
