using System;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>What a client is told of a failure (spec of the authenticator, 4.4): no more than it needs to know.</summary>
internal static class AuthStatus
{
    /// <param name="status">How the context failed.</param>
    /// <param name="mechanism">The mechanism, with what is around it: only a client of Kerberos can do something about its clock.</param>
    public static NtStatus OnTheWire(GssStatus status, string mechanism) => status switch
    {
        GssStatus.OldToken when mechanism.EndsWith(KerberosMechanism.MechanismName, StringComparison.Ordinal) => NtStatus.TimeDifferenceAtDc,
        GssStatus.DefectiveToken or GssStatus.BadMechanism => NtStatus.InvalidParameter,
        GssStatus.Unauthorized => NtStatus.AccessDenied,
        GssStatus.NoCredential => NtStatus.NoLogonServers,
        _ => NtStatus.LogonFailure,
    };
}
