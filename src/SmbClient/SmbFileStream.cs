using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient;

/// <summary>A file as a seekable stream. Asynchronous only: there is no thread to block for the network.</summary>
internal sealed partial class SmbFileStream : Stream
{
    private readonly SmbFile _file;
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

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
        _position += await _file.CopyToAsync(destination, _position, null, cancellationToken).ConfigureAwait(false);

    public override Task FlushAsync(CancellationToken cancellationToken) => _file.FlushAsync(cancellationToken);

    public override void Flush()
    {
        // Nothing is buffered here; FlushAsync asks the server to put on disk what it has.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw Synchronous(nameof(ReadAsync));

    public override void Write(byte[] buffer, int offset, int count) => throw Synchronous(nameof(WriteAsync));

    public override void SetLength(long value) => throw Synchronous(nameof(SmbFile) + "." + nameof(SmbFile.SetLengthAsync));

    private static NotSupportedException Synchronous(string instead) =>
        new($"A file on a server is read and written asynchronously: call {instead}.");

    private async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = await _file.ReadAsync(buffer, _position, cancellationToken).ConfigureAwait(false);
        _position += count;
        return count;
    }

    private async ValueTask WriteCoreAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await _file.WriteAsync(buffer, _position, cancellationToken).ConfigureAwait(false);
        _position += buffer.Length;
        _length = Math.Max(_length, _position);
    }
}
