using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Transports;
using SmbClient.Wire;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Stands between the client and its wire, and lets messages pass as a test wants: octet by octet on the way in, and on the way out late.</summary>
internal sealed class GatedTransport(SmbTransport inner) : SmbTransport
{
    private readonly object _gate = new();
    private long _allowed = long.MaxValue;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _send = Open();
    private TaskCompletionSource _sent = Open();
    private int _waiting;
    private int _sending;
    private int _asked;
    private bool _isBroken;

    public override int MaxMessageSize => inner.MaxMessageSize;

    public override string RemoteName => inner.RemoteName;

    public override bool CanInterruptReceive => IsInterruptible;

    /// <summary>Whether the client may give up waiting for octets and ask again.</summary>
    public bool IsInterruptible { get; set; } = true;

    /// <summary>The client waits for octets of a message that it has begun to receive.</summary>
    public bool IsReceiving => Volatile.Read(ref _waiting) > 0;

    /// <summary>The client sends a message.</summary>
    public bool IsSending => Volatile.Read(ref _sending) > 0;

    /// <summary>Messages that the client has asked for; those before the last it has taken in.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Lets only so many octets more of the messages to the client through.</summary>
    public void Allow(long octets)
    {
        lock (_gate)
        {
            _allowed = octets;
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void AllowAll() => Allow(long.MaxValue);

    /// <summary>Nothing more will come.</summary>
    public void Break()
    {
        _isBroken = true;
        AllowAll();
    }

    /// <summary>From now on messages to the server do not leave.</summary>
    public void HoldSends() => _send = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on messages to the server leave, but the client is not told so.</summary>
    public void HoldEndOfSends() => _sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ReleaseSends()
    {
        _send.TrySetResult();
        _sent.TrySetResult();
    }

    public override async ValueTask SendAsync(MessageBuffer message, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _sending);
        await _send.Task.WaitAsync(cancellationToken);
        await inner.SendAsync(message, payload, cancellationToken);
        await _sent.Task.WaitAsync(cancellationToken);
        Interlocked.Decrement(ref _sending);
    }

    public override ValueTask<int> ReceiveHeaderAsync(int maxLength, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return inner.ReceiveHeaderAsync(maxLength, cancellationToken);
    }

    public override async ValueTask<int> ReceiveSomeAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_isBroken)
                {
                    throw new IOException("The wire is broken.");
                }

                if (_allowed > 0)
                {
                    int count = (int)Math.Min(_allowed, destination.Length);
                    _allowed -= count;
                    destination = destination[..count];
                    break;
                }

                more = _more.Task;
            }

            Interlocked.Increment(ref _waiting);
            try
            {
                await more.WaitAsync(cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        return await inner.ReceiveSomeAsync(destination, cancellationToken);
    }

    public override void Dispose()
    {
        inner.Dispose();
        ReleaseSends();
    }

    private static TaskCompletionSource Open()
    {
        TaskCompletionSource open = new();
        open.SetResult();
        return open;
    }
}
