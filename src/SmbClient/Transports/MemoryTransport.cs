using System;
using System.IO;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using SmbClient.Wire;

namespace SmbClient.Transports;

/// <summary>Two ends in one process, message by message: for a server that is embedded in its client's program, and for tests.</summary>
internal sealed class MemoryTransport : SmbTransport
{
    private readonly Channel<byte[]> _inbound;
    private readonly Channel<byte[]> _outbound;
    private ReadOnlyMemory<byte> _current;

    private MemoryTransport(Channel<byte[]> inbound, Channel<byte[]> outbound)
    {
        _inbound = inbound;
        _outbound = outbound;
    }

    public override int MaxMessageSize => 0xFFFFFF;

    public override string RemoteName => "memory";

    public override bool CanInterruptReceive => true;

    public static (MemoryTransport Client, MemoryTransport Server) CreatePair()
    {
        Channel<byte[]> toServer = Channel.CreateUnbounded<byte[]>();
        Channel<byte[]> toClient = Channel.CreateUnbounded<byte[]>();
        return (new MemoryTransport(toClient, toServer), new MemoryTransport(toServer, toClient));
    }

    public override ValueTask SendAsync(MessageBuffer message, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        byte[] copy = new byte[message.Length + payload.Length];
        message.Span.CopyTo(copy);
        payload.Span.CopyTo(copy.AsSpan(message.Length));
        return _outbound.Writer.TryWrite(copy) ? default : throw new IOException("The other end has closed.");
    }

    public override async ValueTask<int> ReceiveHeaderAsync(int maxLength, CancellationToken cancellationToken)
    {
        while (await _inbound.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_inbound.Reader.TryRead(out byte[]? octets))
            {
                _current = octets;
                return octets.Length <= maxLength
                    ? octets.Length
                    : throw new MalformedMessageException($"A frame announces {octets.Length} octets; at most {maxLength} are acceptable here");
            }
        }

        return Closed;
    }

    public override ValueTask<int> ReceiveSomeAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        int count = Math.Min(destination.Length, _current.Length);
        _current.Slice(0, count).CopyTo(destination);
        _current = _current.Slice(count);
        return new ValueTask<int>(count);
    }

    public override void Dispose()
    {
        _outbound.Writer.TryComplete();
        _inbound.Writer.TryComplete();
    }
}
