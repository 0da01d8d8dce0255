using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Dialects;

namespace SmbClient;

/// <summary>
/// An open file. Reads and writes go to an offset and need no order: any number may be under way at once. Dispose it to close the file at the server.
/// </summary>
/// <remarks>Every method throws <see cref="SmbStatusException"/> when the server refuses, and <see cref="SmbConnectionClosedException"/> when the wire is gone.</remarks>
public sealed class SmbFile : IAsyncDisposable
{
    private readonly ClientTreeConnect _treeConnect;
    private readonly ClientOpen _open;
    private long _appendPosition;

    internal SmbFile(ClientTreeConnect treeConnect, ClientOpen open)
    {
        _treeConnect = treeConnect;
        _open = open;
    }

    /// <summary>The path below the share.</summary>
    public string Path => _open.Path;

    /// <summary>The end of the file in octets when it was opened; <see cref="GetInfoAsync"/> asks again.</summary>
    public long Length => _open.State.EndOfFile;

    /// <summary>What the server said when the file was opened.</summary>
    public SmbFileInfo InfoWhenOpened => new(_open.Path, _open.State);

    private ClientTree Tree
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _treeConnect.Tree;
        }
    }

    private bool IsDisposed { get; set; }

    /// <summary>
    /// Reads octets at an offset. A large buffer is read in several requests side by side.
    /// </summary>
    /// <returns>How many octets were read: fewer than asked for only at the end of the file or where the server gives fewer; 0 at the end of the file.</returns>
    public ValueTask<int> ReadAsync(Memory<byte> destination, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ClientTree tree = Tree;
        return destination.IsEmpty ? new ValueTask<int>(0) : tree.ReadAsync(_open, offset, destination, cancellationToken);
    }

    /// <summary>
    /// Writes all octets at an offset. A large buffer is written in several requests side by side; when one fails, others may have happened.
    /// </summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> source, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ClientTree tree = Tree;
        return source.IsEmpty ? default : tree.WriteAsync(_open, offset, source, cancellationToken);
    }

    /// <summary>Asks the server to put on disk what was written.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => Tree.FlushAsync(_open, cancellationToken);

    /// <summary>What the server says about the file now.</summary>
    public async Task<SmbFileInfo> GetInfoAsync(CancellationToken cancellationToken = default) =>
        new(_open.Path, await Tree.QueryFileAsync(_open, cancellationToken).ConfigureAwait(false));

    /// <summary>Changes times or attributes.</summary>
    public Task SetInfoAsync(SmbFileChanges changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return Tree.SetFileInfoAsync(_open, FileOpenRules.Translate(changes), cancellationToken);
    }

    /// <summary>Cuts the file or extends it with zeros.</summary>
    /// <param name="length">The new end of the file in octets.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task SetLengthAsync(long length, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Tree.SetEndOfFileAsync(_open, length, cancellationToken);
    }

    /// <summary>Locks a range of octets against other handles.</summary>
    /// <param name="offset">The first octet.</param>
    /// <param name="length">How many; the range may lie past the end of the file.</param>
    /// <param name="exclusive">Whether others may not even read.</param>
    /// <param name="timeout">How long the server may wait for it; zero for an answer at once (<see cref="NtStatus.LockNotGranted"/>, <see cref="NtStatus.FileLockConflict"/>), <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task LockAsync(long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Tree.LockAsync(_open, offset, length, exclusive, timeout, cancellationToken);
    }

    /// <summary>Unlocks a range that was locked with the same offset and length; <see cref="NtStatus.RangeNotLocked"/> where it was not.</summary>
    public Task UnlockAsync(long offset, long length, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Tree.UnlockAsync(_open, offset, length, cancellationToken);
    }

    /// <summary>The file as a stream with a position of its own. Disposing the stream leaves the file open.</summary>
    /// <remarks>
    /// The stream is asynchronous only: its synchronous reads and writes throw <see cref="NotSupportedException"/>. It holds nothing back and reads
    /// nothing ahead: small reads want a <see cref="BufferedStream"/>, and <see cref="Stream.CopyToAsync(Stream)"/> keeps several requests in flight.
    /// </remarks>
    public Stream AsStream() => new SmbFileStream(this, _appendPosition);

    /// <summary>Copies from an offset to the end of the file, with several reads in flight.</summary>
    /// <returns>How many octets were copied.</returns>
    public async Task<long> CopyToAsync(Stream destination, long offset = 0, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ClientTree tree = Tree;
        int size = tree.MaxReadSize;
        Queue<(byte[] Buffer, Task<int> Read)> inFlight = new();
        long copied = 0;
        long next = offset;
        bool atEnd = false;
        try
        {
            while (true)
            {
                while (!atEnd && inFlight.Count < tree.MaxParallelRequests)
                {
                    byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
                    inFlight.Enqueue((buffer, ReadWholeAsync(tree, next, buffer.AsMemory(0, size), cancellationToken)));
                    next += size;
                }

                if (inFlight.Count == 0)
                {
                    return copied;
                }

                (byte[] oldest, Task<int> read) = inFlight.Peek();
                int count = await read.ConfigureAwait(false);
                await destination.WriteAsync(oldest.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                inFlight.Dequeue();
                ArrayPool<byte>.Shared.Return(oldest);
                copied += count;
                progress?.Report(copied);
                atEnd |= count < size;
                if (count == 0)
                {
                    return copied;
                }
            }
        }
        finally
        {
            await ReturnAsync(inFlight).ConfigureAwait(false);
        }
    }

    /// <summary>Copies a stream to its end into the file at an offset, with several writes in flight.</summary>
    /// <returns>How many octets were copied.</returns>
    public async Task<long> CopyFromAsync(Stream source, long offset = 0, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ClientTree tree = Tree;
        int size = tree.MaxWriteSize;
        Queue<(byte[] Buffer, Task<int> Write)> inFlight = new();
        long copied = 0;
        try
        {
            while (true)
            {
                if (inFlight.Count >= tree.MaxParallelRequests)
                {
                    copied += await FinishOldestAsync(inFlight).ConfigureAwait(false);
                    progress?.Report(copied);
                }

                byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
                int count;
                try
                {
                    count = await FillAsync(source, buffer.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    throw;
                }

                if (count == 0)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    break;
                }

                inFlight.Enqueue((buffer, WriteWholeAsync(tree, offset, buffer.AsMemory(0, count), cancellationToken)));
                offset += count;
            }

            while (inFlight.Count > 0)
            {
                copied += await FinishOldestAsync(inFlight).ConfigureAwait(false);
                progress?.Report(copied);
            }

            return copied;
        }
        finally
        {
            await ReturnAsync(inFlight).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the file at the server. Throws what the server says of writes that it could not complete; a server that is gone has closed it already.</summary>
    public async ValueTask DisposeAsync()
    {
        IsDisposed = true;
        if (!_open.TryClose())
        {
            return;
        }

        try
        {
            await _treeConnect.Tree.CloseAsync(_open, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SmbConnectionClosedException or SmbProtocolException || (e is SmbStatusException refused && IsClosedAlready(refused.Status)))
        {
            // With the connection, the session or the share, the server has closed the file.
        }
    }

    internal void AppendFromEnd() => _appendPosition = Length;

    private static bool IsClosedAlready(NtStatus status) => status is
        NtStatus.UserSessionDeleted or NtStatus.SmbBadUid or NtStatus.NetworkNameDeleted or NtStatus.SmbBadTid
        or NtStatus.FileClosed or NtStatus.InvalidHandle or NtStatus.SmbBadFid;

    private static async Task<int> FinishOldestAsync(Queue<(byte[] Buffer, Task<int> Task)> inFlight)
    {
        int count = await inFlight.Peek().Task.ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(inFlight.Dequeue().Buffer);
        return count;
    }

    private static async Task ReturnAsync(Queue<(byte[] Buffer, Task<int> Task)> inFlight)
    {
        foreach ((byte[] buffer, Task<int> task) in inFlight)
        {
            await ClientTree.DrainAsync([task]).ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> FillAsync(Stream source, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = 0;
        while (count < buffer.Length)
        {
            int read = await source.ReadAsync(buffer.Slice(count), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return count;
    }

    private async Task<int> ReadWholeAsync(ClientTree tree, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = 0;
        while (count < buffer.Length)
        {
            int read = await tree.ReadAsync(_open, offset + count, buffer.Slice(count), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return count;
    }

    private async Task<int> WriteWholeAsync(ClientTree tree, long offset, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await tree.WriteAsync(_open, offset, buffer, cancellationToken).ConfigureAwait(false);
        return buffer.Length;
    }
}
