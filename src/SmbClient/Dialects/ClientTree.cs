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

    /// <summary>Requests for so many octets each that the server may be asked to handle at once.</summary>
    public abstract int MaxParallel(int size);

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

    /// <summary>
    /// Opens a file for writing, writes its beginning and closes it, where the dialect can do that in one round trip and so many octets in one go.
    /// Returns how many octets the server took; 0 where it was not even tried.
    /// </summary>
    public virtual Task<int> OpenAndWriteAsync(CreateParameters parameters, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Task.FromResult(0);

    /// <summary>The changes in a directory from now on; ends with an exception or when its reader leaves.</summary>
    public abstract IAsyncEnumerable<SmbDirectoryChange> WatchAsync(string directory, SmbChangeFilter filter, bool recursive, CancellationToken cancellationToken);

    public abstract Task DisconnectAsync(CancellationToken cancellationToken);

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
}
