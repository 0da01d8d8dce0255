using System;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;

namespace SmbClient.KerberosNet.Tickets;

/// <summary>A ticket and what its owner knows of it: the session key, above all.</summary>
internal sealed class Ticket
{
    public required KrbTicket Encoded { get; init; }

    public required KrbEncryptionKey SessionKey { get; init; }

    public required KrbPrincipalName Client { get; init; }

    public required string ClientRealm { get; init; }

    /// <summary>The service as the KDC's encrypted part says.</summary>
    public required KrbPrincipalName Server { get; init; }

    public required string ServerRealm { get; init; }

    public required TicketFlags Flags { get; init; }

    public DateTimeOffset AuthTime { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public required DateTimeOffset EndTime { get; init; }

    public DateTimeOffset? RenewTill { get; init; }

    /// <summary>Usable for a while yet: one that ends on the way would be refused.</summary>
    public bool IsUsable(DateTimeOffset now) => EndTime - now > TimeSpan.FromMinutes(1);

    public bool Has(TicketFlags flag) => (Flags & flag) == flag;

    /// <summary>What the owner says of itself to a KDC or an acceptor.</summary>
    public KrbTgsRep AsReply() => new() { Ticket = Encoded, CName = Client, CRealm = ClientRealm };

    public KerberosKey Key() => SessionKey.AsKey();
}
