using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using Kerberos.NET.Entities;

namespace SmbClient.KerberosNet.Tickets;

/// <summary>The principals whose tickets are kept, by name and secret: another password never gets what the right one got.</summary>
internal sealed class TicketTable
{
    /// <summary>Principals that are kept at most; then all are forgotten, and cost an exchange each.</summary>
    private const int MaxPrincipals = 256;

    private readonly Dictionary<string, ClientTickets> _tickets = [];
    private readonly HMACSHA256 _fingerprint = new();       // with a random key
    private readonly Func<KrbPrincipalName, string, ClientTickets> _make;

    public TicketTable(Func<KrbPrincipalName, string, ClientTickets> make)
    {
        _make = make;
    }

    /// <summary>The tickets of a principal.</summary>
    /// <param name="client">The principal.</param>
    /// <param name="realm">Its realm.</param>
    /// <param name="secret">What it proves itself with, or the tickets themselves; cleared here.</param>
    /// <param name="fill">Puts tickets into what is new.</param>
    public ClientTickets Find(KrbPrincipalName client, string realm, byte[] secret, Action<ClientTickets>? fill = null)
    {
        lock (_tickets)
        {
            string key = $"{PrincipalNames.Text(client)}@{realm}\n{Convert.ToBase64String(_fingerprint.ComputeHash(secret))}";
            secret.AsSpan().Clear();
            if (_tickets.TryGetValue(key, out ClientTickets? known))
            {
                return known;
            }

            if (_tickets.Count >= MaxPrincipals)
            {
                _tickets.Clear();
            }

            ClientTickets made = _make(client, realm);
            fill?.Invoke(made);
            _tickets.Add(key, made);
            return made;
        }
    }
}
