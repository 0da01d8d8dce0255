using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Wire.Fscc;

namespace SmbClient.Dialects;

/// <summary>
/// NT file semantics on one tree: the meaning that both families share, with [MS-FSCC] classes and NTSTATUS. Every method throws
/// <see cref="SmbStatusException"/> when the server refuses. Paths are below the share, with backslashes, empty for its root.
/// </summary>
internal abstract class ClientTree
{
    /// <summary>Octets that one read returns at most.</summary>
    public abstract int MaxReadSize { get; }

    /// <summary>Octets that one write takes at most.</summary>
    public abstract int MaxWriteSize { get; }

    /// <summary>Requests of one bulk transfer that are worth having in flight together.</summary>
    public abstract int MaxParallelRequests { get; }

    public abstract Task<ClientOpen> CreateAsync(CreateParameters parameters, CancellationToken cancellationToken);

    public abstract Task CloseAsync(ClientOpen open, CancellationToken cancellationToken);

    /// <summary>One read of at most <see cref="MaxReadSize"/> octets; 0 at the end of the file.</summary>
    public abstract ValueTask<int> ReadChunkAsync(ClientOpen open, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>One write of at most <see cref="MaxWriteSize"/> octets; returns how many the server took.</summary>
    public abstract ValueTask<int> WriteChunkAsync(ClientOpen open, long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken);

    public abstract Task FlushAsync(ClientOpen open, CancellationToken cancellationToken);

    /// <summary>Locks a range, waiting at most <paramref name="timeout"/> for it.</summary>
    public abstract Task LockAsync(ClientOpen open, long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken);

    public abstract Task UnlockAsync(ClientOpen open, long offset, long length, CancellationToken cancellationToken);

    /// <summary>The entries of a directory that match a pattern, without <c>.</c> and <c>..</c>; none where nothing matches.</summary>
    public abstract IAsyncEnumerable<SmbDirectoryEntry> QueryDirectoryAsync(string directory, string pattern, CancellationToken cancellationToken);

    public abstract Task<FileState> QueryPathAsync(string path, CancellationToken cancellationToken);

    public abstract Task<FileState> QueryFileAsync(ClientOpen open, CancellationToken cancellationToken);

    public abstract Task SetPathInfoAsync(string path, FileBasicInformation information, CancellationToken cancellationToken);

    public abstract Task SetFileInfoAsync(ClientOpen open, FileBasicInformation information, CancellationToken cancellationToken);

    public abstract Task SetEndOfFileAsync(ClientOpen open, long length, CancellationToken cancellationToken);

    public abstract Task<SmbVolumeInfo> QueryVolumeAsync(CancellationToken cancellationToken);

    public abstract Task DeleteFileAsync(string path, CancellationToken cancellationToken);

    public abstract Task RenameAsync(string source, string target, bool replaceExisting, CancellationToken cancellationToken);

    public abstract Task CreateDirectoryAsync(string path, CancellationToken cancellationToken);

    public abstract Task DeleteDirectoryAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a file for reading, reads its first octets and, where the dialect can do that too in the same round trip, closes it again.
    /// </summary>
    public abstract Task<FirstRead> OpenAndReadAsync(CreateParameters parameters, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>The changes in a directory from now on; ends with an exception or when its reader leaves.</summary>
    public abstract IAsyncEnumerable<SmbDirectoryChange> WatchAsync(string directory, SmbChangeFilter filter, bool recursive, CancellationToken cancellationToken);

    public abstract Task DisconnectAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reads any number of octets, in as many requests side by side as are worth it. Returns fewer than asked for at the end of the file, or
    /// where the server gave fewer; 0 at the end of the file only. <paramref name="destination"/> is not touched after the return.
    /// </summary>
    public ValueTask<int> ReadAsync(ClientOpen open, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        destination.Length <= MaxReadSize
            ? ReadChunkAsync(open, offset, destination, cancellationToken)
            : ReadSideBySideAsync(open, offset, destination, cancellationToken);

    /// <summary>Writes all octets, in as many requests side by side as are worth it. <paramref name="source"/> is not read after the return.</summary>
    public async ValueTask WriteAsync(ClientOpen open, long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        Queue<Task> inFlight = new();
        try
        {
            while (!source.IsEmpty)
            {
                ReadOnlyMemory<byte> chunk = source.Slice(0, Math.Min(source.Length, MaxWriteSize));
                source = source.Slice(chunk.Length);
                if (inFlight.Count == 0 && source.IsEmpty)
                {
                    await WriteWholeChunkAsync(open, offset, chunk, cancellationToken).ConfigureAwait(false);
                    return;
                }

                if (inFlight.Count == MaxParallelRequests)
                {
                    await inFlight.Dequeue().ConfigureAwait(false);
                }

                inFlight.Enqueue(WriteWholeChunkAsync(open, offset, chunk, cancellationToken));
                offset += chunk.Length;
            }

            while (inFlight.Count > 0)
            {
                await inFlight.Dequeue().ConfigureAwait(false);
            }
        }
        finally
        {
            await DrainAsync(inFlight).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for what is still in flight after a failure, whose memory the caller is about to get back.</summary>
    internal static async Task DrainAsync(IEnumerable<Task> inFlight)
    {
        foreach (Task task in inFlight)
        {
            try
            {
                await task.ConfigureAwait(false);
            }
            catch (Exception e) when (e is System.IO.IOException or OperationCanceledException)
            {
                // The first failure is the one that the caller hears of.
            }
        }
    }

    private async ValueTask<int> ReadSideBySideAsync(ClientOpen open, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Queue<(Task<int> Read, int Length)> inFlight = new();
        int issued = 0;
        int count = 0;
        try
        {
            while (true)
            {
                while (issued < destination.Length && inFlight.Count < MaxParallelRequests)
                {
                    int length = Math.Min(MaxReadSize, destination.Length - issued);
                    inFlight.Enqueue((ReadChunkAsync(open, offset + issued, destination.Slice(issued, length), cancellationToken).AsTask(), length));
                    issued += length;
                }

                if (inFlight.Count == 0)
                {
                    return count;
                }

                (Task<int> read, int wanted) = inFlight.Dequeue();
                int got = await read.ConfigureAwait(false);
                count += got;
                if (got < wanted)
                {
                    return count;
                }
            }
        }
        finally
        {
            await DrainAsync(System.Linq.Enumerable.Select(inFlight, r => (Task)r.Read)).ConfigureAwait(false);
        }
    }

    private async Task WriteWholeChunkAsync(ClientOpen open, long offset, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        while (!chunk.IsEmpty)
        {
            int written = await WriteChunkAsync(open, offset, chunk, cancellationToken).ConfigureAwait(false);
            if (written <= 0 || written > chunk.Length)
            {
                throw open.Connection.Misbehaved($"answered a write of {chunk.Length} octets with {written}");
            }

            offset += written;
            chunk = chunk.Slice(written);
        }
    }
}
