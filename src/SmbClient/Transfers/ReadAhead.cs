using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Dialects;

namespace SmbClient.Transfers;

/// <summary>
/// What a stream has asked for before its reader did: pieces that follow one another, the first ones small, so that a reader who wants little gets little.
/// </summary>
internal sealed class ReadAhead
{
    private const int FirstPiece = 65536;

    private readonly BulkTransfer _bulk;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly TransferQueue _queue;
    private byte[]? _current;
    private Task? _taking;
    private int _start;
    private int _end;
    private int _pieceSize = FirstPiece;
    private long _next;
    private bool _atEnd;

    /// <param name="bulk">The file.</param>
    /// <param name="position">Where reading begins.</param>
    public ReadAhead(BulkTransfer bulk, long position)
    {
        _bulk = bulk;
        _queue = bulk.CreateQueue(bulk.ReadSize);
        _next = position;
        Position = position;
    }

    /// <summary>The next octet that <see cref="ReadAsync"/> hands out.</summary>
    public long Position { get; private set; }

    /// <summary>At least one octet, unless the file is at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Ask();
        if (_start == _end && (_queue.Count > 0 || _taking is not null))
        {
            // A reader who gives up waiting finds the piece here when he comes back.
            _taking ??= TakeAsync();
            await _taking.WaitAsync(cancellationToken).ConfigureAwait(false);
            _taking = null;
        }

        int count = Math.Min(destination.Length, _end - _start);
        _current.AsSpan(_start, count).CopyTo(destination.Span);
        _start += count;
        Position += count;
        return count;
    }

    /// <summary>Gives up what was asked for; returns when no request uses its buffers any more.</summary>
    public async ValueTask AbandonAsync()
    {
        _abandoned.Cancel();
        if (_taking is not null)
        {
            await ClientTree.DrainAsync([_taking]).ConfigureAwait(false);
        }

        await _queue.DrainAsync().ConfigureAwait(false);
        TransferQueue.Return(_current);
        _current = null;
        _abandoned.Dispose();
    }

    private void Ask()
    {
        while (!_atEnd && !_queue.IsFull)
        {
            int size = Math.Min(_pieceSize, _bulk.ReadSize);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
            _queue.Add(_bulk.ReadPieceAsync(_next, buffer.AsMemory(0, size), _abandoned.Token), size, buffer);
            _next += size;
            if (_pieceSize < _bulk.ReadSize)
            {
                // One small piece at a time, until it is clear that the reader wants more.
                _pieceSize *= 2;
                return;
            }
        }
    }

    private async Task TakeAsync()
    {
        TransferQueue.Return(_current);
        _current = null;
        _start = _end = 0;
        TransferQueue.Done done = await _queue.TakeAsync().ConfigureAwait(false);
        _current = done.Buffer;
        _end = done.Count;
        _atEnd |= done.IsShort;
    }
}
