using System;
using Kerberos.NET.Entities;
using SmbClient.Gss;

namespace SmbClient.KerberosNet;

/// <summary>Why there is no ticket, and what that means for the sign-in.</summary>
internal sealed class TicketException : Exception
{
    public TicketException(GssStatus status, string message, Exception? inner = null)
        : base(message, inner)
    {
        Status = status;
    }

    /// <summary><see cref="GssStatus.NoCredential"/> where another mechanism may be tried.</summary>
    public GssStatus Status { get; }

    /// <summary>
    /// What a KDC answered. Only what it says of the user's own secret or account ends the sign-in: everything else may be because the user or the server
    /// is none of this realm's.
    /// </summary>
    public static TicketException Of(KrbError error, string about)
    {
        GssStatus status = error.ErrorCode switch
        {
            KerberosErrorCode.KDC_ERR_PREAUTH_FAILED => GssStatus.DefectiveCredential,
            KerberosErrorCode.KDC_ERR_CLIENT_REVOKED or KerberosErrorCode.KDC_ERR_POLICY => GssStatus.Unauthorized,
            KerberosErrorCode.KDC_ERR_NAME_EXP or KerberosErrorCode.KDC_ERR_KEY_EXPIRED => GssStatus.CredentialsExpired,
            _ => GssStatus.NoCredential,
        };
        string hint = error.ErrorCode switch
        {
            KerberosErrorCode.KDC_ERR_ETYPE_NOSUPP => " (only AES is offered here, never RC4)",
            KerberosErrorCode.KDC_ERR_C_PRINCIPAL_UNKNOWN => " (the user is not in the realm)",
            KerberosErrorCode.KDC_ERR_S_PRINCIPAL_UNKNOWN => " (the service is not in the realm)",
            KerberosErrorCode.KDC_ERR_PREAUTH_FAILED => " (wrong password or key)",
            KerberosErrorCode.KRB_AP_ERR_SKEW => " (the clocks differ too much)",
            _ => "",
        };
        return new TicketException(status, $"{about}: the KDC answers {error.ErrorCode}{hint}");
    }
}
