using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Kerberos.NET;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;
using SmbClient.KerberosNet.Tickets;

namespace SmbClient.KerberosNet.Kdc;

/// <summary>
/// The two exchanges with a KDC, [RFC4120] 3.1 and 3.3, over the messages and the cryptography of Kerberos.NET. Its own client is not used: it knows one user and
/// one realm at a time, cannot be cancelled, and does not show the flags that delegation is decided by.
/// </summary>
internal sealed class KdcClient
{
    /// <summary>How many realms a referral may lead through.</summary>
    private const int MaxReferrals = 8;

    private readonly KdcTransport _transport;
    private readonly TimeProvider _clock;

    public KdcClient(KdcTransport transport, TimeProvider clock)
    {
        _transport = transport;
        _clock = clock;
    }

    /// <summary>A ticket-granting ticket for a principal's own realm.</summary>
    /// <exception cref="TicketException">There is none.</exception>
    public async Task<Ticket> GrantAsync(KrbPrincipalName client, string realm, ClientSecret secret, CancellationToken cancellationToken)
    {
        string about = $"{PrincipalNames.Text(client)}@{realm}";
        if (secret.Types.Count == 0)
        {
            throw new TicketException(GssStatus.NoCredential, $"{about}: there is no key of an AES type");
        }

        KrbKdcReqBody body = RequestBody(client, realm, secret.Types);
        KrbETypeInfo2Entry[] hints = [];
        KrbPaData? proof = null;
        for (int attempt = 0; ; attempt++)
        {
            KrbAsReq request = new() { Body = body, PaData = proof is null ? [PacRequest()] : [PacRequest(), proof] };
            ReadOnlyMemory<byte> answer = await _transport.SendAsync(realm, request.EncodeApplication(), cancellationToken).ConfigureAwait(false);
            if (!KrbError.CanDecode(answer))
            {
                return ReadGrant(KrbAsRep.DecodeApplication(answer), body, secret, hints, about);
            }

            KrbError error = KrbError.DecodeApplication(answer);
            if (error.ErrorCode != KerberosErrorCode.KDC_ERR_PREAUTH_REQUIRED || attempt > 0)
            {
                throw TicketException.Of(error, about);
            }

            hints = Hints(error.DecodePreAuthentication());
            proof = Timestamp(ChooseKey(secret, hints, body, about));
            body.Nonce = Nonce();
        }
    }

    /// <summary>A ticket for a service, through as many realms as its KDCs refer to.</summary>
    /// <param name="granting">The client's own ticket-granting ticket.</param>
    /// <param name="service">The service.</param>
    /// <param name="realm">The realm it is in; null where only the KDCs know.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TicketException">There is none.</exception>
    public async Task<Ticket> ServiceAsync(Ticket granting, KrbPrincipalName service, string? realm, CancellationToken cancellationToken)
    {
        for (int hops = 0; hops < MaxReferrals; hops++)
        {
            string here = PrincipalNames.TicketGrantingRealm(granting.Server)
                ?? throw new TicketException(GssStatus.NoCredential, $"{PrincipalNames.Text(granting.Server)} grants no tickets");
            bool isThere = realm is null || string.Equals(realm, here, StringComparison.OrdinalIgnoreCase);
            KrbPrincipalName wanted = isThere ? service : PrincipalNames.TicketGranting(realm!);
            Ticket ticket = await RequestAsync(granting, wanted, here, KdcOptions.Canonicalize, cancellationToken).ConfigureAwait(false);
            string? next = PrincipalNames.TicketGrantingRealm(ticket.Server);
            if (isThere && next is null)
            {
                return ticket;      // perhaps under another name of the same service
            }

            if (next is null || string.Equals(next, here, StringComparison.OrdinalIgnoreCase))
            {
                throw new TicketException(
                    GssStatus.NoCredential, $"{PrincipalNames.Text(service)}: the KDC of {here} gives a ticket for {PrincipalNames.Text(ticket.Server)} instead");
            }

            // A referral: from here on the KDCs say where the service is.
            realm = isThere ? null : realm;
            granting = ticket;
        }

        throw new TicketException(GssStatus.NoCredential, $"{PrincipalNames.Text(service)}: the KDCs refer in circles");
    }

    /// <summary>A forwarded copy of a ticket-granting ticket, to give away, [RFC4120] 2.6.</summary>
    /// <exception cref="TicketException">There is none.</exception>
    public Task<Ticket> ForwardAsync(Ticket granting, CancellationToken cancellationToken) =>
        RequestAsync(granting, granting.Server, PrincipalNames.TicketGrantingRealm(granting.Server)!, KdcOptions.Forwarded | KdcOptions.Forwardable, cancellationToken);

    /// <summary>The same fields that MIT's library sends; addresses are never asked for, they would not survive an address translation.</summary>
    private KrbKdcReqBody RequestBody(KrbPrincipalName client, string realm, IReadOnlyList<EncryptionType> types) => new()
    {
        CName = client,
        Realm = realm,
        SName = PrincipalNames.TicketGranting(realm),
        KdcOptions = KdcOptions.Forwardable | KdcOptions.RenewableOk,
        EType = [.. types],
        Nonce = Nonce(),
        Till = _clock.GetUtcNow().AddDays(1),
    };

    private static KrbPaData PacRequest() =>
        new() { Type = PaDataType.PA_PAC_REQUEST, Value = new KrbPaPacRequest { IncludePac = true }.Encode() };

    private KrbPaData Timestamp(KerberosKey key)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        KrbPaEncTsEnc stamp = new() { PaTimestamp = KerberosTime.Seconds(now), PaUSec = KerberosTime.Microseconds(now) };
        return new KrbPaData { Type = PaDataType.PA_ENC_TIMESTAMP, Value = KrbEncryptedData.Encrypt(stamp.Encode(), key, KeyUsage.PaEncTs).Encode() };
    }

    private static KrbETypeInfo2Entry[] Hints(IEnumerable<KrbPaData>? methods) =>
        methods?.FirstOrDefault(m => m.Type == PaDataType.PA_ETYPE_INFO2)?.DecodeETypeInfo2().ToArray() ?? [];

    /// <summary>The KDC lists the types of the principal's keys, the preferred first ([RFC4120] 5.2.7.5).</summary>
    private static KerberosKey ChooseKey(ClientSecret secret, KrbETypeInfo2Entry[] hints, KrbKdcReqBody body, string about)
    {
        if (hints.Length == 0)
        {
            return KeyOf(secret, secret.Types[0], hints, body);
        }

        KrbETypeInfo2Entry chosen = hints.FirstOrDefault(h => secret.Types.Contains(h.EType))
            ?? throw new TicketException(GssStatus.NoCredential, $"{about}: the KDC has keys of {string.Join(", ", hints.Select(h => h.EType))} only, and here is none of these types");
        return KeyOf(secret, chosen.EType, hints, body);
    }

    private static KerberosKey KeyOf(ClientSecret secret, EncryptionType type, KrbETypeInfo2Entry[] hints, KrbKdcReqBody body)
    {
        KrbETypeInfo2Entry? hint = hints.FirstOrDefault(h => h.EType == type);
        return secret.Key(type, hint?.Salt ?? body.Realm + string.Concat(body.CName.Name), hint?.S2kParams);
    }

    private static Ticket ReadGrant(KrbAsRep reply, KrbKdcReqBody body, ClientSecret secret, KrbETypeInfo2Entry[] hints, string about)
    {
        EncryptionType type = reply.EncPart.EType;
        if (!secret.Types.Contains(type))
        {
            throw new TicketException(GssStatus.NoCredential, $"{about}: the KDC answers with the type {type}, which was not offered");
        }

        KrbETypeInfo2Entry[] own = Hints(reply.PaData);
        KerberosKey key = KeyOf(secret, type, own.Length > 0 ? own : hints, body);
        KrbEncKdcRepPart part;
        try
        {
            // Some KDCs tag it as that of a TGS reply, [RFC4120] 5.4.2.
            part = reply.EncPart.Decrypt<KrbEncKdcRepPart>(
                key, KeyUsage.EncAsRepPart, p => KrbEncAsRepPart.CanDecode(p) ? KrbEncAsRepPart.DecodeApplication(p) : KrbEncTgsRepPart.DecodeApplication(p));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new TicketException(GssStatus.DefectiveCredential, $"{about}: the KDC's answer cannot be decrypted with this password or key", e);
        }

        bool isMine = part.Nonce == body.Nonce && part.Realm == body.Realm && PrincipalNames.IsSame(part.SName, body.SName)
            && reply.CRealm == body.Realm && PrincipalNames.IsSame(reply.CName, body.CName);
        return isMine ? Make(reply, part) : throw new TicketException(GssStatus.NoCredential, $"{about}: the KDC's answer belongs to another request");
    }

    private async Task<Ticket> RequestAsync(Ticket granting, KrbPrincipalName service, string realm, KdcOptions options, CancellationToken cancellationToken)
    {
        string about = PrincipalNames.Text(service);
        RequestServiceTicket request = new()
        {
            ServicePrincipalName = about,
            Realm = realm,
            KdcOptions = options | (granting.Has(TicketFlags.Forwardable) ? KdcOptions.Forwardable : 0),
            Configuration = EncryptionTypes.Configuration,
        };
        KrbTgsReq message = KrbTgsReq.CreateTgsReq(request, granting.SessionKey, granting.AsReply(), out KrbEncryptionKey key);
        ReadOnlyMemory<byte> answer = await _transport.SendAsync(realm, message.EncodeApplication(), cancellationToken).ConfigureAwait(false);
        if (KrbError.CanDecode(answer))
        {
            throw TicketException.Of(KrbError.DecodeApplication(answer), about);
        }

        KrbTgsRep reply = KrbTgsRep.DecodeApplication(answer);
        KrbEncTgsRepPart part = reply.EncPart.Decrypt(key.AsKey(), KeyUsage.EncTgsRepPartSubSessionKey, p => KrbEncTgsRepPart.DecodeApplication(p));
        bool isMine = part.Nonce == message.Body.Nonce && PrincipalNames.IsSame(part.SName, reply.Ticket.SName)
            && reply.CRealm == granting.ClientRealm && PrincipalNames.IsSame(reply.CName, granting.Client);
        return isMine ? Make(reply, part) : throw new TicketException(GssStatus.NoCredential, $"{about}: the KDC's answer belongs to another request");
    }

    private static Ticket Make(KrbKdcRep reply, KrbEncKdcRepPart part) => new()
    {
        Encoded = reply.Ticket,
        SessionKey = part.Key,
        Client = reply.CName,
        ClientRealm = reply.CRealm,
        Server = part.SName,
        ServerRealm = part.Realm,
        Flags = part.Flags,
        AuthTime = part.AuthTime,
        StartTime = part.StartTime,
        EndTime = part.EndTime,
        RenewTill = part.RenewTill,
    };

    /// <summary>31 bits: some KDCs take the number for a signed one.</summary>
    private static int Nonce()
    {
        byte[] octets = new byte[4];
        using RandomNumberGenerator random = RandomNumberGenerator.Create();
        random.GetBytes(octets);
        return BitConverter.ToInt32(octets, 0) & int.MaxValue;
    }
}
