using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kerberos.NET.Client;
using Kerberos.NET.Entities;
using SmbClient.Gss;

namespace SmbClient.KerberosNet.Tickets;

/// <summary>
/// A credential cache of the type FILE, versions 3 and 4, as kinit leaves it. It is only read: Kerberos.NET's own cache would create a missing file and write
/// new tickets into it.
/// </summary>
internal sealed class CredentialCacheFile
{
    /// <summary>Octets of a file at most.</summary>
    private const int MaxLength = 16 << 20;

    private readonly Krb5CredentialCache _cache;

    private CredentialCacheFile(byte[] octets, Krb5CredentialCache cache)
    {
        Octets = octets;
        _cache = cache;
    }

    /// <summary>The whole file.</summary>
    public byte[] Octets { get; }

    public KrbPrincipalName Client => new() { Type = PrincipalNameType.NT_PRINCIPAL, Name = _cache.DefaultPrincipalName.Name };

    public string Realm => _cache.DefaultPrincipalName.Realm;

    /// <summary>Reads the cache of a name, null for the one in KRB5CCNAME.</summary>
    /// <exception cref="TicketException">There is none of a type that is known here, or it cannot be read.</exception>
    public static CredentialCacheFile Read(string? name)
    {
        string path = PathOf(name ?? Environment.GetEnvironmentVariable("KRB5CCNAME"));
        try
        {
            if (new FileInfo(path).Length > MaxLength)
            {
                throw new InvalidDataException("it is too long");
            }

            byte[] octets = File.ReadAllBytes(path);
            using Krb5TicketCache cache = new(octets);
            return cache.Krb5Cache.DefaultPrincipalName is null ? throw new InvalidDataException("it is empty") : new CredentialCacheFile(octets, cache.Krb5Cache);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new TicketException(GssStatus.NoCredential, $"the credential cache {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The cache's tickets that belong to its principal.</summary>
    public IEnumerable<Ticket> Tickets() => _cache.Credentials
        .Where(c => c.Client.Realm == Realm && c.Client.Name.SequenceEqual(Client.Name) && !c.IsKey)
        .Select(c => new Ticket
        {
            Encoded = KrbTicket.DecodeApplication(c.Ticket),
            SessionKey = new KrbEncryptionKey { EType = c.KeyBlock.Key, KeyValue = c.KeyBlock.Value },
            Client = Client,
            ClientRealm = Realm,
            Server = new KrbPrincipalName { Type = PrincipalNameType.NT_SRV_INST, Name = c.Server.Name },
            ServerRealm = c.Server.Realm,
            Flags = c.Flags,
            AuthTime = c.AuthTime,
            StartTime = c.StartTime,
            EndTime = c.EndTime,
            RenewTill = c.RenewTill,
        });

    private static string PathOf(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw new TicketException(GssStatus.NoCredential, "no credential cache is named, and KRB5CCNAME is not set");
        }

        int colon = name!.IndexOf(':');
        return colon <= 1 ? name       // a bare path, perhaps on a drive
            : string.Equals(name.Substring(0, colon), "FILE", StringComparison.OrdinalIgnoreCase) ? name.Substring(colon + 1)
            : throw new TicketException(GssStatus.NoCredential, $"the credential cache {name} is of a type that only the system's library reads; here it is FILE");
    }
}
