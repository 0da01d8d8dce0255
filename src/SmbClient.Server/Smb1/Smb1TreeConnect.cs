using SmbClient.Server.Connections;
using SmbClient.Server.Files;

namespace SmbClient.Server.Smb1;

/// <summary>A session's connection to a share, [MS-CIFS] 3.3.1.6.</summary>
internal sealed class Smb1TreeConnect(ushort tid, Smb1Session session, ServerShare share, ServerTree target)
{
    private volatile bool _isClosed;

    public ushort Tid => tid;

    public Smb1Session Session => session;

    public ServerShare Share => share;

    public ServerTree Target => target;

    /// <summary>Nothing may be opened in it any more.</summary>
    public bool IsClosed
    {
        get => _isClosed || session.IsClosed;
        set => _isClosed = value;
    }
}
