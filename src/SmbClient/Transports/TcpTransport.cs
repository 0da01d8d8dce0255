using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Wire;

namespace SmbClient.Transports;

/// <summary>What direct TCP and the NetBIOS session service have in common: a four-octet header with type and length on a socket.</summary>
internal abstract partial class TcpTransport : SmbTransport
{
    protected const byte SessionMessage = 0x00;
    protected const byte SessionKeepAlive = 0x85;

    private const int ReadAheadSize = 4096;
    private const int JoinedSize = 16384;

    private readonly Socket _socket;
    private readonly byte[] _readAhead = new byte[ReadAheadSize];
    private readonly byte[] _joined = new byte[JoinedSize];
    private int _readAheadStart;
    private int _readAheadEnd;

    protected TcpTransport(Socket socket, string remoteName)
    {
        _socket = socket;
        RemoteName = remoteName;
    }

    public override string RemoteName { get; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(MessageBuffer message, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        int length = message.Length + payload.Length;
        if (length > MaxMessageSize)
        {
            throw new InvalidOperationException($"A message of {length} octets does not fit the transport's frame of {MaxMessageSize}.");
        }

        Memory<byte> frame = message.Frame;
        WriteHeader(frame.Span, SessionMessage, length);
        if (!payload.IsEmpty && frame.Length + payload.Length <= _joined.Length)
        {
            // Two small writes would be two packets and two system calls.
            frame.CopyTo(_joined);
            payload.CopyTo(_joined.AsMemory(frame.Length));
            await SendAllAsync(_joined.AsMemory(0, frame.Length + payload.Length), cancellationToken).ConfigureAwait(false);
            return;
        }

        await SendAllAsync(frame, cancellationToken).ConfigureAwait(false);
        await SendAllAsync(payload, cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReceiveHeaderAsync(int maxLength, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!await FillHeaderAsync(cancellationToken).ConfigureAwait(false))
            {
                return Closed;
            }

            (byte type, int length) = TakeHeader();
            switch (type)
            {
                case SessionMessage when length > maxLength:
                    throw new MalformedMessageException($"A frame announces {length} octets; at most {maxLength} are acceptable here");
                case SessionMessage:
                    return length;
                case SessionKeepAlive when length == 0:
                    break;
                default:
                    throw new MalformedMessageException($"A frame has type 0x{type:X2} and length {length}");
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReceiveSomeAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        int ahead = Math.Min(destination.Length, _readAheadEnd - _readAheadStart);
        if (ahead > 0)
        {
            _readAhead.AsSpan(_readAheadStart, ahead).CopyTo(destination.Span);
            _readAheadStart += ahead;
            return ahead;
        }

        int received = await _socket.ReceiveAsync(destination, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        return received > 0 ? received : throw new EndOfStreamException($"{RemoteName} closed the connection in the middle of a message.");
    }

    public override void Dispose() => _socket.Dispose();

    /// <summary>Writes the four octets before a message.</summary>
    protected abstract void WriteHeader(Span<byte> header, byte type, int length);

    /// <summary>Reads the four octets before a message.</summary>
    protected abstract (byte Type, int Length) ReadHeader(ReadOnlySpan<byte> header);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected async ValueTask SendAllAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        while (!octets.IsEmpty)
        {
            int sent = await _socket.SendAsync(octets, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            octets = octets.Slice(sent);
        }
    }

    /// <summary>Fills the read-ahead with at least one header; false when the peer has closed before the first octet of it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected async ValueTask<bool> FillHeaderAsync(CancellationToken cancellationToken)
    {
        if (_readAheadStart == _readAheadEnd)
        {
            _readAheadStart = _readAheadEnd = 0;
        }
        else if (_readAheadStart > 0 && _readAhead.Length - _readAheadStart < MessageBuffer.FrameHeaderSize)
        {
            _readAhead.AsSpan(_readAheadStart, _readAheadEnd - _readAheadStart).CopyTo(_readAhead);
            _readAheadEnd -= _readAheadStart;
            _readAheadStart = 0;
        }

        while (_readAheadEnd - _readAheadStart < MessageBuffer.FrameHeaderSize)
        {
            int received = await _socket.ReceiveAsync(_readAhead.AsMemory(_readAheadEnd), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                return _readAheadStart == _readAheadEnd ? false : throw new EndOfStreamException($"{RemoteName} closed the connection in the middle of a message.");
            }

            _readAheadEnd += received;
        }

        return true;
    }

    /// <summary>The header whose octets <see cref="FillHeaderAsync"/> has made available; takes it from the read-ahead.</summary>
    protected (byte Type, int Length) TakeHeader()
    {
        (byte, int) header = ReadHeader(_readAhead.AsSpan(_readAheadStart, MessageBuffer.FrameHeaderSize));
        _readAheadStart += MessageBuffer.FrameHeaderSize;
        return header;
    }
}
