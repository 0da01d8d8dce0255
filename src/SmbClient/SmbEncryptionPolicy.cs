namespace SmbClient;

/// <summary>When messages are sealed, which takes SMB 3.0 or later.</summary>
public enum SmbEncryptionPolicy
{
    /// <summary>Where the server demands it, for the session or for a share. The default.</summary>
    IfServerRequires,

    /// <summary>Wherever the server can.</summary>
    Preferred,

    /// <summary>Always; a server that cannot is refused before any data is sent.</summary>
    Required,
}
