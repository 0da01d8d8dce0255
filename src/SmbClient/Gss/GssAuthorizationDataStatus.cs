namespace SmbClient.Gss;

/// <summary>Who has checked that the authorization data of a peer are the domain's own.</summary>
public enum GssAuthorizationDataStatus
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>Nobody has checked them: they must not decide anything.</summary>
    Unverified,

    /// <summary>The system's library says that it has verified the domain's signature.</summary>
    VerifiedByLibrary,

    /// <summary>Their server signature was verified here, with the key of the service ([MS-PAC] 2.8.1).</summary>
    VerifiedWithKey,
}
