namespace SmbClient.Gss.Kerberos;

/// <summary>What <see cref="ReplayCache"/> says of an authenticator.</summary>
internal enum ReplayVerdict
{
    /// <summary>It was not seen before, and is remembered.</summary>
    New,

    /// <summary>It was seen before.</summary>
    Repeated,

    /// <summary>Nobody can tell, since no more can be remembered.</summary>
    Full,
}
