using System.Threading.Tasks;
using SmbClient.Server.Connections;
using SmbClient.Wire;

namespace SmbClient.Server.Smb1;

/// <summary>SMB1 on one connection.</summary>
internal sealed class Smb1Connection : IServerProtocol
{
    private readonly ServerConnection _connection;

    public Smb1Connection(ServerConnection connection)
    {
        _connection = connection;
    }

    public int MaxMessageSize => WireLimits.MaxMessageBeforeAuthentication;

    public ValueTask ReceiveAsync(MessageBuffer message)
    {
        _connection.Release(message);
        throw new MalformedMessageException("SMB1");
    }

    public ValueTask EndAsync() => default;
}
