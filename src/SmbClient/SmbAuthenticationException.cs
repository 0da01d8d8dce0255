using System;
using System.IO;
using SmbClient.Gss;

namespace SmbClient;

/// <summary>
/// Signing in failed: the credential, the mechanism, or a policy of either side. No session was left behind; other sessions on the same
/// connection are not affected.
/// </summary>
public sealed class SmbAuthenticationException : IOException
{
    internal SmbAuthenticationException(string message, NtStatus status, GssStatus gssStatus, Exception? innerException = null)
        : base(message, innerException)
    {
        Status = status;
        GssStatus = gssStatus;
    }

    /// <summary>The server's answer, or <see cref="NtStatus.Success"/> where it was this side that refused.</summary>
    public NtStatus Status { get; }

    /// <summary>The state of the GSS mechanism when it failed.</summary>
    public GssStatus GssStatus { get; }
}
