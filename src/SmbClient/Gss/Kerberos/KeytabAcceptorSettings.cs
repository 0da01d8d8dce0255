using System;

namespace SmbClient.Gss.Kerberos;

/// <summary>What the acceptors of one mechanism share.</summary>
internal sealed class KeytabAcceptorSettings
{
    public required KerberosKeytab Keytab { get; init; }

    /// <summary>How far an initiator's clock may be from ours.</summary>
    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    public ReplayCache ReplayCache { get; init; } = ReplayCache.Shared;
}
