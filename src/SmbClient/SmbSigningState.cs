namespace SmbClient;

/// <summary>
/// How much a side wants messages to be signed: the client's MessageSigningPolicy ([MS-SMB] 3.2.1.1) and the server's signing state
/// ([MS-SMB] 3.2.1.2) take the same four values.
/// </summary>
public enum SmbSigningState
{
    /// <summary>Never sign; a peer that requires signatures is refused.</summary>
    Disabled,

    /// <summary>Sign only if the peer requires it.</summary>
    Declined,

    /// <summary>Sign if the peer can.</summary>
    Enabled,

    /// <summary>Always sign; a peer that cannot is refused. The client's default.</summary>
    Required,
}
