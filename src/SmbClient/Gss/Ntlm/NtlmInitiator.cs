using System;
using SmbClient.Crypto;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Ntlm;

/// <summary>The client's side of NTLM, [MS-NLMP] 3.1.5 (gss-spnego-ntlm §7.1).</summary>
internal sealed class NtlmInitiator : NtlmContext
{
    /// <summary>SEAL is left out, as SMB clients do: messages are sealed by SMB, never here.</summary>
    private const NtlmFlags AlwaysOffered =
        NtlmFlags.Unicode | NtlmFlags.RequestTarget | NtlmFlags.Sign | NtlmFlags.Ntlm | NtlmFlags.AlwaysSign
        | NtlmFlags.ExtendedSessionSecurity | NtlmFlags.Version | NtlmFlags.Key128 | NtlmFlags.KeyExchange;

    private const int MachineIdSize = 32;
    private const int LmResponseSize = 24;

    private readonly GssInitiatorOptions _options;
    private readonly NtlmFlags _offered;
    private readonly NtlmFlags _needed;
    private readonly byte[] _ntHash;
    private State _state = State.Start;
    private byte[] _negotiate = [];

    private NtlmInitiator(GssInitiatorOptions options, byte[] ntHash)
        : base(isInitiator: true)
    {
        _options = options;
        _ntHash = ntHash;
        IsAnonymous = options.Credential.IsAnonymous;
        _needed = options.AllowNtlmV1 ? NtlmFlags.None : FlagsOf(options.NtlmRequirements);

        // 56 bits are worth a word only where 128 may be refused.
        _offered = AlwaysOffered
            | ((_needed & NtlmFlags.Key128) == 0 ? NtlmFlags.Key56 : 0)
            | ((options.Flags & GssContextFlags.Identify) != 0 ? NtlmFlags.Identify : 0);
    }

    private enum State
    {
        Start,
        ExpectChallenge,
        Complete,
        Failed,
    }

    public override bool IsComplete => _state == State.Complete;

    protected internal override bool ProtectsMechList => SupportsMic;

    private bool ExchangesNewKey => (NegotiatedFlags & NtlmFlags.KeyExchange) != 0 && (NegotiatedFlags & (NtlmFlags.Sign | NtlmFlags.Seal)) != 0;

    /// <summary>A context, or null where the credential has no NT hash.</summary>
    public static NtlmInitiator? Create(GssInitiatorOptions options)
    {
        byte[]? hash = options.Credential.IsAnonymous ? [] : options.Credential.CopyNtHash();
        return hash is null ? null : new NtlmInitiator(options, hash);
    }

    protected override GssStep Advance(byte[] token)
    {
        switch (_state)
        {
            case State.Start when token.Length == 0:
                _negotiate = new NegotiateMessage { Flags = _offered, Version = _options.NtlmVersion }.Encode();
                _state = State.ExpectChallenge;
                return GssStep.Continue((byte[])_negotiate.Clone());
            case State.ExpectChallenge:
                return Answer(token);
            default:
                return Fail(GssStatus.DefectiveToken, "a token came that was not due");
        }
    }

    protected override GssStep Fail(GssStatus status, string reason)
    {
        _state = State.Failed;
        SessionKey.AsSpan().Clear();
        _ntHash.AsSpan().Clear();
        return GssStep.Fail(status, "NTLM: " + reason);
    }

    protected override void Dispose(bool disposing)
    {
        _state = State.Failed;
        _ntHash.AsSpan().Clear();
        base.Dispose(disposing);
    }

    private static NtlmFlags FlagsOf(NtlmRequirements requirements) =>
        ((requirements & NtlmRequirements.ExtendedSessionSecurity) != 0 ? NtlmFlags.ExtendedSessionSecurity : 0)
        | ((requirements & NtlmRequirements.Key128) != 0 ? NtlmFlags.Key128 : 0)
        | ((requirements & NtlmRequirements.KeyExchange) != 0 ? NtlmFlags.KeyExchange : 0)
        | ((requirements & NtlmRequirements.Signing) != 0 ? NtlmFlags.Sign : 0);

    private GssStep Answer(byte[] token)
    {
        ChallengeMessage challenge = ChallengeMessage.Decode(token);
        if ((challenge.Flags & (NtlmFlags.Unicode | NtlmFlags.Oem)) == 0)
        {
            return Fail(GssStatus.DefectiveToken, "the server has no way to write names");
        }

        NegotiatedFlags = challenge.Flags & (_offered | NtlmFlags.Oem);
        if ((NegotiatedFlags & NtlmFlags.Unicode) != 0)
        {
            NegotiatedFlags &= ~NtlmFlags.Oem;
        }

        if (IsAnonymous)
        {
            return AnswerAnonymously();
        }

        bool canProveV2 = challenge.TargetInfo is { } info && info[AvId.NbComputerName] is not null && info[AvId.NbDomainName] is not null;
        if (!canProveV2 && !_options.AllowNtlmV1)
        {
            return Fail(GssStatus.Unauthorized, $"the server does not say who it is, so that NTLMv2 cannot be bound to it; {nameof(GssInitiatorOptions.AllowNtlmV1)} would allow less");
        }

        NtlmFlags kept = ExchangesNewKey ? NegotiatedFlags : NegotiatedFlags & ~NtlmFlags.KeyExchange;
        if ((kept & _needed) != _needed)
        {
            return Fail(GssStatus.Unauthorized, $"the server has dropped {_needed & ~kept}, without which the exchange is weak; {nameof(GssInitiatorOptions.NtlmRequirements)} asks for it, {nameof(GssInitiatorOptions.AllowNtlmV1)} would allow it");
        }

        return canProveV2 ? AnswerV2(token, challenge) : AnswerV1(token, challenge);
    }

    private GssStep AnswerV2(byte[] token, in ChallengeMessage challenge)
    {
        ulong? serverTime = challenge.TargetInfo!.Timestamp;
        string domain = DomainFor(challenge);
        byte[] clientChallenge = _options.Random.Next(ChallengeMessage.ChallengeSize);
        byte[] key = NtlmKeys.NtOwfV2(_ntHash, _options.Credential.User, domain);
        ulong time = serverTime ?? (ulong)FileTime.FromDateTimeOffset(_options.TimeProvider.GetUtcNow());
        byte[] temp = NtlmKeys.Temp(time, clientChallenge, TargetInfo(challenge.TargetInfo, withMic: serverTime is not null).Encode());
        byte[] proof = NtlmKeys.NtProof(key, challenge.ServerChallenge, temp);
        byte[] response = [.. proof, .. temp];

        // [MS-NLMP] 3.1.5.1.2: no LMv2 response where the server sent its time.
        byte[] lmResponse = serverTime is not null ? new byte[LmResponseSize] : NtlmKeys.LmV2Response(key, challenge.ServerChallenge, clientChallenge);
        IsChannelBound = !_options.ChannelBindings.IsEmpty;
        return Authenticate(token, domain, lmResponse, response, NtlmKeys.SessionBaseKeyV2(key, proof), withMic: serverTime is not null);
    }

    private GssStep AnswerV1(byte[] token, in ChallengeMessage challenge)
    {
        string domain = DomainFor(challenge);
        byte[] baseKey = NtlmKeys.SessionBaseKeyV1(_ntHash);
        if ((NegotiatedFlags & NtlmFlags.ExtendedSessionSecurity) != 0)
        {
            byte[] clientChallenge = _options.Random.Next(ChallengeMessage.ChallengeSize);
            byte[] lm = NtlmKeys.LmExtendedResponse(clientChallenge);
            byte[] nt = NtlmKeys.NtlmV1ExtendedResponse(_ntHash, challenge.ServerChallenge, clientChallenge);
            return Authenticate(token, domain, lm, nt, NtlmKeys.KeyExchangeKeyExtended(baseKey, challenge.ServerChallenge, lm), withMic: false);
        }

        byte[] response = NtlmKeys.NtlmV1Response(_ntHash, challenge.ServerChallenge);
        byte[]? lmHash = _options.AllowLanManager ? _options.Credential.LmHash() : null;
        byte[] lmResponse = lmHash is null ? response : NtlmKeys.NtlmV1Response(lmHash, challenge.ServerChallenge);
        return Authenticate(token, domain, lmResponse, response, NtlmKeys.KeyExchangeKeyV1(NegotiatedFlags, baseKey, lmHash, lmResponse), withMic: false);
    }

    /// <summary>The domain as it was typed; "." is the server's own accounts.</summary>
    private string DomainFor(in ChallengeMessage challenge)
    {
        if (_options.Credential.Domain != ".")
        {
            return _options.Credential.Domain;
        }

        return challenge.TargetInfo?.Text(AvId.NbComputerName) is { Length: > 0 } computer ? computer : challenge.TargetName;
    }

    /// <summary>The server's pairs in their order, then what the client says: its MIC, itself, its channel, and whom it means ([MS-NLMP] 3.1.5.1.2).</summary>
    private AvPairs TargetInfo(AvPairs offered, bool withMic)
    {
        AvPairs pairs = new();
        foreach (System.Collections.Generic.KeyValuePair<AvId, byte[]> pair in offered.Pairs)
        {
            if (pair.Key is not (AvId.Flags or AvId.ChannelBindings or AvId.TargetName or AvId.SingleHost))
            {
                pairs.Add(pair.Key, pair.Value);
            }
        }

        uint flags = offered.Flags
            | (withMic ? AvPairs.MicPresent : 0)
            | (_options.IsTargetNameUntrusted ? AvPairs.UntrustedTargetName : 0);
        if (flags != 0)
        {
            pairs.AddFlags(flags);
        }

        return pairs
            .Add(AvId.SingleHost, AvPairs.SingleHostData(_options.Random.Next(MachineIdSize)))
            .Add(AvId.ChannelBindings, NtlmKeys.ChannelBindingHash(_options.ChannelBindings.Span))
            .Add(AvId.TargetName, _options.TargetName.Split('@')[0]); // a realm is Kerberos's
    }

    private GssStep AnswerAnonymously()
    {
        // Nobody has no key to exchange; both sides take zeros.
        NegotiatedFlags &= ~NtlmFlags.KeyExchange;
        byte[] message = new AuthenticateMessage
        {
            Flags = NegotiatedFlags | NtlmFlags.Anonymous,
            LmResponse = new byte[1],
            NtResponse = default,
            Domain = "",
            User = "",
            Workstation = _options.Workstation ?? "",
            Version = _options.NtlmVersion,
        }.Encode();
        _state = State.Complete;
        return GssStep.Complete(message);
    }

    private GssStep Authenticate(byte[] challenge, string domain, byte[] lmResponse, byte[] ntResponse, byte[] keyExchangeKey, bool withMic)
    {
        // Without integrity codes servers disagree on whether there is a key to exchange ([MS-NLMP] 3.1.5.1.2; impacket thinks so): one that does gets the
        // key that the others have already.
        bool exchange = (NegotiatedFlags & NtlmFlags.KeyExchange) != 0;
        byte[] exportedKey = ExchangesNewKey ? _options.Random.Next(NtlmKeys.KeySize) : keyExchangeKey;
        byte[] message = new AuthenticateMessage
        {
            Flags = NegotiatedFlags,
            LmResponse = lmResponse,
            NtResponse = ntResponse,
            Domain = domain,
            User = _options.Credential.User,
            Workstation = _options.Workstation ?? "",
            EncryptedRandomSessionKey = exchange ? Rc4.Transform(keyExchangeKey, exportedKey) : default,
            Version = _options.NtlmVersion,
        }.Encode();
        if (withMic)
        {
            NtlmKeys.Mic(exportedKey, _negotiate, challenge, message).CopyTo(message, AuthenticateMessage.MicPosition);
        }

        SessionKey = exportedKey;
        _ntHash.AsSpan().Clear();
        _state = State.Complete;
        return GssStep.Complete(message);
    }
}
