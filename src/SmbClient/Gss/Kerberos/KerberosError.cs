namespace SmbClient.Gss.Kerberos;

/// <summary>Error codes of Kerberos, [RFC4120] 7.5.9, as far as they make a difference here.</summary>
internal enum KerberosError
{
    /// <summary>None, or another.</summary>
    None = 0,

    /// <summary>KDC_ERR_C_PRINCIPAL_UNKNOWN.</summary>
    ClientUnknown = 6,

    /// <summary>KDC_ERR_S_PRINCIPAL_UNKNOWN.</summary>
    ServiceUnknown = 7,

    /// <summary>KDC_ERR_POLICY.</summary>
    Policy = 12,

    /// <summary>KDC_ERR_ETYPE_NOSUPP.</summary>
    EncryptionTypeNotSupported = 14,

    /// <summary>KDC_ERR_CLIENT_REVOKED: disabled or locked.</summary>
    ClientRevoked = 18,

    /// <summary>KDC_ERR_KEY_EXPIRED: the password has to be changed.</summary>
    ClientKeyExpired = 23,

    /// <summary>KDC_ERR_PREAUTH_FAILED: the password is wrong.</summary>
    PreauthenticationFailed = 24,

    /// <summary>KDC_ERR_PATH_NOT_ACCEPTED: nobody has checked the realms on the way.</summary>
    PathNotAccepted = 28,

    /// <summary>KRB_AP_ERR_BAD_INTEGRITY.</summary>
    BadIntegrity = 31,

    /// <summary>KRB_AP_ERR_TKT_EXPIRED.</summary>
    TicketExpired = 32,

    /// <summary>KRB_AP_ERR_TKT_NYV.</summary>
    TicketNotYetValid = 33,

    /// <summary>KRB_AP_ERR_REPEAT.</summary>
    Repeat = 34,

    /// <summary>KRB_AP_ERR_NOT_US: the ticket is for somebody else.</summary>
    NotUs = 35,

    /// <summary>KRB_AP_ERR_BADMATCH: ticket and authenticator are of two users.</summary>
    BadMatch = 36,

    /// <summary>KRB_AP_ERR_SKEW.</summary>
    Skew = 37,

    /// <summary>KRB_AP_ERR_MODIFIED: the ticket does not decrypt with our key.</summary>
    Modified = 41,

    /// <summary>KRB_AP_ERR_BADKEYVER.</summary>
    BadKeyVersion = 44,

    /// <summary>KRB_AP_ERR_NOKEY.</summary>
    NoKey = 45,

    /// <summary>KRB_AP_ERR_INAPP_CKSUM.</summary>
    InappropriateChecksum = 50,

    /// <summary>KRB_ERR_GENERIC.</summary>
    Generic = 60,
}
