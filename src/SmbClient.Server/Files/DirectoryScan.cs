using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>The scans of one open directory, one after the other.</summary>
internal sealed class DirectoryScan(FileOpen open, ISmbFileStore store)
{
    private readonly Lock _gate = new();
    private DirectoryCursor? _cursor;

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

        if (restart || Volatile.Read(ref _cursor) is null)
        {
            DirectoryCursor begun = await BeginAsync(pattern.Length == 0 ? "*" : pattern, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _cursor, begun);
        }

        lock (_gate)
        {
            return _cursor!.Next(informationClass, single, maxOutput);
        }
    }

    private async ValueTask<DirectoryCursor> BeginAsync(string pattern, CancellationToken cancellationToken)
    {
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

        SmbStoreResult parent = await store.OpenAsync(StorePath.Parent(path), forWriting: false, cancellationToken).ConfigureAwait(false);
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
