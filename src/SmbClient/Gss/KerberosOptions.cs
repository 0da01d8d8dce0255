using System;

namespace SmbClient.Gss;

/// <summary>How Kerberos is done. The defaults suit a machine whose Kerberos is set up.</summary>
public sealed record KerberosOptions
{
    /// <summary>
    /// The GSS-API library by name or path, such as <c>libgssapi.so.3</c> for Heimdal; null looks for MIT's, then for Heimdal's, then for macOS's.
    /// Without effect on Windows, where SSPI serves.
    /// </summary>
    public string? LibraryName { get; init; }

    /// <summary>
    /// How long a KDC may take to give tickets, all its legs together; then Kerberos is left out. The libraries themselves wait for half a minute.
    /// </summary>
    public TimeSpan KdcTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Acceptor: the keys of the service. With them sign-ins need no library and no KDC; null leaves them to the system's library and its default keytab.
    /// It stays the caller's, who disposes of it after the last acceptor.
    /// </summary>
    public KerberosKeytab? Keytab { get; init; }

    /// <summary>Acceptor: how far an initiator's clock may be from ours, [RFC4120] 3.2.3.</summary>
    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromMinutes(5);
}
