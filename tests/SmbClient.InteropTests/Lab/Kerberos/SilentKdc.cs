using System;
using System.Net;
using System.Net.Sockets;

namespace SmbClient.InteropTests.Lab.Kerberos;

/// <summary>Takes every connection and every datagram, and never says a word.</summary>
public sealed class SilentKdc : IDisposable
{
    private readonly TcpListener _listener;
    private readonly UdpClient _datagrams;

    internal SilentKdc(string address, int port)
    {
        // The system accepts on our behalf; nobody looks at what comes.
        IPEndPoint endPoint = new(IPAddress.Parse(address), port);
        _listener = new TcpListener(endPoint);
        _listener.Start();
        _datagrams = new UdpClient(endPoint);
    }

    public void Dispose()
    {
        _listener.Stop();
        _datagrams.Dispose();
    }
}
