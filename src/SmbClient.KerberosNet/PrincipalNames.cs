using System;
using System.Linq;
using System.Net;
using Kerberos.NET.Entities;

namespace SmbClient.KerberosNet;

/// <summary>
/// Names of principals, [RFC4120] 6.2. Kerberos.NET's own parser puts <c>user@REALM</c> into one component, which KDCs other than Active Directory do not know,
/// and its comparison takes cifs and host for the same service.
/// </summary>
internal static class PrincipalNames
{
    /// <summary>A user, or a service as a user: components are separated by slashes.</summary>
    public static KrbPrincipalName User(string name) => new() { Type = PrincipalNameType.NT_PRINCIPAL, Name = name.Split('/') };

    /// <summary>The ticket-granting service for a realm.</summary>
    public static KrbPrincipalName TicketGranting(string realm) => new() { Type = PrincipalNameType.NT_SRV_INST, Name = ["krbtgt", realm] };

    /// <summary>The realm that tickets of this ticket-granting service are for; null for other services.</summary>
    public static string? TicketGrantingRealm(KrbPrincipalName name) => name.Name is ["krbtgt", { } realm] ? realm : null;

    public static string Text(KrbPrincipalName name) => string.Join("/", name.Name);

    public static bool IsSame(KrbPrincipalName left, KrbPrincipalName right) => left.Name.SequenceEqual(right.Name, StringComparer.Ordinal);

    /// <summary>[RFC4120] 5.2.1 leaves other characters open, and all KDCs take UTF-8; Kerberos.NET refuses to write them.</summary>
    public static bool CanBeSent(KrbPrincipalName name, string realm) => name.Name.Append(realm).All(n => n.All(c => c < 0x80));

    /// <summary><c>service/host[@REALM]</c>. Null, with a reason, for what no KDC has a ticket for.</summary>
    public static KrbPrincipalName? Service(string target, out string? realm, out string? reason)
    {
        int at = target.LastIndexOf('@');
        realm = at < 0 ? null : target.Substring(at + 1);
        string[] names = (at < 0 ? target : target.Substring(0, at)).Split('/');
        reason = names.Length != 2 || names.Contains("") || names[1].IndexOf('@') >= 0 || realm is "" ? $"'{target}' is not service/host"
            : target.Any(c => c >= 0x80) ? $"'{target}' has characters that Kerberos.NET cannot send"
            : IPAddress.TryParse(names[1], out _) ? $"'{names[1]}' is an address, and tickets are for names"
            : null;
        return reason is null ? new KrbPrincipalName { Type = PrincipalNameType.NT_SRV_INST, Name = names } : null;
    }
}
