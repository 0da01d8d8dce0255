namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>The error codes of [RFC4120] 7.5.9 that an acceptor gives.</summary>
internal enum KerberosErrorCode
{
    /// <summary>KDC_ERR_POLICY.</summary>
    Policy = 12,

    /// <summary>KDC_ERR_ETYPE_NOSUPP.</summary>
    EncryptionTypeNotSupported = 14,

    /// <summary>KDC_ERR_PATH_NOT_ACCEPTED.</summary>
    PathNotAccepted = 28,

    /// <summary>KRB_AP_ERR_TKT_EXPIRED.</summary>
    TicketExpired = 32,

    /// <summary>KRB_AP_ERR_TKT_NYV.</summary>
    TicketNotYetValid = 33,

    /// <summary>KRB_AP_ERR_REPEAT.</summary>
    Repeat = 34,

    /// <summary>KRB_AP_ERR_NOT_US.</summary>
    NotUs = 35,

    /// <summary>KRB_AP_ERR_BADMATCH.</summary>
    BadMatch = 36,

    /// <summary>KRB_AP_ERR_SKEW.</summary>
    Skew = 37,

    /// <summary>KRB_AP_ERR_MODIFIED.</summary>
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
