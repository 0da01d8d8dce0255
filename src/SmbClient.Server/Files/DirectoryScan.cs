using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>The scans of one open directory, one after the other.</summary>
internal sealed class DirectoryScan(FileOpen open, FileTree tree)
{
    private readonly Lock _gate = new();
    private DirectoryCursor? _cursor;
    private long _epoch;

    /// <summary>The next entries; the pattern counts where a scan begins.</summary>
    public async ValueTask<QueryOutcome> NextAsync(
        FileInformationClass informationClass, string pattern, bool restart, bool single, int maxOutput, CancellationToken cancellationToken)
    {
        if (!DirectoryCursor.Lists(informationClass))
        {
            return new QueryOutcome(NtStatus.InvalidInfoClass);
        }

        if (pattern.AsSpan().ContainsAny('\\', '/', '\0'))
        {
            return new QueryOutcome(NtStatus.ObjectNameInvalid);
        }

        DirectoryCursor? cursor = restart ? null : Volatile.Read(ref _cursor);
        if (cursor is null)
        {
            cursor = await BeginAsync(pattern.Length == 0 ? "*" : pattern, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _cursor, cursor);
        }
        else if (tree.Epoch != Volatile.Read(ref _epoch))
        {
            await SkipWhatIsGoneAsync(cursor, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            return cursor.Next(informationClass, single, maxOutput);
        }
    }

    /// <summary>What was deleted or renamed through the server since the last call is not told of any more.</summary>
    private async ValueTask SkipWhatIsGoneAsync(DirectoryCursor cursor, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _epoch, tree.Epoch);
        if (!cursor.IsAtEnd)
        {
            IReadOnlyList<SmbStoreEntry> entries = await open.Node.ListAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                cursor.KeepOnly(entries);
            }
        }
    }

    private async ValueTask<DirectoryCursor> BeginAsync(string pattern, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _epoch, tree.Epoch);
        SmbStoreEntry directory = await open.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        SmbStoreEntry parent = await ParentAsync(cancellationToken).ConfigureAwait(false) ?? directory;
        IReadOnlyList<SmbStoreEntry> entries = await open.Node.ListAsync(cancellationToken).ConfigureAwait(false);
        return new DirectoryCursor(new NamePattern(pattern), directory, parent, entries);
    }

    private async ValueTask<SmbStoreEntry?> ParentAsync(CancellationToken cancellationToken)
    {
        string path = open.Path;
        if (path.Length == 0)
        {
            return null;
        }

        SmbStoreResult parent = await tree.Store.OpenAsync(StorePath.Parent(path), forWriting: false, cancellationToken).ConfigureAwait(false);
        if (parent.Node is null)
        {
            return null;
        }

        await using (parent.Node.ConfigureAwait(false))
        {
            return await parent.Node.GetEntryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
