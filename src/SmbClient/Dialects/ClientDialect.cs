using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;

namespace SmbClient.Dialects;

/// <summary>One negotiated protocol family on one connection: the seam between the client's state and the wire.</summary>
internal abstract class ClientDialect
{
    /// <summary>
    /// Signs the session's user in, in any number of legs, or again if the session has an id already. On success the session has its id, key and
    /// guest mark and signing is active where it must be. Throws <see cref="SmbAuthenticationException"/>.
    /// </summary>
    public abstract Task SetUpSessionAsync(ClientSession session, CancellationToken cancellationToken);

    /// <summary>Says goodbye for a session.</summary>
    public abstract Task LogoffAsync(ClientSession session, CancellationToken cancellationToken);

    /// <summary>Connects to the share and fills in the tree connect.</summary>
    public abstract Task ConnectTreeAsync(ClientTreeConnect treeConnect, CancellationToken cancellationToken);

    /// <summary>Asks the server for a sign of life.</summary>
    public abstract Task EchoAsync(CancellationToken cancellationToken);
}
