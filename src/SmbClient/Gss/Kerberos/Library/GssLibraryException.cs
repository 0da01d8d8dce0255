using System;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>A call of the system's library failed. It never leaves the mechanism: callers get a <see cref="GssStep"/> or a <see cref="GssInitiation"/>.</summary>
internal sealed class GssLibraryException : Exception
{
    /// <summary>ERROR_TABLE_BASE_krb5: the minor codes of [RFC4120] 7.5.9 begin here.</summary>
    private const int KerberosBase = -1765328384;

    public GssLibraryException(uint major, uint minor, string message)
        : base(message)
    {
        RoutineError = major & 0x00FF0000;
        int code = unchecked((int)minor) - KerberosBase;
        KerberosError = code is > 0 and < 128 ? (KerberosError)code : KerberosError.None;
    }

    /// <summary>GSS_ROUTINE_ERROR of the major status, [RFC2744] 3.9.1.</summary>
    public uint RoutineError { get; }

    /// <summary>What Kerberos says, as far as the library tells.</summary>
    public KerberosError KerberosError { get; }

    /// <summary>The same for the seam.</summary>
    public GssStatus Status => KerberosError switch
    {
        KerberosError.Repeat => GssStatus.DuplicateToken,
        KerberosError.Skew or KerberosError.TicketNotYetValid => GssStatus.OldToken,
        KerberosError.TicketExpired or KerberosError.ClientKeyExpired => GssStatus.CredentialsExpired,
        KerberosError.PreauthenticationFailed or KerberosError.BadIntegrity or KerberosError.Modified or KerberosError.ClientRevoked
            or KerberosError.ClientUnknown or KerberosError.NotUs or KerberosError.NoKey or KerberosError.BadKeyVersion => GssStatus.DefectiveCredential,
        _ => RoutineError switch
        {
            0x00040000 => GssStatus.BadBindings,
            0x00060000 => GssStatus.BadMic,
            0x00070000 => GssStatus.NoCredential,
            0x00090000 => GssStatus.DefectiveToken,
            0x000A0000 => GssStatus.DefectiveCredential,
            0x000B0000 or 0x000C0000 => GssStatus.CredentialsExpired,
            _ => GssStatus.Failure,
        },
    };
}
