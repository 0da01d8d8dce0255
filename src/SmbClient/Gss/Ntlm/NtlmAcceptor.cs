using System;
using System.Security.Cryptography;
using SmbClient.Crypto;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Ntlm;

/// <summary>
/// The server's side of NTLM, [MS-NLMP] 3.2.5: one challenge, answered once, and every part of the answer verified (gss-spnego-ntlm §7.2).
/// A guest's access is no answer of this class: who wants it takes the failure for one (V17).
/// </summary>
internal sealed class NtlmAcceptor : NtlmContext
{
    private const NtlmFlags Supported =
        NtlmFlags.Sign | NtlmFlags.Seal | NtlmFlags.ExtendedSessionSecurity | NtlmFlags.Key128 | NtlmFlags.Key56
        | NtlmFlags.KeyExchange | NtlmFlags.Version | NtlmFlags.Identify;

    private readonly GssAcceptorOptions _options;
    private State _state = State.ExpectNegotiate;
    private byte[] _negotiate = [];
    private byte[] _challenge = [];
    private byte[] _authenticate = [];
    private byte[] _serverChallenge = [];
    private AvPairs _targetInfo = new();
    private DateTimeOffset _challengedAt;
    private AuthenticateMessage _answer;
    private NtlmProvenTarget? _proven;
    private NtlmResponseKind _kind;
    private bool _micVerified;

    public NtlmAcceptor(GssAcceptorOptions options)
        : base(isInitiator: false)
    {
        _options = options;
    }

    private enum State
    {
        ExpectNegotiate,
        ExpectAuthenticate,
        ExpectAccount,
        Complete,
        Failed,
    }

    public override bool IsComplete => _state == State.Complete;

    public override GssPeer? Peer => !IsComplete ? null : new GssPeer
    {
        User = _answer.User,
        Domain = _answer.Domain,
        Workstation = _answer.Workstation,
        TargetName = _proven?.TargetName ?? "",
        IsAnonymous = IsAnonymous,
    };

    public override NtlmAccountRequest? AccountRequest => _state != State.ExpectAccount ? null : new NtlmAccountRequest
    {
        User = _answer.User,
        Domain = _answer.Domain,
        Workstation = _answer.Workstation,
        Challenge = NtlmResponseVerifier.EffectiveChallenge(_kind == NtlmResponseKind.V1, _answer, _serverChallenge, NegotiatedFlags),
        LmResponse = _answer.LmResponse,
        NtResponse = _answer.NtResponse,
    };

    /// <summary>A client that can make the MIC of NTLM can make the one of SPNEGO.</summary>
    protected internal override bool ProtectsMechList => SupportsMic && _micVerified;

    public override GssStep SupplyAccount(ReadOnlySpan<byte> ntHash, ReadOnlySpan<byte> lmHash = default)
    {
        if (_state != State.ExpectAccount)
        {
            throw new InvalidOperationException("No account was asked for.");
        }

        byte[]? key = NtlmResponseVerifier.Verify(_kind, ntHash, lmHash, _answer, _serverChallenge, NegotiatedFlags);
        return key is null ? Fail(GssStatus.DefectiveCredential, NtlmResponseVerifier.WrongProof) : Verify(key);
    }

    public override GssStep SupplyVerdict(ReadOnlySpan<byte> sessionBaseKey)
    {
        if (_state != State.ExpectAccount)
        {
            throw new InvalidOperationException("No account was asked for.");
        }

        byte[]? key = NtlmResponseVerifier.TakeBaseKey(sessionBaseKey);
        return key is null ? Fail(GssStatus.DefectiveCredential, NtlmResponseVerifier.WrongProof)
            : Verify(_kind == NtlmResponseKind.V1 ? NtlmResponseVerifier.KeyExchangeKeyV1(key, _answer, _serverChallenge, NegotiatedFlags) : key);
    }

    protected override GssStep Advance(byte[] token) => _state switch
    {
        State.ExpectNegotiate => Challenge(token),
        State.ExpectAuthenticate => Examine(token),
        _ => Fail(GssStatus.DefectiveToken, "a token came that was not due"),
    };

    protected override GssStep Fail(GssStatus status, string reason)
    {
        _state = State.Failed;
        SessionKey.AsSpan().Clear();
        return GssStep.Fail(status, "NTLM: " + reason);
    }

    protected override void Dispose(bool disposing)
    {
        _state = State.Failed;
        base.Dispose(disposing);
    }

    private GssStep Challenge(byte[] token)
    {
        NegotiateMessage negotiate = NegotiateMessage.Decode(token);
        NtlmFlags encoding = (negotiate.Flags & NtlmFlags.Unicode) != 0 ? NtlmFlags.Unicode : negotiate.Flags & NtlmFlags.Oem;
        if (encoding == 0)
        {
            return Fail(GssStatus.DefectiveToken, "the client has no way to write names");
        }

        _negotiate = token;
        _serverChallenge = _options.Random.Next(ChallengeMessage.ChallengeSize);
        _challengedAt = _options.TimeProvider.GetUtcNow();
        bool inDomain = !string.Equals(_options.NetBiosDomainName, _options.NetBiosComputerName, StringComparison.OrdinalIgnoreCase);
        NegotiatedFlags = encoding | NtlmFlags.RequestTarget | NtlmFlags.Ntlm | NtlmFlags.AlwaysSign | NtlmFlags.TargetInfo
            | (inDomain ? NtlmFlags.TargetTypeDomain : NtlmFlags.TargetTypeServer)
            | (negotiate.Flags & Supported);
        _targetInfo = CreateTargetInfo();
        _challenge = new ChallengeMessage
        {
            Flags = NegotiatedFlags,
            ServerChallenge = _serverChallenge,
            TargetName = inDomain ? _options.NetBiosDomainName : _options.NetBiosComputerName,
            TargetInfo = _targetInfo,
            Version = _options.NtlmVersion,
        }.Encode();
        _state = State.ExpectAuthenticate;
        return GssStep.Continue((byte[])_challenge.Clone());
    }

    private AvPairs CreateTargetInfo()
    {
        AvPairs info = new AvPairs()
            .Add(AvId.NbDomainName, _options.NetBiosDomainName)
            .Add(AvId.NbComputerName, _options.NetBiosComputerName)
            .Add(AvId.DnsDomainName, _options.DnsDomainName)
            .Add(AvId.DnsComputerName, _options.DnsComputerName);
        if (_options.DnsTreeName is { } tree)
        {
            info.Add(AvId.DnsTreeName, tree);
        }

        return _options.OmitTimestamp ? info : info.Add(AvId.Timestamp, (ulong)FileTime.FromDateTimeOffset(_challengedAt));
    }

    private GssStep Examine(byte[] token)
    {
        _answer = AuthenticateMessage.Decode(token, NegotiatedFlags);
        _authenticate = token;
        if ((_options.TimeProvider.GetUtcNow() - _challengedAt).Duration() > _options.ChallengeLifetime)
        {
            return Fail(GssStatus.OldToken, "the challenge is too old to be answered");
        }

        NegotiatedFlags &= _answer.Flags;
        if (_answer.User.Length == 0)
        {
            return AcceptAnonymous();
        }

        _kind = NtlmResponseVerifier.KindOf(_answer);
        if (NtlmResponseVerifier.Refuse(_kind, _answer, _options) is { } refusal)
        {
            return Fail(refusal.Status, refusal.Reason);
        }

        _proven = _kind == NtlmResponseKind.V2 ? NtlmProvenTarget.Decode(_answer.NtResponse) : null;
        _state = State.ExpectAccount;
        return GssStep.NeedsAccount(_answer.User, _answer.Domain);
    }

    private GssStep AcceptAnonymous()
    {
        if (!_answer.NtResponse.IsEmpty || _answer.LmResponse.Length > 1)
        {
            // Well-formed, and a proof of nobody: jCIFS sends it after a refusal, and expects to be refused as any unknown user is.
            return Fail(GssStatus.DefectiveCredential, "a response without a user");
        }

        if (_answer.LmResponse.Length == 1 && _answer.LmResponse.Span[0] != 0)
        {
            return Fail(GssStatus.DefectiveToken, "neither a response nor none");
        }

        if (!_options.AllowAnonymous)
        {
            return Fail(GssStatus.Unauthorized, $"{nameof(GssAcceptorOptions.AllowAnonymous)} is not set");
        }

        IsAnonymous = true;
        _state = State.Complete;
        return GssStep.Complete();
    }

    /// <summary>The password is right; now everything that it vouches for.</summary>
    private GssStep Verify(byte[] keyExchangeKey)
    {
        if (_proven?.Check(_targetInfo, _options, _options.TimeProvider.GetUtcNow()) is { } failure)
        {
            return Fail(failure.Status, failure.Reason);
        }

        byte[] key = keyExchangeKey;
        if ((NegotiatedFlags & NtlmFlags.KeyExchange) != 0)
        {
            if (_answer.EncryptedRandomSessionKey.Length != NtlmKeys.KeySize)
            {
                return Fail(GssStatus.DefectiveToken, $"a session key of {_answer.EncryptedRandomSessionKey.Length} octets");
            }

            key = Rc4.Transform(keyExchangeKey, _answer.EncryptedRandomSessionKey.ToArray());
            keyExchangeKey.AsSpan().Clear();
        }

        if (CheckMic(key) is { } problem)
        {
            key.AsSpan().Clear();
            return Fail(GssStatus.BadMic, problem);
        }

        IsChannelBound = _proven?.IsChannelBound ?? false;
        SessionKey = key;
        _state = State.Complete;
        return GssStep.Complete();
    }

    /// <summary>What is wrong with the message integrity code, or null. Its announcement lies inside the proof, so that nobody can take it away (V11).</summary>
    private string? CheckMic(byte[] key)
    {
        if (_proven is null)
        {
            return null;
        }

        if (!_proven.AnnouncesMic)
        {
            return _options.RequireMic && !_options.OmitTimestamp ? $"the message integrity code is missing; {nameof(GssAcceptorOptions.RequireMic)} is set" : null;
        }

        if (!_answer.HasMic)
        {
            return "the message integrity code was announced and is missing";
        }

        // Over the octets that came, not over what was read from them (V12).
        byte[] unsigned = (byte[])_authenticate.Clone();
        unsigned.AsSpan(AuthenticateMessage.MicPosition, AuthenticateMessage.MicSize).Clear();
        _micVerified = CryptographicOperations.FixedTimeEquals(
            NtlmKeys.Mic(key, _negotiate, _challenge, unsigned),
            _authenticate.AsSpan(AuthenticateMessage.MicPosition, AuthenticateMessage.MicSize));
        return _micVerified ? null : "the message integrity code is wrong";
    }
}
