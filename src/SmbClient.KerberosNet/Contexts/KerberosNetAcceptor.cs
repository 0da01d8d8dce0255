using System;
using System.Linq;
using System.Security.Cryptography;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;
using SmbClient.KerberosNet.Kdc;
using SmbClient.KerberosNet.Tickets;
using SmbClient.KerberosNet.Tokens;

namespace SmbClient.KerberosNet.Contexts;

/// <summary>
/// The acceptor: AP-REQ in, AP-REP out. Kerberos.NET's validator is not used: it has no channel bindings, takes the sequence number alone for the proof
/// that nothing is repeated, and answers with the subkey instead of the ticket's session key.
/// </summary>
internal sealed class KerberosNetAcceptor : KerberosNetContext
{
    private const GssContextFlags Provided = GssContextFlags.Replay | GssContextFlags.Sequence | GssContextFlags.Integrity | GssContextFlags.Confidentiality;

    private readonly Func<KeytabFile> _keytab;
    private readonly ReplayCache _replays;
    private readonly GssAcceptorOptions _options;
    private readonly TimeSpan _skew;
    private bool _isUsed;
    private GssPeer? _peer;

    public KerberosNetAcceptor(Func<KeytabFile> keytab, ReplayCache replays, GssAcceptorOptions options, TimeSpan skew)
        : base(isInitiator: false)
    {
        _keytab = keytab;
        _replays = replays;
        _options = options;
        _skew = skew;
    }

    public override GssPeer? Peer => IsComplete ? _peer : null;

    protected override GssStep Advance(byte[] token)
    {
        if (_isUsed)
        {
            return Fail(GssStatus.DefectiveToken, "no token was due");
        }

        _isUsed = true;
        if (!GssToken.TryUnwrap(token, out ushort id, out ReadOnlyMemory<byte> message) || id != GssToken.ApReq)
        {
            return Fail(GssStatus.DefectiveToken, "the initiator's token is no AP-REQ");
        }

        KrbApReq request = KrbApReq.DecodeApplication(message);
        KrbTicket ticket = request.Ticket;
        if ((request.ApOptions & ApOptions.UseSessionKey) != 0)
        {
            return Refuse(GssStatus.BadMechanism, KerberosErrorCode.KRB_AP_ERR_NOT_US, "the ticket is for user-to-user authentication", ticket);
        }

        if (!EncryptionTypes.IsSupported(ticket.EncryptedPart.EType))
        {
            return Refuse(
                GssStatus.BadMechanism, KerberosErrorCode.KDC_ERR_ETYPE_NOSUPP, $"the ticket is encrypted with {ticket.EncryptedPart.EType}; only AES is accepted here", ticket);
        }

        KeytabFile keytab;
        try
        {
            keytab = _keytab();
        }
        catch (TicketException e)
        {
            return Fail(GssStatus.Failure, e.Message);
        }

        foreach (KerberosKey key in keytab.For(ticket))
        {
            KrbEncTicketPart part;
            try
            {
                part = ticket.EncryptedPart.Decrypt(key, KeyUsage.Ticket, p => KrbEncTicketPart.DecodeApplication(p));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                continue;
            }

            return Accept(request, part, key);
        }

        return Refuse(
            GssStatus.DefectiveCredential, KerberosErrorCode.KRB_AP_ERR_MODIFIED, $"no key of the keytab opens the ticket for {PrincipalNames.Text(ticket.SName)}@{ticket.Realm}", ticket);
    }

    protected override GssStep Fail(GssStatus status, string reason)
    {
        _peer = null;
        return base.Fail(status, reason);
    }

    private GssStep Accept(KrbApReq request, KrbEncTicketPart ticket, KerberosKey serviceKey)
    {
        KrbTicket sent = request.Ticket;
        if (!EncryptionTypes.IsSupported(ticket.Key.EType) || request.Authenticator.EType != ticket.Key.EType)
        {
            return Refuse(GssStatus.BadMechanism, KerberosErrorCode.KDC_ERR_ETYPE_NOSUPP, $"the session key is of the type {ticket.Key.EType}; only AES is accepted here", sent);
        }

        KerberosKey sessionKey = ticket.Key.AsKey();
        KrbAuthenticator authenticator;
        try
        {
            authenticator = request.Authenticator.Decrypt(sessionKey, KeyUsage.ApReqAuthenticator, p => KrbAuthenticator.DecodeApplication(p));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Refuse(GssStatus.DefectiveCredential, KerberosErrorCode.KRB_AP_ERR_BAD_INTEGRITY, "the initiator does not know the ticket's key", sent);
        }

        DateTimeOffset now = _options.TimeProvider.GetUtcNow();
        DateTimeOffset sentAt = KerberosTime.Join(authenticator.CTime, authenticator.CuSec);
        if (Check(ticket, authenticator, sent, sentAt, now) is { } refusal)
        {
            return refusal;
        }

        GssChecksum? checksum = authenticator.Checksum is null ? new GssChecksum { Bindings = new byte[16], Flags = GssContextFlags.None }
            : (int)authenticator.Checksum.Type == GssChecksum.Type ? GssChecksum.Decode(authenticator.Checksum.Checksum)
            : null;
        if (checksum is null)
        {
            return Refuse(GssStatus.DefectiveToken, KerberosErrorCode.KRB_AP_ERR_INAPP_CKSUM, "the authenticator's checksum is none of GSS-API", sent);
        }

        bool isBound = !_options.ChannelBindings.IsEmpty && CryptographicOperations.FixedTimeEquals(checksum.Bindings, GssChecksum.Hash(_options.ChannelBindings.Span));
        bool isOtherwiseBound = !_options.ChannelBindings.IsEmpty && !isBound && checksum.Bindings.Any(o => o != 0);
        if (isOtherwiseBound || (_options.RequireChannelBindings && !isBound))
        {
            return Refuse(GssStatus.BadBindings, KerberosErrorCode.KRB_AP_ERR_MODIFIED, "the initiator is not bound to this channel", sent);
        }

        if (authenticator.Subkey is { } subkey && !EncryptionTypes.IsSupported(subkey.EType))
        {
            return Refuse(GssStatus.BadMechanism, KerberosErrorCode.KDC_ERR_ETYPE_NOSUPP, $"the initiator's key is of the type {subkey.EType}; only AES is accepted here", sent);
        }

        DelegatedCredential? delegated = Delegated(checksum, ticket, sessionKey, authenticator.Subkey?.AsKey());
        if (!TicketAuthorization.TryRead(ticket, serviceKey, out ReadOnlyMemory<byte> pac, out GssAuthorizationDataStatus status))
        {
            return Refuse(GssStatus.DefectiveCredential, KerberosErrorCode.KRB_AP_ERR_MODIFIED, "the PAC's signature is wrong", sent);
        }

        // Last, so that what was refused for another reason can be sent again.
        if (!_replays.Add(request.Authenticator.Cipher, now, sentAt + _skew + _skew))
        {
            return Refuse(GssStatus.DuplicateToken, KerberosErrorCode.KRB_AP_ERR_REPEAT, "the request was accepted before", sent);
        }

        _peer = new GssPeer
        {
            User = PrincipalNames.Text(ticket.CName),
            Domain = ticket.CRealm,
            TargetName = PrincipalNames.Text(sent.SName),
            AuthorizationData = pac,
            AuthorizationDataStatus = status,
            Expires = ticket.EndTime,
            DelegatedCredential = delegated,
        };
        GssContextFlags flags = (checksum.Flags & Provided) | (isBound ? GssContextFlags.ChannelBound : 0) | (delegated is null ? 0 : GssContextFlags.Delegate);
        return Answer(request, ticket, authenticator, sessionKey, flags);
    }

    /// <summary>The rest of [RFC4120] 3.2.3, and whom the initiator means.</summary>
    private GssStep? Check(KrbEncTicketPart ticket, KrbAuthenticator authenticator, KrbTicket sent, DateTimeOffset sentAt, DateTimeOffset now)
    {
        if (ticket.CRealm != authenticator.Realm || !PrincipalNames.IsSame(ticket.CName, authenticator.CName))
        {
            return Refuse(GssStatus.DefectiveCredential, KerberosErrorCode.KRB_AP_ERR_BADMATCH, "the ticket is another user's", sent);
        }

        if ((ticket.Flags & TicketFlags.Anonymous) != 0)
        {
            return Refuse(GssStatus.Unauthorized, KerberosErrorCode.KDC_ERR_POLICY, "the ticket is anonymous", sent);
        }

        if ((now - sentAt).Duration() > _skew)
        {
            return Refuse(GssStatus.OldToken, KerberosErrorCode.KRB_AP_ERR_SKEW, "the initiator's clock differs too much", sent);
        }

        if ((ticket.StartTime ?? ticket.AuthTime) - now > _skew || (ticket.Flags & TicketFlags.Invalid) != 0)
        {
            return Refuse(GssStatus.OldToken, KerberosErrorCode.KRB_AP_ERR_TKT_NYV, "the ticket is not valid yet", sent);
        }

        if (now - ticket.EndTime > _skew)
        {
            return Refuse(GssStatus.CredentialsExpired, KerberosErrorCode.KRB_AP_ERR_TKT_EXPIRED, "the ticket has ended", sent);
        }

        // Which realms may vouch for others is the KDC's decision; a ticket that came through unknown ones without it proves nothing.
        if (ticket.Transited is { Contents.IsEmpty: false } && (ticket.Flags & TicketFlags.TransitPolicyChecked) == 0)
        {
            return Refuse(GssStatus.Unauthorized, KerberosErrorCode.KDC_ERR_PATH_NOT_ACCEPTED, "no KDC has checked the realms that the ticket came through", sent);
        }

        return IsTarget(sent.SName) ? null : Refuse(GssStatus.DuplicateToken, KerberosErrorCode.KRB_AP_ERR_NOT_US, $"the initiator means {PrincipalNames.Text(sent.SName)}", sent);
    }

    private bool IsTarget(KrbPrincipalName name) => _options.TargetHosts is not { } hosts
        || (name.Name is [{ } service, { } host]
            && (string.Equals(service, "cifs", StringComparison.OrdinalIgnoreCase) || string.Equals(service, "host", StringComparison.OrdinalIgnoreCase))
            && hosts.Contains(host, StringComparer.OrdinalIgnoreCase));

    /// <summary>Null for none. One of somebody else is none: nobody said that the initiator may act for that user.</summary>
    private static DelegatedCredential? Delegated(GssChecksum checksum, KrbEncTicketPart ticket, KerberosKey sessionKey, KerberosKey? subkey)
    {
        if (checksum.Credential.IsEmpty)
        {
            return null;
        }

        Ticket forwarded = ForwardedCredential.Decode(checksum.Credential, sessionKey, subkey);
        bool isOwn = forwarded.ClientRealm == ticket.CRealm && PrincipalNames.IsSame(forwarded.Client, ticket.CName) && EncryptionTypes.IsSupported(forwarded.SessionKey.EType);
        return isOwn ? new DelegatedCredential(forwarded) : null;
    }

    private GssStep Answer(KrbApReq request, KrbEncTicketPart ticket, KrbAuthenticator authenticator, KerberosKey sessionKey, GssContextFlags flags)
    {
        // Initiators outside of GSS-API's habits ask for no proof; the key is theirs then.
        if ((request.ApOptions & ApOptions.MutualRequired) == 0)
        {
            Establish(authenticator.Subkey ?? ticket.Key, isAcceptorsKey: false, 0, flags);
            return GssStep.Complete();
        }

        KrbEncApRepPart part = new()
        {
            CTime = authenticator.CTime,
            CuSec = authenticator.CuSec,
            SubSessionKey = KrbEncryptionKey.Generate(ticket.Key.EType),
            SequenceNumber = SequenceNumbers.Next(),
        };
        KrbApRep reply = new() { EncryptedPart = KrbEncryptedData.Encrypt(part.EncodeApplication(), sessionKey, KeyUsage.EncApRepPart) };
        byte[] token = GssToken.Wrap(GssToken.ApRep, reply.EncodeApplication().Span);
        Establish(part.SubSessionKey, isAcceptorsKey: true, (uint)part.SequenceNumber.Value, flags | GssContextFlags.MutualAuth);
        return GssStep.Complete(token);
    }

    /// <summary>Fails, and tells the initiator why in a KRB-ERROR, [RFC4121] 4.1.</summary>
    private GssStep Refuse(GssStatus status, KerberosErrorCode code, string reason, KrbTicket ticket)
    {
        DateTimeOffset now = _options.TimeProvider.GetUtcNow();
        KrbError error = new() { STime = KerberosTime.Seconds(now), Susc = KerberosTime.Microseconds(now), ErrorCode = code, Realm = ticket.Realm, SName = ticket.SName };
        byte[] token = GssToken.Wrap(GssToken.Error, error.EncodeApplication().Span);
        Fail(status, reason);
        return GssStep.Fail(status, reason, token);
    }
}
