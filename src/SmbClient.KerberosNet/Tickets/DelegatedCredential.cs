using System;
using SmbClient.Gss;

namespace SmbClient.KerberosNet.Tickets;

/// <summary>A forwarded ticket-granting ticket, which an acceptor got: <see cref="KerberosNetMechanism"/> signs in with it.</summary>
internal sealed class DelegatedCredential : GssCredential
{
    private Ticket? _ticket;

    public DelegatedCredential(Ticket ticket)
        : base(PrincipalNames.Text(ticket.Client), ticket.ClientRealm)
    {
        _ticket = ticket;
    }

    /// <exception cref="ObjectDisposedException">The credential was disposed.</exception>
    public Ticket Ticket
    {
        get
        {
            ObjectDisposedException.ThrowIf(_ticket is null, this);
            return _ticket!;
        }
    }

    protected override bool SecretMatches(GssCredential other) => ReferenceEquals(this, other);

    protected override void Dispose(bool disposing)
    {
        _ticket = null;
        base.Dispose(disposing);
    }
}
