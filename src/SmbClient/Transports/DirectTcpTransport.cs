using System;
using System.Net.Sockets;

namespace SmbClient.Transports;

/// <summary>Direct TCP, [MS-SMB2] 2.1 and [MS-SMB] 2.1: a zero octet and a 24-bit length before each message.</summary>
internal sealed class DirectTcpTransport : TcpTransport
{
    public DirectTcpTransport(Socket socket, string remoteName)
        : base(socket, remoteName)
    {
    }

    public override int MaxMessageSize => 0xFFFFFF;

    protected override void WriteHeader(Span<byte> header, byte type, int length)
    {
        header[0] = type;
        header[1] = (byte)(length >> 16);
        header[2] = (byte)(length >> 8);
        header[3] = (byte)length;
    }

    protected override (byte Type, int Length) ReadHeader(ReadOnlySpan<byte> header) =>
        (header[0], (header[1] << 16) | (header[2] << 8) | header[3]);
}
