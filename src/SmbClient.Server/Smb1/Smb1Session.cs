using SmbClient.Authentication;

namespace SmbClient.Server.Smb1;

/// <summary>A session, [MS-CIFS] 3.3.1.5: a user under a UID of one connection.</summary>
internal sealed class Smb1Session(ushort uid)
{
    private volatile bool _isClosed;
    private volatile SmbIdentity? _identity;

    public ushort Uid => uid;

    /// <summary>The authentication that is under way, the first one or another.</summary>
    public SmbAuthConversation? Conversation { get; set; }

    /// <summary>Who it is; null until the first authentication is complete.</summary>
    public SmbIdentity? Identity
    {
        get => _identity;
        set => _identity = value;
    }

    /// <summary>Nothing may be opened in it any more.</summary>
    public bool IsClosed
    {
        get => _isClosed;
        set => _isClosed = value;
    }

    public bool IsValid => Identity is not null && !IsClosed;
}
