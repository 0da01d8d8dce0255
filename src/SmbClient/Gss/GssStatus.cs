namespace SmbClient.Gss;

/// <summary>
/// The state of a context after a step; the names are those of [RFC2743] 1.2.1.1. Everything but <see cref="Complete"/>,
/// <see cref="ContinueNeeded"/> and <see cref="NeedsAccount"/> is a failure, and final. A default value is a failure too.
/// </summary>
public enum GssStatus
{
    /// <summary>Anything that has no name of its own below.</summary>
    Failure = 0,

    /// <summary>The context is established.</summary>
    Complete,

    /// <summary>The other side has to answer.</summary>
    ContinueNeeded,

    /// <summary>An acceptor needs the account that the other side claims; see <see cref="GssContext.SupplyAccount"/>.</summary>
    NeedsAccount,

    /// <summary>The token does not decode, or was not due. STATUS_INVALID_PARAMETER on the wire.</summary>
    DefectiveToken,

    /// <summary>No common mechanism.</summary>
    BadMechanism,

    /// <summary>An integrity code is missing or wrong: someone changed the exchange.</summary>
    BadMic,

    /// <summary>No mechanism can serve the credential.</summary>
    NoCredential,

    /// <summary>The channel bindings differ.</summary>
    BadBindings,

    /// <summary>The proof of the secret is wrong, or nobody of that name exists: STATUS_LOGON_FAILURE either way.</summary>
    DefectiveCredential,

    /// <summary>The credential is no longer valid.</summary>
    CredentialsExpired,

    /// <summary>A policy of this side forbids what the other side offers.</summary>
    Unauthorized,

    /// <summary>The token belongs to another exchange: a replay, or a relay from another server.</summary>
    DuplicateToken,

    /// <summary>The answer took too long, or its time is not now.</summary>
    OldToken,
}
