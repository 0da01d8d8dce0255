using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.KerberosNet.Kdc;

namespace SmbClient.KerberosNet.Tests.Fakes;

/// <summary>The KDCs of some realms, without sockets and without a clock but the one handed in. Only as much of Kerberos as the exchanges need.</summary>
internal sealed class FakeKdc : KdcTransport
{
    public const string Realm = "LAB.TEST";
    public const string Other = "OTHER.TEST";

    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, KerberosKey> _keys = new();
    private readonly Dictionary<string, string> _passwords = [];

    public FakeKdc(TimeProvider clock)
    {
        _clock = clock;
        foreach (string realm in new[] { Realm, Other })
        {
            AddService(realm, $"krbtgt/{realm}");
        }

        _keys[$"krbtgt/{Other}@{Realm}"] = _keys[$"krbtgt/{Other}@{Other}"];
    }

    public int Grants { get; private set; }

    public int Services { get; private set; }

    public TicketFlags ServiceFlags { get; set; }

    public TicketFlags GrantFlags { get; set; } = TicketFlags.Forwardable;

    /// <summary>Answers everything with this.</summary>
    public KerberosErrorCode? Error { get; set; }

    /// <summary>Services of <see cref="Realm"/> that are in <see cref="Other"/>, as its KDC says.</summary>
    public HashSet<string> Referred { get; } = [];

    /// <summary>Goes into the tickets for services.</summary>
    public KrbAuthorizationData[]? AuthorizationData { get; set; }

    /// <summary>Changes an answer on the way.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> OnTheWay { get; set; } = a => a;

    /// <summary>What answers wait for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public KerberosKey KeyOf(string service, string realm = Realm) => _keys[$"{service}@{realm}"];

    public void AddUser(string name, string password) => _passwords[name] = password;

    public void AddService(string realm, string name, EncryptionType type = EncryptionType.AES256_CTS_HMAC_SHA1_96) =>
        _keys[$"{name}@{realm}"] = new KerberosKey(
            KrbEncryptionKey.Generate(type).KeyValue.ToArray(), etype: type, principal: new PrincipalName(PrincipalNameType.NT_PRINCIPAL, realm, [name]), kvno: 3);

    /// <summary>A keytab file with these services' keys.</summary>
    public byte[] Keytab(params string[] services)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        new KeyTable([.. services.Select(s => KeyOf(s))]).Write(writer);
        return stream.ToArray();
    }

    public override async Task<ReadOnlyMemory<byte>> SendAsync(string realm, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        if (Error is { } error)
        {
            return ErrorOf(realm, error);
        }

        // [APPLICATION 10] and [APPLICATION 12].
        return OnTheWay(request.Span[0] == 0x6A ? Grant(realm, KrbAsReq.DecodeApplication(request)) : Serve(realm, KrbTgsReq.DecodeApplication(request)));
    }

    private ReadOnlyMemory<byte> Grant(string realm, KrbAsReq request)
    {
        string name = request.Body.CName.Name.Single();
        if (!_passwords.TryGetValue(name, out string? password))
        {
            return ErrorOf(realm, KerberosErrorCode.KDC_ERR_C_PRINCIPAL_UNKNOWN);
        }

        // Not the default, so that the hint has to be heeded.
        KerberosKey key = new(password, salt: "salt of " + name, etype: EncryptionType.AES128_CTS_HMAC_SHA1_96);
        KrbPaData? proof = request.PaData.FirstOrDefault(p => p.Type == PaDataType.PA_ENC_TIMESTAMP);
        if (proof is null)
        {
            KrbETypeInfo2 info = new() { ETypeInfo = [new KrbETypeInfo2Entry { EType = key.EncryptionType, Salt = key.Salt }] };
            KrbMethodData methods = new() { MethodData = [new KrbPaData { Type = PaDataType.PA_ETYPE_INFO2, Value = info.Encode() }] };
            return ErrorOf(realm, KerberosErrorCode.KDC_ERR_PREAUTH_REQUIRED, methods.Encode());
        }

        try
        {
            KrbPaEncTsEnc stamp = KrbEncryptedData.Decode(proof.Value).Decrypt(key, KeyUsage.PaEncTs, p => KrbPaEncTsEnc.Decode(p));
            if ((stamp.PaTimestamp - _clock.GetUtcNow()).Duration() > TimeSpan.FromMinutes(5))
            {
                return ErrorOf(realm, KerberosErrorCode.KRB_AP_ERR_SKEW);
            }
        }
        catch (Exception)
        {
            return ErrorOf(realm, KerberosErrorCode.KDC_ERR_PREAUTH_FAILED);
        }

        Grants++;
        (KrbTicket ticket, KrbEncTicketPart part) = Issue(realm, request.Body.SName, request.Body.CName, realm, GrantFlags);
        return new KrbAsRep
        {
            MessageType = MessageType.KRB_AS_REP,
            CName = request.Body.CName,
            CRealm = realm,
            Ticket = ticket,
            EncPart = KrbEncryptedData.Encrypt(Describe(new KrbEncAsRepPart(), request.Body, ticket, part).EncodeApplication(), key, KeyUsage.EncAsRepPart),
        }.EncodeApplication();
    }

    private ReadOnlyMemory<byte> Serve(string realm, KrbTgsReq request)
    {
        KrbApReq presented = request.PaData.Single(p => p.Type == PaDataType.PA_TGS_REQ).DecodeApReq();
        KrbEncTicketPart granting = presented.Ticket.EncryptedPart.Decrypt(KeyOf($"krbtgt/{realm}", realm), KeyUsage.Ticket, p => KrbEncTicketPart.DecodeApplication(p));
        KrbAuthenticator authenticator = presented.Authenticator.Decrypt(granting.Key.AsKey(), KeyUsage.PaTgsReqAuthenticator, p => KrbAuthenticator.DecodeApplication(p));
        KrbPrincipalName wanted = request.Body.SName;
        string name = PrincipalNames.Text(wanted);
        if (realm == Realm && Referred.Contains(name))
        {
            wanted = PrincipalNames.TicketGranting(Other);
        }
        else if (!_keys.ContainsKey($"{name}@{realm}"))
        {
            return ErrorOf(realm, KerberosErrorCode.KDC_ERR_S_PRINCIPAL_UNKNOWN);
        }

        Services++;
        bool isForwarded = (request.Body.KdcOptions & KdcOptions.Forwarded) != 0;
        TicketFlags flags = PrincipalNames.TicketGrantingRealm(wanted) is null ? ServiceFlags : GrantFlags | (isForwarded ? TicketFlags.Forwarded : 0);
        (KrbTicket ticket, KrbEncTicketPart part) = Issue(realm, wanted, granting.CName, granting.CRealm, flags);
        return new KrbTgsRep
        {
            MessageType = MessageType.KRB_TGS_REP,
            CName = granting.CName,
            CRealm = granting.CRealm,
            Ticket = ticket,
            EncPart = KrbEncryptedData.Encrypt(
                Describe(new KrbEncTgsRepPart(), request.Body, ticket, part).EncodeApplication(), authenticator.Subkey.AsKey(), KeyUsage.EncTgsRepPartSubSessionKey),
        }.EncodeApplication();
    }

    private (KrbTicket Ticket, KrbEncTicketPart Part) Issue(string realm, KrbPrincipalName service, KrbPrincipalName client, string clientRealm, TicketFlags flags)
    {
        KerberosKey key = KeyOf(PrincipalNames.Text(service), realm);
        DateTimeOffset now = KerberosTime.Seconds(_clock.GetUtcNow());
        KrbEncTicketPart part = new()
        {
            Flags = flags,
            Key = KrbEncryptionKey.Generate(key.EncryptionType),
            CName = client,
            CRealm = clientRealm,
            Transited = new KrbTransitedEncoding { Type = TransitedEncodingType.DomainX500Compress },
            AuthTime = now,
            StartTime = now,
            EndTime = now.AddHours(10),
            AuthorizationData = AuthorizationData,
        };
        KrbTicket ticket = new() { Realm = realm, SName = service, EncryptedPart = KrbEncryptedData.Encrypt(part.EncodeApplication(), key, KeyUsage.Ticket) };
        return (ticket, part);
    }

    private static T Describe<T>(T part, KrbKdcReqBody request, KrbTicket ticket, KrbEncTicketPart inside)
        where T : KrbEncKdcRepPart
    {
        part.Key = inside.Key;
        part.LastReq = [];
        part.Nonce = request.Nonce;
        part.Flags = inside.Flags;
        part.AuthTime = inside.AuthTime;
        part.StartTime = inside.StartTime;
        part.EndTime = inside.EndTime;
        part.Realm = ticket.Realm;
        part.SName = ticket.SName;
        return part;
    }

    private ReadOnlyMemory<byte> ErrorOf(string realm, KerberosErrorCode code, ReadOnlyMemory<byte>? data = null) => new KrbError
    {
        STime = KerberosTime.Seconds(_clock.GetUtcNow()),
        ErrorCode = code,
        Realm = realm,
        SName = PrincipalNames.TicketGranting(realm),
        EData = data,
    }.EncodeApplication();
}
