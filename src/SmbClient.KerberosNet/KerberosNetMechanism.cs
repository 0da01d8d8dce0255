using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;
using SmbClient.KerberosNet.Contexts;
using SmbClient.KerberosNet.Kdc;
using SmbClient.KerberosNet.Tickets;

namespace SmbClient.KerberosNet;

/// <summary>
/// Kerberos 5 over Kerberos.NET, for machines without a system library: passwords, keytabs, credential caches of the type FILE and delegated credentials as
/// initiator, a keytab as acceptor. AES only. It takes the place of <see cref="GssMechanism.Kerberos"/> in a list of mechanisms, never beside it.
/// Safe for any number of threads; tickets that one caller got serve the next.
/// </summary>
public sealed class KerberosNetMechanism : GssMechanism
{
    internal const string MechanismName = "Kerberos";

    private readonly KerberosNetOptions _options;
    private readonly TicketTable _table;
    private readonly ReplayCache _replays = new();
    private readonly TimeProvider _clock;
    private readonly KdcClient _kdc;
    private readonly object _keytabLock = new();
    private KeytabFile? _keytab;
    private DateTime _keytabTime;
    private (string Text, RealmMap Map)? _realms;

    /// <summary>A mechanism of these options.</summary>
    /// <exception cref="ArgumentException">A time limit is not positive, or <see cref="KerberosNetOptions.Keytab"/> cannot be read.</exception>
    public KerberosNetMechanism(KerberosNetOptions options)
        : this(options, null, TimeProvider.System)
    {
    }

    internal KerberosNetMechanism(KerberosNetOptions options, KdcTransport? transport, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _clock = clock;
        _kdc = new KdcClient(transport ?? new TcpKdcTransport(Realms, options.KdcTimeout), clock);
        _table = new TicketTable(MakeTickets);
        try
        {
            _keytab = options.Keytab.IsEmpty ? null : KeytabFile.Parse(options.Keytab.ToArray());
        }
        catch (TicketException e)
        {
            throw new ArgumentException(e.Message, nameof(options), e);
        }
    }

    /// <inheritdoc/>
    public override string Name => MechanismName;

    /// <inheritdoc/>
    public override string Oid => "1.2.840.113554.1.2.2";

    /// <summary>What Windows 2000 made of the identifier by cutting it to 16 bits ([MS-SPNG] 1.9).</summary>
    public override IReadOnlyList<string> AliasOids { get; } = ["1.2.840.48018.1.2.2"];

    /// <inheritdoc/>
    public override async ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        if (PrincipalNames.Service(options.TargetName, out string? realm, out string? reason) is not { } service)
        {
            return GssInitiation.CannotServe(reason!);
        }

        try
        {
            RealmMap realms = Realms();
            ClientTickets tickets = Find(options.Credential, realms, out Func<ClientSecret>? secret);
            Ticket ticket = await tickets.ServiceAsync(service, realm ?? realms.RealmOfHost(service.Name[1]), secret, cancellationToken).ConfigureAwait(false);
            List<string> log = [$"a ticket for {PrincipalNames.Text(ticket.Server)}@{ticket.ServerRealm} until {ticket.EndTime:u}"];
            Ticket? forwarded = await ForwardAsync(options.Delegation, ticket, tickets, secret, log, cancellationToken).ConfigureAwait(false);
            return GssInitiation.Ready(new KerberosNetInitiator(ticket, forwarded, options, log, () => tickets.Forget(ticket)));
        }
        catch (TicketException e)
        {
            // A user without a realm may be the server's own: then another mechanism is tried.
            return e.Status != GssStatus.NoCredential && NamesRealm(options.Credential) ? GssInitiation.Refused(e.Status, e.Message) : GssInitiation.CannotServe(e.Message);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<GssCredential?> IdentifyAsync(GssCredential credential, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credential);
        cancellationToken.ThrowIfCancellationRequested();
        if (credential.NamesUser || !IsCredentialCache(credential, out string? name))
        {
            return default;
        }

        try
        {
            CredentialCacheFile cache = CredentialCacheFile.Read(name);
            return new ValueTask<GssCredential?>(WithUser(credential, PrincipalNames.Text(cache.Client), cache.Realm));
        }
        catch (TicketException)
        {
            return default;
        }
    }

    /// <inheritdoc/>
    public override GssContext? CreateAcceptor(GssAcceptorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _keytab is null && _options.KeytabPath is null ? null : new KerberosNetAcceptor(Keytab, _replays, options, _options.MaxClockSkew);
    }

    /// <summary>True where the caller said which realm can tell whether the secret is right.</summary>
    private static bool NamesRealm(GssCredential credential) => credential.Domain.Length > 0 || credential.User.IndexOf('@') > 0;

    /// <summary>Delegation that does not come about is no reason not to sign in.</summary>
    private static async Task<Ticket?> ForwardAsync(
        GssDelegationPolicy policy, Ticket ticket, ClientTickets tickets, Func<ClientSecret>? secret, List<string> log, CancellationToken cancellationToken)
    {
        if (policy == GssDelegationPolicy.None || (policy == GssDelegationPolicy.WhenTrusted && !ticket.Has(TicketFlags.OkAsDelegate)))
        {
            return null;
        }

        try
        {
            return await tickets.ForwardedAsync(secret, cancellationToken).ConfigureAwait(false);
        }
        catch (TicketException e)
        {
            log.Add($"nothing is delegated: {e.Message}");
            return null;
        }
    }

    /// <summary>Whose tickets a credential means, and how more can be got.</summary>
    /// <exception cref="TicketException">The credential is of another kind, or what it names cannot be read.</exception>
    private ClientTickets Find(GssCredential credential, RealmMap realms, out Func<ClientSecret>? secret)
    {
        secret = null;
        if (credential is DelegatedCredential delegated)
        {
            ClientTickets tickets = MakeTickets(delegated.Ticket.Client, delegated.Ticket.ClientRealm);
            tickets.Add(delegated.Ticket);
            return tickets;
        }

        if (IsCredentialCache(credential, out string? name))
        {
            CredentialCacheFile cache = CredentialCacheFile.Read(name);
            return _table.Find(cache.Client, cache.Realm, (byte[])cache.Octets.Clone(), t => Fill(t, cache));
        }

        ClientSecret own = Secret(credential, realms, out KrbPrincipalName client, out string realm);
        using (own)
        {
            secret = () => Secret(credential, realms, out _, out _);
            return _table.Find(client, realm, own.Octets());
        }
    }

    private static ClientSecret Secret(GssCredential credential, RealmMap realms, out KrbPrincipalName client, out string realm)
    {
        // A user@realm comes as it is, and so does a keytab's principal.
        int at = credential.User.LastIndexOf('@');
        client = PrincipalNames.User(at < 0 ? credential.User : credential.User.Substring(0, at));
        string domain = at < 0 ? credential.Domain : credential.User.Substring(at + 1);
        realm = realms.RealmOfDomain(domain) ?? throw new TicketException(GssStatus.NoCredential, domain.Length == 0 ? "there is no default realm" : $"'{domain}' is no realm");
        if (KeytabPathOf(credential) is { } path)
        {
            KeyEntry[] keys = [.. KeytabFile.Read(path).Of(client, realm)];
            return keys.Length > 0 ? new KeytabSecret(keys)
                : throw new TicketException(GssStatus.NoCredential, $"the keytab {path} has no AES key of {PrincipalNames.Text(client)}@{realm}");
        }

        return CopyPassword(credential) switch
        {
            null => throw new TicketException(GssStatus.NoCredential, "the credential is no password, keytab, credential cache or delegated credential"),
            { Length: 0 } => throw new TicketException(GssStatus.NoCredential, "the password is empty"),
            { } password => new PasswordSecret(password),
        };
    }

    private ClientTickets MakeTickets(KrbPrincipalName client, string realm) => PrincipalNames.CanBeSent(client, realm)
        ? new ClientTickets(_kdc, _clock, _options.KdcTimeout, client, realm)
        : throw new TicketException(
            GssStatus.NoCredential, $"{PrincipalNames.Text(client)}@{realm}: Kerberos.NET knows only names of ASCII characters; the system's library knows the others");

    private RealmMap Realms()
    {
        try
        {
            string text = RealmMap.ReadConfiguration(_options.ConfigurationPath);
            lock (_table)
            {
                return _realms is { } known && known.Text == text ? known.Map : (_realms = (text, new RealmMap(_options, text))).Value.Map;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new TicketException(GssStatus.NoCredential, $"krb5.conf cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The keytab of the options, or the file as it is now.</summary>
    private KeytabFile Keytab()
    {
        lock (_keytabLock)
        {
            if (_options.Keytab.IsEmpty && _options.KeytabPath is { } path)
            {
                DateTime time = File.GetLastWriteTimeUtc(path);
                if (_keytab is null || time != _keytabTime)
                {
                    _keytab = KeytabFile.Read(path);
                    _keytabTime = time;
                }
            }

            return _keytab!;
        }
    }

    private static void Fill(ClientTickets tickets, CredentialCacheFile cache)
    {
        try
        {
            foreach (Ticket ticket in cache.Tickets())
            {
                tickets.Add(ticket);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new TicketException(GssStatus.NoCredential, $"a ticket in the credential cache cannot be read: {e.Message}", e);
        }
    }
}
