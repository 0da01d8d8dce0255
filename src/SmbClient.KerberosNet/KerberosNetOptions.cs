using System;
using System.Collections.Generic;

namespace SmbClient.KerberosNet;

/// <summary>How <see cref="KerberosNetMechanism"/> does Kerberos. The defaults suit a machine that has a krb5.conf.</summary>
public sealed class KerberosNetOptions
{
    /// <summary>The krb5.conf; null takes the first file of KRB5_CONFIG that there is, else <c>/etc/krb5.conf</c>. It may be absent.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>The realm of users and servers that do not say theirs; null takes krb5.conf's.</summary>
    public string? DefaultRealm { get; init; }

    /// <summary>
    /// KDCs by realm, without case, each <c>host</c> or <c>host:port</c>; they replace those that krb5.conf has for the realm. Realms that are in neither are
    /// asked under their own name, as a domain of Active Directory can be.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Kdcs { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>How long the KDCs may take to give one ticket, all legs together; then Kerberos is left out.</summary>
    public TimeSpan KdcTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Acceptor: the service's keys, as a keytab file has them; empty takes <see cref="KeytabPath"/>. It is not copied.</summary>
    public ReadOnlyMemory<byte> Keytab { get; init; }

    /// <summary>Acceptor: the file with the service's keys, which is read again when it has changed. Without either there is no acceptor.</summary>
    public string? KeytabPath { get; init; }

    /// <summary>Acceptor: how far an initiator's clock may be from ours, [RFC4120] 3.2.3.</summary>
    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    internal void Validate()
    {
        if (KdcTimeout <= TimeSpan.Zero || MaxClockSkew <= TimeSpan.Zero)
        {
            throw new ArgumentException("A time limit must be positive.");
        }
    }
}
