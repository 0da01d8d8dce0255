using SmbClient.Crypto;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Ntlm;

/// <summary>The client's side of NTLM, [MS-NLMP] 3.1.5.</summary>
internal sealed class NtlmInitiator : NtlmContext
{
    private const NtlmFlags Offered =
        NtlmFlags.Unicode | NtlmFlags.RequestTarget | NtlmFlags.Sign | NtlmFlags.Ntlm | NtlmFlags.AlwaysSign
        | NtlmFlags.ExtendedSessionSecurity | NtlmFlags.Version | NtlmFlags.Key128 | NtlmFlags.KeyExchange | NtlmFlags.Key56;

    /// <summary>Without these the keys are weak or the exchange is not bound together.</summary>
    private const NtlmFlags Needed = NtlmFlags.ExtendedSessionSecurity | NtlmFlags.Key128;

    private readonly GssInitiatorOptions _options;
    private State _state = State.Start;
    private byte[] _negotiate = [];

    public NtlmInitiator(GssInitiatorOptions options)
        : base(isInitiator: true)
    {
        _options = options;
    }

    private enum State
    {
        Start,
        ExpectChallenge,
        Complete,
        Failed,
    }

    public override bool IsComplete => _state == State.Complete;

    public override GssContextFlags Flags => IsComplete
        ? _options.Credential.IsAnonymous
            ? GssContextFlags.Anonymous
            : GssContextFlags.Integrity | GssContextFlags.Replay | GssContextFlags.Sequence
                | (_options.ChannelBindings.IsEmpty ? 0 : GssContextFlags.ChannelBound)
        : GssContextFlags.None;

    protected override GssStep Advance(byte[] token)
    {
        switch (_state)
        {
            case State.Start when token.Length == 0:
                _negotiate = new NegotiateMessage { Flags = Offered }.Encode();
                _state = State.ExpectChallenge;
                return GssStep.Continue(_negotiate);
            case State.ExpectChallenge:
                return Answer(token);
            default:
                return Fail(GssStatus.DefectiveToken, "a token came that was not due");
        }
    }

    protected override GssStep Fail(GssStatus status, string reason)
    {
        _state = State.Failed;
        return GssStep.Fail(status, "NTLM: " + reason);
    }

    private GssStep Answer(byte[] token)
    {
        ChallengeMessage challenge = ChallengeMessage.Decode(token);
        if ((challenge.Flags & NtlmFlags.Unicode) == 0)
        {
            return Fail(GssStatus.DefectiveToken, "the server does not speak Unicode");
        }

        NegotiatedFlags = challenge.Flags & Offered;
        if (_options.Credential.IsAnonymous)
        {
            return AnswerAnonymously();
        }

        bool canProveV2 = challenge.TargetInfo is { } info && info[AvId.NbComputerName] is not null && info[AvId.NbDomainName] is not null;
        if (!canProveV2 && !_options.AllowNtlmV1)
        {
            return Fail(GssStatus.Unauthorized, "the server does not say who it is, so that NTLMv2 cannot be bound to it; " + nameof(GssInitiatorOptions.AllowNtlmV1) + " would allow less");
        }

        if ((challenge.Flags & Needed) != Needed && !_options.AllowNtlmV1)
        {
            return Fail(GssStatus.Unauthorized, $"the server has dropped {Needed & ~challenge.Flags}, without which the exchange is weak; {nameof(GssInitiatorOptions.AllowNtlmV1)} would allow it");
        }

        return canProveV2 ? AnswerV2(token, challenge) : AnswerV1(token, challenge);
    }

    private GssStep AnswerV2(byte[] token, in ChallengeMessage challenge)
    {
        GssCredential credential = _options.Credential;
        ulong? serverTime = challenge.TargetInfo!.Timestamp;
        byte[] clientChallenge = _options.Random.Next(ChallengeMessage.ChallengeSize);
        byte[] key = NtlmKeys.NtOwfV2(credential.NtHashOctets, credential.User, credential.Domain);
        ulong time = serverTime ?? (ulong)FileTime.FromDateTimeOffset(_options.TimeProvider.GetUtcNow());
        byte[] temp = NtlmKeys.Temp(time, clientChallenge, TargetInfo(challenge.TargetInfo, withMic: serverTime is not null).Encode());
        byte[] proof = NtlmKeys.NtProof(key, challenge.ServerChallenge, temp);
        byte[] response = [.. proof, .. temp];
        byte[] lmResponse = serverTime is not null ? new byte[24] : NtlmKeys.LmV2Response(key, challenge.ServerChallenge, clientChallenge);
        return Authenticate(token, lmResponse, response, NtlmKeys.SessionBaseKeyV2(key, proof), withMic: serverTime is not null);
    }

    private GssStep AnswerV1(byte[] token, in ChallengeMessage challenge)
    {
        byte[] ntHash = _options.Credential.NtHashOctets;
        byte[] baseKey = NtlmKeys.SessionBaseKeyV1(ntHash);
        if ((NegotiatedFlags & NtlmFlags.ExtendedSessionSecurity) != 0)
        {
            byte[] clientChallenge = _options.Random.Next(ChallengeMessage.ChallengeSize);
            byte[] lm = NtlmKeys.LmExtendedResponse(clientChallenge);
            byte[] nt = NtlmKeys.NtlmV1ExtendedResponse(ntHash, challenge.ServerChallenge, clientChallenge);
            return Authenticate(token, lm, nt, NtlmKeys.KeyExchangeKeyExtended(baseKey, challenge.ServerChallenge, lm), withMic: false);
        }

        byte[] response = NtlmKeys.NtlmV1Response(ntHash, challenge.ServerChallenge);
        byte[]? lmHash = _options.AllowLanManager ? _options.Credential.LmHash() : null;
        byte[] lmResponse = lmHash is null ? response : NtlmKeys.NtlmV1Response(lmHash, challenge.ServerChallenge);
        return Authenticate(token, lmResponse, response, NtlmKeys.KeyExchangeKeyV1(NegotiatedFlags, baseKey, lmHash, lmResponse), withMic: false);
    }

    /// <summary>The server's pairs in their order, then what the client says: its MIC, its channel, and whom it means ([MS-NLMP] 3.1.5.1.2).</summary>
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

        if (withMic)
        {
            pairs.Add(AvId.Flags, [(byte)AvPairs.MicPresent, 0, 0, 0]);
        }

        return pairs
            .Add(AvId.ChannelBindings, NtlmKeys.ChannelBindingHash(_options.ChannelBindings.Span))
            .Add(AvId.TargetName, _options.TargetName);
    }

    private GssStep AnswerAnonymously()
    {
        byte[] message = new AuthenticateMessage
        {
            Flags = NegotiatedFlags | NtlmFlags.Anonymous,
            LmResponse = new byte[1],
            NtResponse = default,
            Domain = "",
            User = "",
            Workstation = _options.Workstation ?? "",
            EncryptedRandomSessionKey = (NegotiatedFlags & NtlmFlags.KeyExchange) != 0 ? Rc4.Transform(new byte[NtlmKeys.KeySize], _options.Random.Next(NtlmKeys.KeySize)) : default,
        }.Encode();
        _state = State.Complete;
        return GssStep.Complete(message);
    }

    private GssStep Authenticate(byte[] challenge, byte[] lmResponse, byte[] ntResponse, byte[] keyExchangeKey, bool withMic)
    {
        bool exchange = (NegotiatedFlags & NtlmFlags.KeyExchange) != 0 && (NegotiatedFlags & (NtlmFlags.Sign | NtlmFlags.Seal)) != 0;
        NegotiatedFlags = exchange ? NegotiatedFlags : NegotiatedFlags & ~NtlmFlags.KeyExchange;
        byte[] exportedKey = exchange ? _options.Random.Next(NtlmKeys.KeySize) : keyExchangeKey;
        byte[] message = new AuthenticateMessage
        {
            Flags = NegotiatedFlags,
            LmResponse = lmResponse,
            NtResponse = ntResponse,
            Domain = _options.Credential.Domain,
            User = _options.Credential.User,
            Workstation = _options.Workstation ?? "",
            EncryptedRandomSessionKey = exchange ? Rc4.Transform(keyExchangeKey, exportedKey) : default,
        }.Encode();
        if (withMic)
        {
            NtlmKeys.Mic(exportedKey, _negotiate, challenge, message).CopyTo(message, AuthenticateMessage.MicPosition);
        }

        SessionKey = exportedKey;
        _state = State.Complete;
        return GssStep.Complete(message);
    }
}
