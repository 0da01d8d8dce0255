using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Transports;
using SmbClient.Wire;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Hands out messages in pieces of any length, now and then after others have had their turn, and can be interrupted in between.</summary>
internal sealed class DribblingTransport(SmbTransport inner, int seed) : SmbTransport
{
    private readonly Random _receiving = new(seed);
    private readonly Random _sending = new(seed);

    public override int MaxMessageSize => inner.MaxMessageSize;

    public override string RemoteName => inner.RemoteName;

    public override bool CanInterruptReceive => true;

    public override async ValueTask SendAsync(MessageBuffer message, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_sending.Next(3) == 0)
        {
            await Task.Yield();
        }

        await inner.SendAsync(message, payload, cancellationToken);
        if (_sending.Next(3) == 0)
        {
            await Task.Yield();
        }
    }

    public override ValueTask<int> ReceiveHeaderAsync(int maxLength, CancellationToken cancellationToken) => inner.ReceiveHeaderAsync(maxLength, cancellationToken);

    public override async ValueTask<int> ReceiveSomeAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (_receiving.Next(3) == 0)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
        }

        int count = _receiving.Next(4) == 0 ? destination.Length : Math.Min(destination.Length, _receiving.Next(1, 20_000));
        return await inner.ReceiveSomeAsync(destination[..count], cancellationToken);
    }

    public override void Dispose() => inner.Dispose();
}
