using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kerberos.NET.Configuration;

namespace SmbClient.KerberosNet;

/// <summary>Which realm a host is in, and where a realm's KDCs are: the options over krb5.conf.</summary>
internal sealed class RealmMap
{
    private const int KdcPort = 88;

    private readonly KerberosNetOptions _options;
    private readonly Krb5Config _file;

    public RealmMap(KerberosNetOptions options, string configuration)
    {
        _options = options;
        _file = Krb5Config.Parse(configuration);
    }

    /// <summary>The realm of those who do not say theirs; null where none is configured.</summary>
    public string? DefaultRealm => _options.DefaultRealm ?? (string.IsNullOrWhiteSpace(_file.Defaults.DefaultRealm) ? null : _file.Defaults.DefaultRealm);

    /// <summary>
    /// The text of krb5.conf, empty where there is none. Kerberos.NET takes KRB5_CONFIG for a folder, and the libraries of MIT and Heimdal for a list of files.
    /// </summary>
    public static string ReadConfiguration(string? path)
    {
        string[] candidates = path is not null ? [path]
            : Environment.GetEnvironmentVariable("KRB5_CONFIG") is { Length: > 0 } variable ? variable.Split(Path.PathSeparator)
            : ["/etc/krb5.conf"];
        string? found = candidates.FirstOrDefault(File.Exists);
        return found is null ? "" : File.ReadAllText(found);
    }

    /// <summary>The realm of a user's domain, which may be a realm in any case or a NetBIOS name; null where it cannot be told.</summary>
    public string? RealmOfDomain(string domain)
    {
        if (domain.Length == 0)
        {
            return DefaultRealm;
        }

        if (domain == ".")
        {
            return null;
        }

        // The NetBIOS name of a domain is nearly always the first label of its DNS name; another one cannot be told without asking a controller.
        return KnownRealm(domain)
            ?? (domain.IndexOf('.') >= 0 ? domain.ToUpperInvariant() : null)
            ?? (DefaultRealm is { } realm && string.Equals(realm.Split('.')[0], domain, StringComparison.OrdinalIgnoreCase) ? realm : null);
    }

    /// <summary>The realm that [domain_realm] says: of the host itself, else of the nearest domain around it. Null where it says nothing.</summary>
    public string? RealmOfHost(string host)
    {
        for (string name = host.ToLowerInvariant(); ;)
        {
            if (DomainRealm(name) is { } realm)
            {
                return realm;
            }

            int dot = name.IndexOf('.', 1);
            if (dot < 0)
            {
                return null;
            }

            name = name.Substring(dot);
        }
    }

    /// <summary>Hosts and ports, the preferred first; never empty.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> KdcsOf(string realm)
    {
        IEnumerable<string> kdcs = _options.Kdcs.FirstOrDefault(k => string.Equals(k.Key, realm, StringComparison.OrdinalIgnoreCase)).Value
            ?? _file.Realms.FirstOrDefault(r => string.Equals(r.Key, realm, StringComparison.OrdinalIgnoreCase)).Value?.Kdc
            ?? Enumerable.Empty<string>();
        KeyValuePair<string, int>[] found = [.. kdcs.Select(Address).OfType<KeyValuePair<string, int>>().Distinct()];

        // A domain's DNS name has the addresses of its controllers, [MS-ADTS] 6.3.2.3. SRV records would need a DNS client, which .NET does not have.
        return found.Length > 0 ? found : [new KeyValuePair<string, int>(realm.ToLowerInvariant(), KdcPort)];
    }

    private static KeyValuePair<string, int>? Address(string kdc)
    {
        string host = kdc.Trim();
        if (host.StartsWith("tcp/", StringComparison.OrdinalIgnoreCase))
        {
            host = host.Substring(4);
        }

        // UDP and proxies over HTTPS are not spoken here.
        if (host.Length == 0 || host.IndexOf('/') >= 0)
        {
            return null;
        }

        int port = KdcPort;
        int colon = host.LastIndexOf(':');
        if (colon >= 0 && (host.IndexOf(':') == colon || host[colon - 1] == ']') && int.TryParse(host.Substring(colon + 1), out int given))
        {
            port = given;
            host = host.Substring(0, colon);
        }

        return new KeyValuePair<string, int>(host.Trim('[', ']'), port);
    }

    private string? KnownRealm(string name) => new[] { DefaultRealm }.Concat(_options.Kdcs.Keys).Concat(_file.Realms.Keys)
        .FirstOrDefault(r => string.Equals(r, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A name with a dot in front is a domain; [domain_realm] may also write it without, and then means the host of that name too.</summary>
    private string? DomainRealm(string name) => _file.DomainRealm
        .FirstOrDefault(d => string.Equals(d.Key, name, StringComparison.OrdinalIgnoreCase) || string.Equals("." + d.Key, name, StringComparison.OrdinalIgnoreCase))
        .Value;
}
