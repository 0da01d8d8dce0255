using System;
using System.Collections.Generic;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;
using SmbClient.KerberosNet.Kdc;
using SmbClient.KerberosNet.Tickets;
using SmbClient.KerberosNet.Tokens;

namespace SmbClient.KerberosNet.Contexts;

/// <summary>
/// The initiator: AP-REQ out, AP-REP in. Mutual authentication is always asked for and always demanded. Kerberos.NET's own check of the answer is not used: it
/// decrypts with the subkey, and the answer is encrypted with the ticket's session key ([RFC4120] 5.5.2).
/// </summary>
internal sealed class KerberosNetInitiator : KerberosNetContext
{
    private const GssContextFlags Provided =
        GssContextFlags.MutualAuth | GssContextFlags.Replay | GssContextFlags.Sequence | GssContextFlags.Integrity | GssContextFlags.Confidentiality;

    private readonly Ticket _ticket;
    private readonly KerberosKey _ticketKey;
    private readonly GssChecksum _checksum;
    private readonly TimeProvider _clock;
    private readonly List<string> _log = [];
    private readonly Action _forget;
    private KrbAuthenticator? _sent;
    private State _state = State.Start;

    /// <param name="ticket">For the acceptor.</param>
    /// <param name="forwarded">To give away; null for none.</param>
    /// <param name="options">The caller's.</param>
    /// <param name="log">What happened so far.</param>
    /// <param name="forget">Drops the ticket, which the acceptor does not take: its key may have changed.</param>
    public KerberosNetInitiator(Ticket ticket, Ticket? forwarded, GssInitiatorOptions options, IEnumerable<string> log, Action forget)
        : base(isInitiator: true)
    {
        _ticket = ticket;
        _ticketKey = ticket.Key();
        _clock = options.TimeProvider;
        _forget = forget;
        _log.AddRange(log);
        ReadOnlyMemory<byte> credential = forwarded is null ? default : ForwardedCredential.Encode(forwarded, _ticketKey, _clock.GetUtcNow());
        if (credential.Length > ushort.MaxValue)
        {
            _log.Add("the forwarded ticket is too long to send");
            credential = default;
        }

        _checksum = new GssChecksum
        {
            Bindings = GssChecksum.Hash(options.ChannelBindings.Span),
            Flags = (options.Flags & Provided) | GssContextFlags.MutualAuth | (credential.IsEmpty ? 0 : GssContextFlags.Delegate),
            Credential = credential,
        };
    }

    private enum State
    {
        Start,
        ExpectReply,
        Done,
        Failed,
    }

    public override IReadOnlyList<string> NegotiationLog => _log;

    protected override GssStep Advance(byte[] token) => _state switch
    {
        State.Start when token.Length == 0 => GssStep.Continue(Begin()),
        State.ExpectReply => ReadReply(token),
        _ => Fail(GssStatus.DefectiveToken, "no token was due"),
    };

    protected override GssStep Fail(GssStatus status, string reason)
    {
        _state = State.Failed;
        _sent = null;
        return base.Fail(status, reason);
    }

    private byte[] Begin()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        KrbAuthenticator authenticator = new()
        {
            Realm = _ticket.ClientRealm,
            CName = _ticket.Client,
            Checksum = new KrbChecksum { Type = (ChecksumType)GssChecksum.Type, Checksum = _checksum.Encode() },
            CTime = KerberosTime.Seconds(now),
            CuSec = KerberosTime.Microseconds(now),
            Subkey = KrbEncryptionKey.Generate(_ticket.SessionKey.EType),
            SequenceNumber = SequenceNumbers.Next(),
        };
        KrbApReq request = new()
        {
            Ticket = _ticket.Encoded,
            ApOptions = ApOptions.MutualRequired,
            Authenticator = KrbEncryptedData.Encrypt(authenticator.EncodeApplication(), _ticketKey, KeyUsage.ApReqAuthenticator),
        };
        _sent = authenticator;
        _state = State.ExpectReply;
        return GssToken.Wrap(GssToken.ApReq, request.EncodeApplication().Span);
    }

    private GssStep ReadReply(byte[] token)
    {
        if (!GssToken.TryUnwrap(token, out ushort id, out ReadOnlyMemory<byte> message))
        {
            return Fail(GssStatus.DefectiveToken, "the acceptor's token is none of Kerberos");
        }

        if (id == GssToken.Error)
        {
            _forget();
            KerberosErrorCode code = KrbError.DecodeApplication(message).ErrorCode;
            return Fail(StatusOf(code), $"the acceptor answers {code}");
        }

        KrbApRep? reply = id == GssToken.ApRep ? KrbApRep.DecodeApplication(message) : null;
        if (reply is null || reply.EncryptedPart.EType != _ticketKey.EncryptionType)
        {
            return Fail(GssStatus.DefectiveToken, "the acceptor does not answer with an AP-REP of the ticket's key");
        }

        KrbEncApRepPart part;
        try
        {
            part = reply.EncryptedPart.Decrypt(_ticketKey, KeyUsage.EncApRepPart, p => KrbEncApRepPart.DecodeApplication(p));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _forget();
            return Fail(GssStatus.BadMic, "the acceptor does not know the ticket's key");
        }

        if (part.CTime != _sent!.CTime || part.CuSec != _sent.CuSec)
        {
            return Fail(GssStatus.DuplicateToken, "the acceptor's answer belongs to another request");
        }

        if (part.SubSessionKey is { } subkey && !EncryptionTypes.IsSupported(subkey.EType))
        {
            return Fail(GssStatus.BadMechanism, $"the acceptor chooses a key of the type {subkey.EType}, which was not offered");
        }

        Establish(part.SubSessionKey ?? _sent.Subkey, part.SubSessionKey is not null, (uint)_sent.SequenceNumber!.Value, _checksum.Flags);
        _state = State.Done;
        _sent = null;
        return GssStep.Complete();
    }

    private static GssStatus StatusOf(KerberosErrorCode code) => code switch
    {
        KerberosErrorCode.KRB_AP_ERR_REPEAT => GssStatus.DuplicateToken,
        KerberosErrorCode.KRB_AP_ERR_SKEW or KerberosErrorCode.KRB_AP_ERR_TKT_NYV => GssStatus.OldToken,
        KerberosErrorCode.KRB_AP_ERR_TKT_EXPIRED => GssStatus.CredentialsExpired,
        _ => GssStatus.Failure,
    };
}
