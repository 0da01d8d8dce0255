using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kerberos.NET.Entities;
using SmbClient.Gss;
using SmbClient.KerberosNet.Kdc;

namespace SmbClient.KerberosNet.Tickets;

/// <summary>
/// The tickets of one principal. Whoever asks for one that is on its way waits for it: an exchange serves all who need it, and nobody's cancellation ends it.
/// </summary>
internal sealed class ClientTickets
{
    /// <summary>Tickets for services that are kept at most.</summary>
    private const int MaxServices = 256;

    private readonly object _lock = new();
    private readonly Dictionary<string, Task<Ticket>> _services = new(StringComparer.OrdinalIgnoreCase);
    private readonly KdcClient _kdc;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private Task<Ticket>? _granting;

    public ClientTickets(KdcClient kdc, TimeProvider clock, TimeSpan timeout, KrbPrincipalName client, string realm)
    {
        _kdc = kdc;
        _clock = clock;
        _timeout = timeout;
        Client = client;
        Realm = realm;
    }

    public KrbPrincipalName Client { get; }

    public string Realm { get; }

    /// <summary>Puts in what somebody else got.</summary>
    public void Add(Ticket ticket)
    {
        lock (_lock)
        {
            if (PrincipalNames.TicketGrantingRealm(ticket.Server) is null)
            {
                _services[Key(ticket.Server, ticket.ServerRealm)] = Task.FromResult(ticket);
            }
            else if (PrincipalNames.TicketGrantingRealm(ticket.Server) == Realm)
            {
                _granting = Task.FromResult(ticket);
            }
        }
    }

    /// <summary>The ticket-granting ticket; got with the secret where there is none that still holds.</summary>
    /// <param name="secret">Makes the secret, which this object disposes of; null where there is none and the tickets are all there is.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="TicketException">There is none.</exception>
    public Task<Ticket> GrantingAsync(Func<ClientSecret>? secret, CancellationToken cancellationToken)
    {
        Task<Ticket> task;
        lock (_lock)
        {
            if (!IsUsable(_granting))
            {
                string about = $"{PrincipalNames.Text(Client)}@{Realm}";
                _granting = secret is not null ? GrantAsync(secret(), about)
                    : throw new TicketException(GssStatus.NoCredential, $"{about}: there is no ticket-granting ticket, or it has ended");
            }

            task = _granting!;
        }

        return WaitAsync(task, cancellationToken);
    }

    /// <summary>A ticket for a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="realm">Its realm; null where only the KDCs know.</param>
    /// <param name="secret">As for <see cref="GrantingAsync"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="TicketException">There is none.</exception>
    public async Task<Ticket> ServiceAsync(KrbPrincipalName service, string? realm, Func<ClientSecret>? secret, CancellationToken cancellationToken)
    {
        string key = Key(service, realm ?? Realm);
        Task<Ticket>? task;
        lock (_lock)
        {
            task = _services.TryGetValue(key, out Task<Ticket>? known) && IsUsable(known) ? known : null;
        }

        if (task is null)
        {
            Ticket granting = await GrantingAsync(secret, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                if (!_services.TryGetValue(key, out task) || !IsUsable(task))
                {
                    DropOld();
                    string about = PrincipalNames.Text(service);
                    task = LimitedAsync(t => _kdc.ServiceAsync(granting, service, realm, t), about);
                    _services[key] = task;
                }
            }
        }

        return await WaitAsync(task, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops a ticket for a service: the next who needs one asks the KDC.</summary>
    public void Forget(Ticket ticket)
    {
        lock (_lock)
        {
            foreach (string key in _services.Where(s => s.Value.Status == TaskStatus.RanToCompletion && s.Value.Result == ticket).Select(s => s.Key).ToArray())
            {
                _services.Remove(key);
            }
        }
    }

    /// <summary>A forwarded ticket-granting ticket, made for one acceptor.</summary>
    /// <exception cref="TicketException">There is none.</exception>
    public async Task<Ticket> ForwardedAsync(Func<ClientSecret>? secret, CancellationToken cancellationToken)
    {
        Ticket granting = await GrantingAsync(secret, cancellationToken).ConfigureAwait(false);
        if (!granting.Has(TicketFlags.Forwardable))
        {
            throw new TicketException(GssStatus.NoCredential, "the user's tickets cannot be forwarded");
        }

        return await WaitAsync(LimitedAsync(t => _kdc.ForwardAsync(granting, t), "a forwarded ticket"), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Ticket> GrantAsync(ClientSecret secret, string about)
    {
        using (secret)
        {
            return await LimitedAsync(t => _kdc.GrantAsync(Client, Realm, secret, t), about).ConfigureAwait(false);
        }
    }

    private async Task<Ticket> LimitedAsync(Func<CancellationToken, Task<Ticket>> exchange, string about)
    {
        using CancellationTokenSource limit = new(_timeout);
        try
        {
            // Never on the thread that holds the lock.
            return await Task.Run(() => exchange(limit.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TicketException(GssStatus.NoCredential, $"{about}: no KDC answers within {_timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is not (TicketException or OperationCanceledException or OutOfMemoryException))
        {
            throw new TicketException(GssStatus.NoCredential, $"{about}: the KDC's answer cannot be read: {e.Message}", e);
        }
    }

    private static async Task<Ticket> WaitAsync(Task<Ticket> task, CancellationToken cancellationToken)
    {
        await ((Task)task).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>On its way, or got and not at its end.</summary>
    private bool IsUsable(Task<Ticket>? task) =>
        task is not null && (!task.IsCompleted || (task.Status == TaskStatus.RanToCompletion && task.Result.IsUsable(_clock.GetUtcNow())));

    private void DropOld()
    {
        foreach (string key in _services.Where(s => !IsUsable(s.Value)).Select(s => s.Key).ToArray())
        {
            _services.Remove(key);
        }

        if (_services.Count >= MaxServices)
        {
            _services.Clear();
        }
    }

    private static string Key(KrbPrincipalName service, string realm) => $"{PrincipalNames.Text(service)}@{realm}";
}
