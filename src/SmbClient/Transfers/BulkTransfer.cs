using System;
using System.Buffers;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Dialects;

namespace SmbClient.Transfers;

/// <summary>Transfers of any length between one open file and memory or streams, in pieces side by side.</summary>
internal sealed class BulkTransfer
{
    private readonly ClientTree _tree;
    private readonly ClientOpen _open;
    private readonly TransferSettings _settings;

    public BulkTransfer(ClientOpen open, TransferSettings settings)
    {
        _open = open;
        _tree = open.TreeConnect.Tree;
        _settings = settings;
    }

    /// <summary>Octets of one read.</summary>
    public int ReadSize => _settings.ReadSize(_tree);

    /// <summary>Octets of one write.</summary>
    public int WriteSize => _settings.WriteSize(_tree);

    /// <summary>
    /// Reads any number of octets; what one request can bring is one request. Returns fewer than asked for at the end of the file, or where the server
    /// gives fewer; 0 at the end of the file only. <paramref name="destination"/> is not touched after the return.
    /// </summary>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        destination.Length <= ReadSize
            ? _tree.ReadChunkAsync(_open, offset, destination, cancellationToken)
            : ReadSideBySideAsync(offset, destination, cancellationToken);

    /// <summary>Writes all octets. <paramref name="source"/> is not read after the return; when one piece fails, others may have been written.</summary>
    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken) =>
        source.Length <= WriteSize
            ? IgnoreCountAsync(WritePieceAsync(offset, source, cancellationToken))
            : WriteSideBySideAsync(offset, source, cancellationToken);

    /// <summary>Copies from an offset to the end of the file. Returns how many octets.</summary>
    public async Task<long> CopyToAsync(Stream destination, long offset, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        int size = ReadSize;
        TransferQueue queue = CreateQueue(size);
        long copied = 0;
        bool atEnd = false;
        try
        {
            while (true)
            {
                while (!atEnd && !queue.IsFull)
                {
                    byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
                    queue.Add(ReadPieceAsync(offset, buffer.AsMemory(0, size), cancellationToken), size, buffer);
                    offset += size;
                }

                if (queue.Count == 0)
                {
                    return copied;
                }

                TransferQueue.Done done = await queue.TakeAsync().ConfigureAwait(false);
                try
                {
                    await destination.WriteAsync(done.Buffer.AsMemory(0, done.Count), cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    TransferQueue.Return(done.Buffer);
                }

                copied += done.Count;
                progress?.Report(copied);
                if (done.Count == 0)
                {
                    return copied;
                }

                atEnd |= done.IsShort;
            }
        }
        finally
        {
            await queue.DrainAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Copies a stream to its end into the file at an offset. Returns how many octets.</summary>
    public async Task<long> CopyFromAsync(Stream source, long offset, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        int size = WriteSize;
        TransferQueue queue = CreateQueue(size);
        long copied = 0;
        bool atEnd = false;
        try
        {
            while (true)
            {
                while (!atEnd && !queue.IsFull)
                {
                    (byte[] buffer, int count) = await FillAsync(source, size, cancellationToken).ConfigureAwait(false);
                    atEnd = count < size;
                    queue.Add(WritePieceAsync(offset, buffer.AsMemory(0, count), cancellationToken), count, buffer);
                    offset += count;
                }

                if (queue.Count == 0)
                {
                    return copied;
                }

                TransferQueue.Done done = await queue.TakeAsync().ConfigureAwait(false);
                TransferQueue.Return(done.Buffer);
                copied += done.Count;
                progress?.Report(copied);
            }
        }
        finally
        {
            await queue.DrainAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A queue for pieces of so many octets.</summary>
    public TransferQueue CreateQueue(int size) => new(new TransferPacer(_settings, _tree.MaxParallel(size), _open.Connection.Time));

    /// <summary>Reads at most one piece, in as many requests as it takes; fewer octets than asked for at the end of the file only.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadPieceAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        int count = 0;
        while (count < destination.Length)
        {
            int read = await _tree.ReadChunkAsync(_open, offset + count, destination.Slice(count), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return count;
    }

    /// <summary>Writes one piece, in as many requests as it takes. Returns its length.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> WritePieceAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        int length = source.Length;
        while (!source.IsEmpty)
        {
            int written = await _tree.WriteChunkAsync(_open, offset, source, cancellationToken).ConfigureAwait(false);
            if (written <= 0 || written > source.Length)
            {
                throw _open.Connection.Misbehaved($"answered a write of {source.Length} octets with {written}");
            }

            offset += written;
            source = source.Slice(written);
        }

        return length;
    }

    /// <summary>A rented array with as many octets of the stream as fit; fewer at its end only.</summary>
    private static async ValueTask<(byte[] Buffer, int Count)> FillAsync(Stream source, int size, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        int count = 0;
        try
        {
            while (count < size)
            {
                int read = await source.ReadAsync(buffer.AsMemory(count, size - count), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                count += read;
            }

            return (buffer, count);
        }
        catch
        {
            TransferQueue.Return(buffer);
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask IgnoreCountAsync(ValueTask<int> write) => await write.ConfigureAwait(false);

    private async ValueTask<int> ReadSideBySideAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        int size = ReadSize;
        TransferQueue queue = CreateQueue(size);
        int issued = 0;
        int count = 0;
        try
        {
            while (true)
            {
                while (issued < destination.Length && !queue.IsFull)
                {
                    Memory<byte> piece = destination.Slice(issued, Math.Min(size, destination.Length - issued));
                    queue.Add(ReadPieceAsync(offset + issued, piece, cancellationToken), piece.Length);
                    issued += piece.Length;
                }

                if (queue.Count == 0)
                {
                    return count;
                }

                TransferQueue.Done done = await queue.TakeAsync().ConfigureAwait(false);
                count += done.Count;
                if (done.IsShort)
                {
                    return count;
                }
            }
        }
        finally
        {
            await queue.DrainAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask WriteSideBySideAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        int size = WriteSize;
        TransferQueue queue = CreateQueue(size);
        try
        {
            while (!source.IsEmpty || queue.Count > 0)
            {
                while (!source.IsEmpty && !queue.IsFull)
                {
                    ReadOnlyMemory<byte> piece = source.Slice(0, Math.Min(size, source.Length));
                    queue.Add(WritePieceAsync(offset, piece, cancellationToken), piece.Length);
                    offset += piece.Length;
                    source = source.Slice(piece.Length);
                }

                await queue.TakeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            await queue.DrainAsync().ConfigureAwait(false);
        }
    }
}
