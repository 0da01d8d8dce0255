using SmbClient.Authentication;

namespace SmbClient.Server.Smb1;

/// <summary>A session, [MS-CIFS] 3.3.1.5: a user under a UID of one connection.</summary>
internal sealed class Smb1Session(ushort uid)
{
    private volatile bool _isClosed;
    private volatile SmbServerSession? _user;

    public ushort Uid => uid;

    /// <summary>The authentication that is under way, the first one or another.</summary>
    public SmbAuthConversation? Conversation { get; set; }

    /// <summary>Who has signed in; null until the first authentication is complete.</summary>
    public SmbServerSession? User
    {
        get => _user;
        set => _user = value;
    }

    public SmbIdentity? Identity => User?.Identity;

    /// <summary>Nothing may be opened in it any more.</summary>
    public bool IsClosed
    {
        get => _isClosed;
        set => _isClosed = value;
    }

    public bool IsValid => Identity is not null && !IsClosed;
}
