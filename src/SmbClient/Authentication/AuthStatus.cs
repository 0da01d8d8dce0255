using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>What a client is told of a failure (spec of the authenticator, 4.4): no more than it needs to know.</summary>
internal static class AuthStatus
{
    public static NtStatus OnTheWire(GssStatus status) => status switch
    {
        GssStatus.DefectiveToken or GssStatus.BadMechanism => NtStatus.InvalidParameter,
        GssStatus.Unauthorized => NtStatus.AccessDenied,
        GssStatus.NoCredential => NtStatus.NoLogonServers,
        _ => NtStatus.LogonFailure,
    };
}
