using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Transfers;

/// <summary>
/// The writes of a stream that are on their way to the server. Each leaves at once; none is held back to be joined with the next. A failure is thrown by the next
/// write, by <see cref="CompleteAsync"/>, or when the file is closed.
/// </summary>
internal sealed class WriteBehind
{
    private readonly BulkTransfer _bulk;
    private readonly TransferQueue _queue;
    private Task? _taking;
    private long _start;
    private long _end;

    public WriteBehind(BulkTransfer bulk)
    {
        _bulk = bulk;
        _queue = bulk.CreateQueue(bulk.WriteSize);
    }

    public bool IsEmpty => _queue.Count == 0 && _taking is null;

    /// <summary>Copies the octets and sends them; waits only while too many are on their way.</summary>
    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!source.IsEmpty)
        {
            int count = Math.Min(source.Length, _bulk.WriteSize);
            while (_queue.IsFull || (!IsEmpty && Overlaps(offset, count)))
            {
                // A writer who gives up waiting has sent nothing of what he still holds.
                _taking ??= TakeAsync();
                await _taking.WaitAsync(cancellationToken).ConfigureAwait(false);
                _taking = null;
            }

            (_start, _end) = IsEmpty ? (offset, offset + count) : (Math.Min(_start, offset), Math.Max(_end, offset + count));
            byte[] buffer = ArrayPool<byte>.Shared.Rent(count);
            source.Span.Slice(0, count).CopyTo(buffer);

            // Once the stream has taken the octets they belong to the file: the token of one write does not undo them.
            _queue.Add(_bulk.WritePieceAsync(offset, buffer.AsMemory(0, count), CancellationToken.None), count, buffer);
            offset += count;
            source = source.Slice(count);
        }
    }

    /// <summary>Waits until everything is at the server; throws the first failure after everything has come to its end.</summary>
    public async ValueTask CompleteAsync()
    {
        try
        {
            while (_taking is not null || _queue.Count > 0)
            {
                Task taking = _taking ?? TakeAsync();
                _taking = null;
                await taking.ConfigureAwait(false);
            }
        }
        finally
        {
            await _queue.DrainAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Servers handle requests side by side: whoever writes the same octets twice must wait in between.</summary>
    private bool Overlaps(long offset, int count) => offset < _end && offset + count > _start;

    private async Task TakeAsync() => TransferQueue.Return((await _queue.TakeAsync().ConfigureAwait(false)).Buffer);
}
