using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Dialects;
using SmbClient.Transfers;

namespace SmbClient;

/// <summary>
/// An open file. Reads and writes go to an offset and need no order: any number may be under way at once. Dispose it to close the file at the server.
/// </summary>
/// <remarks>Every method throws <see cref="SmbStatusException"/> when the server refuses, and <see cref="SmbConnectionClosedException"/> when the wire is gone.</remarks>
public sealed class SmbFile : IAsyncDisposable
{
    private readonly ShareOrigin _origin;
    private ClientOpen _open;
    private BulkTransfer _bulk;
    private HeldTree? _heldTree;
    private readonly List<WriteBehind> _writers = [];
    private long _appendPosition;

    internal SmbFile(ClientOpen open, ShareOrigin origin)
    {
        _origin = origin;
        _open = open;
        _bulk = new BulkTransfer(open, origin.Transfers);
    }

    /// <summary>The path below the share.</summary>
    public string Path => _open.Path;

    /// <summary>The end of the file in octets when it was opened; <see cref="GetInfoAsync"/> asks again.</summary>
    public long Length => _open.State.EndOfFile;

    /// <summary>What the server said when the file was opened.</summary>
    public SmbFileInfo InfoWhenOpened => new(_open.Path, _open.State);

    /// <summary>True where the server keeps the file open when the connection is lost: see <see cref="SmbOpenOptions.DurableTimeout"/>.</summary>
    public bool IsDurable => _open.Durable is not null;

    private BulkTransfer Bulk
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _bulk;
        }
    }

    private ClientTree Tree
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _open.TreeConnect.Tree;
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
        BulkTransfer bulk = Bulk;
        return destination.IsEmpty ? new ValueTask<int>(0) : bulk.ReadAsync(offset, destination, cancellationToken);
    }

    /// <summary>
    /// Writes all octets at an offset. A large buffer is written in several requests side by side; when one fails, others may have happened.
    /// </summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> source, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        BulkTransfer bulk = Bulk;
        return source.IsEmpty ? default : bulk.WriteAsync(offset, source, cancellationToken);
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

    /// <summary>
    /// Takes a durable file up again after its connection was lost, on a new connection that the file holds until it is disposed: with its locks, and without
    /// anybody else having had it in between. Reads and writes that had failed may be repeated after it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The file is not durable.</exception>
    /// <exception cref="SmbStatusException">The server has given the file up: <see cref="NtStatus.ObjectNameNotFound"/>.</exception>
    public async Task ReopenAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        ClientOpen lost = _open;
        if (lost.Durable is not { } durable)
        {
            throw new InvalidOperationException($"'{Path}' is not durable: open it with {nameof(SmbOpenOptions)}.{nameof(SmbOpenOptions.DurableTimeout)}, of a server that grants it.");
        }

        HeldTree tree = await HeldTree.AcquireAsync(_origin, lost, cancellationToken).ConfigureAwait(false);
        try
        {
            _open = await tree.TreeConnect.Tree.CreateAsync(durable.Parameters with { Reopens = durable }, cancellationToken).ConfigureAwait(false);
            _bulk = new BulkTransfer(_open, _origin.Transfers);
        }
        catch
        {
            await tree.ReleaseAsync().ConfigureAwait(false);
            throw;
        }

        HeldTree? previous = _heldTree;
        _heldTree = tree;
        if (previous is not null)
        {
            await previous.ReleaseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The file as a stream with a position of its own. Disposing the stream leaves the file open.</summary>
    /// <remarks>
    /// The stream is asynchronous only: its synchronous reads and writes throw <see cref="NotSupportedException"/>. Read in order, it reads ahead: what others
    /// change meanwhile behind what it has read, it may not see. Writes leave at once but are not waited for: <see cref="Stream.FlushAsync()"/>, disposing the
    /// stream asynchronously (which netstandard2.0 does not know), or disposing the file waits for them and throws if one of them failed.
    /// </remarks>
    public Stream AsStream() => new SmbFileStream(this, _appendPosition);

    /// <summary>Copies from an offset to the end of the file, with several reads in flight.</summary>
    /// <returns>How many octets were copied.</returns>
    public async Task<long> CopyToAsync(Stream destination, long offset = 0, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return await Bulk.CopyToAsync(destination, offset, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies a stream to its end into the file at an offset, with several writes in flight.</summary>
    /// <returns>How many octets were copied.</returns>
    public async Task<long> CopyFromAsync(Stream source, long offset = 0, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return await Bulk.CopyFromAsync(source, offset, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file at the server. Throws what the server says of writes that it could not complete; a server that is gone has closed it already.</summary>
    public async ValueTask DisposeAsync()
    {
        IsDisposed = true;
        if (!_open.TryClose())
        {
            return;
        }

        WriteBehind[] writers;
        lock (_writers)
        {
            writers = [.. _writers];
        }

        ExceptionDispatchInfo? failure = null;
        foreach (WriteBehind writer in writers)
        {
            try
            {
                await writer.CompleteAsync().ConfigureAwait(false);
            }
            catch (IOException e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        try
        {
            await _open.TreeConnect.Tree.CloseAsync(_open, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SmbConnectionClosedException or SmbProtocolException || (e is SmbStatusException refused && IsClosedAlready(refused.Status)))
        {
            // With the connection, the session or the share, the server has closed the file.
        }

        if (_heldTree is { } held)
        {
            await held.ReleaseAsync().ConfigureAwait(false);
        }

        failure?.Throw();
    }

    /// <summary>Reads ahead from a position on, for a stream.</summary>
    internal ReadAhead ReadAheadFrom(long position) => new(Bulk, position);

    /// <summary>Writes without waiting, for a stream; closing the file waits.</summary>
    internal WriteBehind WriteBehind()
    {
        WriteBehind writer = new(Bulk);
        lock (_writers)
        {
            _writers.Add(writer);
        }

        return writer;
    }

    internal void AppendFromEnd() => _appendPosition = Length;

    private static bool IsClosedAlready(NtStatus status) => status is
        NtStatus.UserSessionDeleted or NtStatus.SmbBadUid or NtStatus.NetworkNameDeleted or NtStatus.SmbBadTid
        or NtStatus.FileClosed or NtStatus.InvalidHandle or NtStatus.SmbBadFid;
}
