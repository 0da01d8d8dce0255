using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.InteropTests.Lab;

/// <summary>A man in the middle: flips the last octet of every response to one command.</summary>
public sealed class TamperingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly LabServer _server;
    private readonly byte _command;
    private readonly Task _running;

    public TamperingRelay(LabServer server, byte command)
    {
        _server = server;
        _command = command;
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            using TcpClient server = new();
            await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream(), _stop.Token),
                TamperAsync(server.GetStream(), client.GetStream()));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    private async Task TamperAsync(NetworkStream from, NetworkStream to)
    {
        byte[] header = new byte[4];
        while (true)
        {
            await from.ReadExactlyAsync(header, _stop.Token);
            byte[] message = new byte[(header[1] << 16) | (header[2] << 8) | header[3]];
            await from.ReadExactlyAsync(message, _stop.Token);
            if (message[4] == _command)
            {
                message[^1] ^= 1;
            }

            await to.WriteAsync(header, _stop.Token);
            await to.WriteAsync(message, _stop.Token);
        }
    }
}
