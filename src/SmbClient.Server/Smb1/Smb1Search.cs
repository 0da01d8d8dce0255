using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Smb1;

/// <summary>What a SID stands for: a listing that goes on, [MS-CIFS] 3.3.1.3. One request at a time is in <see cref="Gate"/>.</summary>
internal sealed class Smb1Search(ushort sid, Smb1TreeConnect tree, ServerOpen directory, string pattern, ushort searchAttributes)
{
    private const int BatchSize = 32768;

    private readonly Queue<DirectoryEntry> _entries = new();
    private bool _isRestart = true;
    private bool _isAtEnd;

    public ushort Sid => sid;

    public Smb1TreeConnect Tree => tree;

    /// <summary>Open for as long as the search is.</summary>
    public ServerOpen Directory => directory;

    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>The name that was handed out last.</summary>
    public string LastName { get; set; } = "";

    /// <summary>The next entry, which stays; null at the end.</summary>
    public async ValueTask<(NtStatus Status, DirectoryEntry? Entry)> PeekAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_entries.TryPeek(out DirectoryEntry next))
            {
                return (NtStatus.Success, next);
            }

            if (_isAtEnd)
            {
                return (NtStatus.Success, null);
            }

            QueryOutcome outcome = await directory.QueryDirectoryAsync(
                FileInformationClass.IdBothDirectory, pattern, _isRestart, single: false, BatchSize, cancellationToken).ConfigureAwait(false);
            _isRestart = false;
            if (outcome.Status is NtStatus.NoMoreFiles or NtStatus.NoSuchFile)
            {
                _isAtEnd = true;
                continue;
            }

            if (outcome.Status != NtStatus.Success)
            {
                return (outcome.Status, null);
            }

            foreach (DirectoryEntry entry in Smb1Names.ReadEntries(outcome.Output, FileInformationClass.IdBothDirectory).Where(e => Smb1Names.IsWanted(e.FileAttributes, searchAttributes)))
            {
                _entries.Enqueue(entry);
            }
        }
    }

    /// <summary>The entry that was looked at is handed out.</summary>
    public void Take() => LastName = _entries.Dequeue().FileName;

    /// <summary>Begins anew and goes to the entry after a name, or to the end where there is none such.</summary>
    public async ValueTask<NtStatus> RewindAsync(string name, CancellationToken cancellationToken)
    {
        _entries.Clear();
        _isRestart = true;
        _isAtEnd = false;
        while (true)
        {
            (NtStatus status, DirectoryEntry? entry) = await PeekAsync(cancellationToken).ConfigureAwait(false);
            if (entry is not { } next)
            {
                return status;
            }

            Take();
            if (string.Equals(next.FileName, name, System.StringComparison.OrdinalIgnoreCase))
            {
                return NtStatus.Success;
            }
        }
    }
}
