using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Transports;
using SmbClient.Wire;

namespace SmbClient.Tests.Hostile;

/// <summary>The server's end of one connection in the same process: takes message after message and sends what it is told to.</summary>
internal sealed class ScriptedWire
{
    private readonly MemoryTransport _transport;
    private int _sent;

    private ScriptedWire(MemoryTransport transport)
    {
        _transport = transport;
    }

    /// <summary>Completes when the client has closed; faults when it broke a rule that the server checks.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Messages that have been sent.</summary>
    public int Sent => Volatile.Read(ref _sent);

    public static (SmbTransport Client, ScriptedWire Server) Create()
    {
        (MemoryTransport client, MemoryTransport server) = MemoryTransport.CreatePair();
        return (client, new ScriptedWire(server));
    }

    /// <summary>Answers each message with any number of messages.</summary>
    public void Start(Func<byte[], IEnumerable<byte[]>> answer) => Running = Task.Run(() => RunAsync(answer), CancellationToken.None);

    /// <summary>Sends a message, whether or not a request asked for it.</summary>
    public void Send(byte[] message)
    {
        using MessageBuffer buffer = MessageBuffer.Rent(message.Length);
        message.CopyTo(buffer.Span);
        _transport.SendAsync(buffer, default, default).AsTask().GetAwaiter().GetResult();
        Interlocked.Increment(ref _sent);
    }

    public void Close() => _transport.Dispose();

    private async Task RunAsync(Func<byte[], IEnumerable<byte[]>> answer)
    {
        try
        {
            while (await _transport.ReceiveAsync(0xFFFFFF, CancellationToken.None) is { } message)
            {
                byte[] octets = message.Memory.ToArray();
                message.Dispose();
                foreach (byte[] reply in answer(octets))
                {
                    Send(reply);
                }
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
        finally
        {
            Close();
        }
    }
}
