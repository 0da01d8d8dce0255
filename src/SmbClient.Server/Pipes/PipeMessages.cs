using System;
using System.Collections.Generic;

namespace SmbClient.Server.Pipes;

/// <summary>What waits in a pipe to be read: whole messages, in order, and how much of the first one was read already.</summary>
internal sealed class PipeMessages
{
    /// <summary>Octets above which a client has to read before it writes more; one answer may still go beyond.</summary>
    public const int Limit = 65_536;

    private readonly Queue<byte[]> _messages = new();
    private int _consumed;

    /// <summary>Messages, one that was read in part included.</summary>
    public int Count => _messages.Count;

    /// <summary>Octets that were not read yet.</summary>
    public int Octets { get; private set; }

    public bool IsFull => Octets > Limit;

    /// <summary>What is left of the first message; empty where there is none.</summary>
    public ReadOnlySpan<byte> First => _messages.TryPeek(out byte[]? message) ? message.AsSpan(_consumed) : [];

    public void Add(byte[] message)
    {
        _messages.Enqueue(message);
        Octets += message.Length;
    }

    /// <summary>Takes octets of the first message, and the message away once all of it was read.</summary>
    public void Consume(int count)
    {
        bool isWhole = count == First.Length;
        Octets -= count;
        _consumed = isWhole ? 0 : _consumed + count;
        if (isWhole)
        {
            _messages.Dequeue();
        }
    }

    public void Clear()
    {
        _messages.Clear();
        _consumed = 0;
        Octets = 0;
    }
}
