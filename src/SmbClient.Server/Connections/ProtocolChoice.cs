using System;
using SmbClient.Server.Smb2;
using SmbClient.Wire;

namespace SmbClient.Server.Connections;

/// <summary>Which dialect family a connection speaks, by its first message: the one place besides their folders that knows both.</summary>
internal static class ProtocolChoice
{
    private const byte Smb1 = 0xFF;
    private const byte Smb2 = 0xFE;

    public static IServerProtocol Of(ServerConnection connection, ReadOnlySpan<byte> first) => first switch
    {
        [Smb2, (byte)'S', (byte)'M', (byte)'B', ..] => Smb2Negotiation.IsServed(connection.Server.Options)
            ? new Smb2Connection(connection)
            : throw new MalformedMessageException("The client speaks SMB2, which this server does not"),
        [Smb1, (byte)'S', (byte)'M', (byte)'B', ..] => new MultiProtocolNegotiation(connection),
        _ => throw new MalformedMessageException("The first message is not one of SMB"),
    };
}
