using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;

namespace SmbClient.KerberosNet.Tickets;

/// <summary>
/// The keys of a keytab. Kerberos.NET reads it, but is not asked to choose: it would take the first key of the file where no name fits, and RC4 where it does not
/// know a checksum.
/// </summary>
internal sealed class KeytabFile
{
    private readonly KeyEntry[] _entries;

    private KeytabFile(KeyEntry[] entries)
    {
        _entries = entries;
    }

    /// <exception cref="TicketException">It cannot be read, or has no key of an AES type.</exception>
    public static KeytabFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TicketException(GssStatus.NoCredential, $"the keytab {path} cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="TicketException">It cannot be read, or has no key of an AES type.</exception>
    public static KeytabFile Parse(byte[] octets)
    {
        KeyEntry[] entries;
        try
        {
            entries = [.. new KeyTable(octets).Entries.Where(e => e.Key is not null && Kdc.EncryptionTypes.IsSupported(e.Key.EncryptionType))];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new TicketException(GssStatus.NoCredential, $"the keytab cannot be read: {e.Message}", e);
        }

        return entries.Length > 0 ? new KeytabFile(entries) : throw new TicketException(GssStatus.NoCredential, "the keytab has no key of an AES type");
    }

    /// <summary>A principal's keys.</summary>
    public IEnumerable<KeyEntry> Of(KrbPrincipalName client, string realm) =>
        _entries.Where(e => e.Principal.Realm == realm && string.Join("/", e.Principal.Name) == PrincipalNames.Text(client));

    /// <summary>
    /// The keys that a ticket may be encrypted with, the likeliest first: of the service that it names, then of the others, because a service has its aliases'
    /// tickets encrypted with one key. What opens the ticket decides.
    /// </summary>
    public IEnumerable<KerberosKey> For(KrbTicket ticket) => _entries
        .Where(e => e.Key.EncryptionType == ticket.EncryptedPart.EType)
        .OrderByDescending(e => string.Equals(string.Join("/", e.Principal.Name), PrincipalNames.Text(ticket.SName), StringComparison.OrdinalIgnoreCase))
        .ThenByDescending(e => e.Version == ticket.EncryptedPart.KeyVersionNumber)
        .ThenByDescending(e => e.Version)
        .Select(e => e.Key);
}
