using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace SmbClient.Transfers;

/// <summary>
/// The pieces of one transfer that are under way, in their order. Owns their buffers from <see cref="Add"/> on, and never lets go of one that a request
/// still uses.
/// </summary>
internal sealed class TransferQueue
{
    private readonly Queue<Piece> _pieces = new();
    private readonly TransferPacer _pacer;

    public TransferQueue(TransferPacer pacer)
    {
        _pacer = pacer;
    }

    public int Count => _pieces.Count;

    /// <summary>True when no more pieces should be started before one is done.</summary>
    public bool IsFull => _pieces.Count >= _pacer.Depth;

    /// <param name="task">The number of octets that were transferred, once they are.</param>
    /// <param name="length">The number of octets that were wanted.</param>
    /// <param name="buffer">A rented array, or null where the memory is the caller's.</param>
    public void Add(ValueTask<int> task, int length, byte[]? buffer = null) => _pieces.Enqueue(new Piece(task, length, buffer));

    /// <summary>Waits for the oldest piece. Its buffer is the caller's from then on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Done> TakeAsync()
    {
        Piece piece = _pieces.Dequeue();
        try
        {
            int count = await piece.Task.ConfigureAwait(false);
            _pacer.Completed(count);
            return new Done(count, piece.Length, piece.Buffer);
        }
        catch
        {
            Return(piece.Buffer);
            throw;
        }
    }

    /// <summary>Waits for all pieces, for whose outcome nobody asks any more.</summary>
    public async ValueTask DrainAsync()
    {
        while (_pieces.Count > 0)
        {
            Piece piece = _pieces.Dequeue();
            try
            {
                await piece.Task.ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The first failure is the one that the caller hears of.
            }

            Return(piece.Buffer);
        }
    }

    public static void Return(byte[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A piece that is done.</summary>
    public readonly record struct Done(int Count, int Length, byte[]? Buffer)
    {
        /// <summary>Fewer octets than wanted: the end of the file.</summary>
        public bool IsShort => Count < Length;
    }

    private readonly record struct Piece(ValueTask<int> Task, int Length, byte[]? Buffer);
}
