using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server.Stores;

/// <summary>A file or directory of a memory store that is open.</summary>
internal sealed class MemoryHandle(MemoryFileStore store, MemoryNode node) : ISmbStoreNode
{
    public ValueTask<SmbStoreEntry> GetEntryAsync(CancellationToken cancellationToken) => new(store.Describe(node));

    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        new(File().Read(offset, destination.Span));

    public ValueTask<NtStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        NtStatus status = File().Write(offset, source.Span);
        if (status == NtStatus.Success && !source.IsEmpty)
        {
            store.Written(node, SmbChangeFilter.LastWrite | SmbChangeFilter.Size);
        }

        return new(status);
    }

    public ValueTask<NtStatus> SetLengthAsync(long length, CancellationToken cancellationToken)
    {
        if (length < 0)
        {
            return new(NtStatus.InvalidParameter);
        }

        NtStatus status = File().SetLength(length);
        if (status == NtStatus.Success)
        {
            store.Written(node, SmbChangeFilter.LastWrite | SmbChangeFilter.Size);
        }

        return new(status);
    }

    public ValueTask<NtStatus> SetTimesAsync(SmbStoreTimes times, FileAttributes? attributes, CancellationToken cancellationToken)
    {
        store.SetTimes(node, times, attributes);
        return new(NtStatus.Success);
    }

    public ValueTask<NtStatus> FlushAsync(CancellationToken cancellationToken) => new(NtStatus.Success);

    public ValueTask<NtStatus> RenameAsync(string path, bool replaceExisting, CancellationToken cancellationToken) =>
        new(store.Rename(node, path, replaceExisting));

    public ValueTask<NtStatus> DeleteAsync(CancellationToken cancellationToken) => new(store.Delete(node));

    public ValueTask<IReadOnlyList<SmbStoreEntry>> ListAsync(CancellationToken cancellationToken) => new(store.List(node));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MemoryContent File() => node.Content ?? throw new InvalidOperationException("A directory has no content.");
}
