using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Transfers;

namespace SmbClient;

/// <summary>A file as a seekable stream. Asynchronous only: there is no thread to block for the network.</summary>
internal sealed partial class SmbFileStream : Stream
{
    private readonly SmbFile _file;
    private ReadAhead? _reads;
    private WriteBehind? _writes;
    private long _position;
    private long _length;

    public SmbFileStream(SmbFile file, long position)
    {
        _file = file;
        _position = position;
        _length = file.Length;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    /// <summary>The end of the file when it was opened, or as this stream has moved it since.</summary>
    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            SeekOrigin.End => _length + offset,
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };
        if (target < 0)
        {
            throw new IOException("A stream cannot be positioned before its first octet.");
        }

        return _position = target;
    }

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await ReadCoreAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteCoreAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        await SettleAsync().ConfigureAwait(false);
        _position += await _file.CopyToAsync(destination, _position, null, cancellationToken).ConfigureAwait(false);
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await CompleteWritesAsync().ConfigureAwait(false);
        await _file.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Flush()
    {
        // Whatever was written has left already; FlushAsync waits until it has arrived and asks the server to put it on disk.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw Synchronous(nameof(ReadAsync));

    public override void Write(byte[] buffer, int offset, int count) => throw Synchronous(nameof(WriteAsync));

    public override void SetLength(long value) => throw Synchronous(nameof(SmbFile) + "." + nameof(SmbFile.SetLengthAsync));

    private static NotSupportedException Synchronous(string instead) =>
        new($"A file on a server is read and written asynchronously: call {instead}.");

    /// <summary>Waits until what was written is at the server, and gives up what was read ahead.</summary>
    public async ValueTask SettleAsync()
    {
        await AbandonReadsAsync().ConfigureAwait(false);
        await CompleteWritesAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _reads is not null)
        {
            // Writes on their way are the file's to wait for; reads are nobody's any more.
            _ = AbandonReadsAsync().AsTask();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await CompleteWritesAsync().ConfigureAwait(false);
        if (_reads?.Position != _position)
        {
            await AbandonReadsAsync().ConfigureAwait(false);
            _reads = _file.ReadAheadFrom(_position);
        }

        int count = await _reads!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += count;
        return count;
    }

    private async ValueTask WriteCoreAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await AbandonReadsAsync().ConfigureAwait(false);
        _writes ??= _file.WriteBehind();
        await _writes.WriteAsync(_position, buffer, cancellationToken).ConfigureAwait(false);
        _position += buffer.Length;
        _length = Math.Max(_length, _position);
    }

    private async ValueTask AbandonReadsAsync()
    {
        if (_reads is { } reads)
        {
            _reads = null;
            await reads.AbandonAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask CompleteWritesAsync()
    {
        if (_writes is { IsEmpty: false } writes)
        {
            await writes.CompleteAsync().ConfigureAwait(false);
        }
    }
}
