using System;
using System.Collections.Generic;
using System.Linq;
using SmbClient.Gss.Kerberos.Messages;

namespace SmbClient.Gss.Kerberos;

/// <summary>The keys that may have encrypted one ticket, the likeliest first.</summary>
internal sealed class KeytabKeys
{
    /// <summary>More keys of one service and one type than a rotation leaves behind; each costs a decryption of whatever anybody sends.</summary>
    private const int MaxTried = 16;

    private static readonly string[] HostServices = ["cifs", "host"];

    private KeytabKeys(IReadOnlyList<KerberosKey> keys, bool hasVersion)
    {
        Keys = keys;
        HasVersion = hasVersion;
    }

    public IReadOnlyList<KerberosKey> Keys { get; }

    /// <summary>True where a key of the ticket's own number is among them.</summary>
    public bool HasVersion { get; }

    /// <summary>
    /// A service that the keytab names has its own keys and no others. For one that it does not name, the accounts' keys are tried and those of
    /// the host's services: a domain gives out tickets to any service name of an account, and the keytab need not list them.
    /// A key of another kind of service, such as HTTP, is never tried: a ticket to that one must not sign in here under a changed name.
    /// </summary>
    public static KeytabKeys Find(IReadOnlyList<KeytabEntry> entries, KerberosPrincipal service, string realm, int? version, int type)
    {
        List<KeytabEntry> named = [.. entries.Where(e =>
            e.Principal.Equals(service, StringComparison.OrdinalIgnoreCase) && string.Equals(e.Realm, realm, StringComparison.OrdinalIgnoreCase))];
        IEnumerable<KeytabEntry> eligible = named.Count > 0 ? named : entries.Where(e => MayHaveAlias(e.Principal));
        List<KerberosKey> keys = [.. eligible.Select(e => e.Key).Where(k => (int)k.Type == type)
            .OrderByDescending(k => IsVersion(k, version)).ThenByDescending(k => k.Version).Take(MaxTried)];
        return new KeytabKeys(keys, keys.Any(k => IsVersion(k, version)));
    }

    private static bool MayHaveAlias(KerberosPrincipal principal) =>
        principal.Components.Count == 1 || HostServices.Contains(principal.Components[0], StringComparer.OrdinalIgnoreCase);

    /// <summary>Files have eight bits of the number in old records, tickets have 32; number 0 stands for any.</summary>
    private static bool IsVersion(KerberosKey key, int? version) =>
        version is null or 0 || key.Version == 0 || key.Version == version || (key.Version <= byte.MaxValue && key.Version == (version & byte.MaxValue));
}
