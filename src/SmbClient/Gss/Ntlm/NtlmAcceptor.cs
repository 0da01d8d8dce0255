using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using SmbClient.Crypto;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Ntlm;

/// <summary>The server's side of NTLM, [MS-NLMP] 3.2.5: one challenge, answered once, and every part of the answer verified.</summary>
internal sealed class NtlmAcceptor : NtlmContext
{
    private const int V1ResponseSize = 24;

    /// <summary>Proof, temp and the end of the AV pairs.</summary>
    private const int SmallestV2Response = NtlmKeys.KeySize + 28 + 4;

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
    private GssPeer? _peer;
    private bool _isChannelBound;

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

    public override GssPeer? Peer => IsComplete ? _peer : null;

    public override GssContextFlags Flags => !IsComplete ? GssContextFlags.None
        : _peer!.IsAnonymous ? GssContextFlags.Anonymous
        : (SupportsMic ? GssContextFlags.Integrity | GssContextFlags.Replay | GssContextFlags.Sequence : 0) | (_isChannelBound ? GssContextFlags.ChannelBound : 0);

    public override GssStep SupplyAccount(ReadOnlySpan<byte> ntHash)
    {
        if (_state != State.ExpectAccount)
        {
            throw new InvalidOperationException("No account was asked for.");
        }

        // A name that nobody has costs what a wrong password costs, and ends the same way.
        bool exists = ntHash.Length == NtlmKeys.KeySize;
        byte[] hash = exists ? ntHash.ToArray() : new byte[NtlmKeys.KeySize];
        try
        {
            return _answer.NtResponse.Length == V1ResponseSize ? VerifyV1(hash, exists) : VerifyV2(hash, exists);
        }
        catch (MalformedMessageException e)
        {
            return Fail(GssStatus.DefectiveToken, e.Message);
        }
        finally
        {
            hash.AsSpan().Clear();
        }
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
        SessionKey = [];
        return GssStep.Fail(status, "NTLM: " + reason);
    }

    private GssStep Challenge(byte[] token)
    {
        NegotiateMessage negotiate = NegotiateMessage.Decode(token);
        if ((negotiate.Flags & NtlmFlags.Unicode) == 0)
        {
            return Fail(GssStatus.DefectiveToken, "the client does not speak Unicode");
        }

        _negotiate = token;
        _serverChallenge = _options.Random.Next(ChallengeMessage.ChallengeSize);
        _challengedAt = _options.TimeProvider.GetUtcNow();
        bool inDomain = !string.Equals(_options.NetBiosDomainName, _options.NetBiosComputerName, StringComparison.OrdinalIgnoreCase);
        NegotiatedFlags = NtlmFlags.Unicode | NtlmFlags.RequestTarget | NtlmFlags.Ntlm | NtlmFlags.AlwaysSign | NtlmFlags.TargetInfo
            | (inDomain ? NtlmFlags.TargetTypeDomain : NtlmFlags.TargetTypeServer)
            | (negotiate.Flags & Supported);
        _targetInfo = new AvPairs()
            .Add(AvId.NbDomainName, _options.NetBiosDomainName)
            .Add(AvId.NbComputerName, _options.NetBiosComputerName)
            .Add(AvId.DnsDomainName, _options.DnsDomainName)
            .Add(AvId.DnsComputerName, _options.DnsComputerName)
            .Add(AvId.Timestamp, (ulong)FileTime.FromDateTimeOffset(_challengedAt));
        _challenge = new ChallengeMessage
        {
            Flags = NegotiatedFlags,
            ServerChallenge = _serverChallenge,
            TargetName = inDomain ? _options.NetBiosDomainName : _options.NetBiosComputerName,
            TargetInfo = _targetInfo,
        }.Encode();
        _state = State.ExpectAuthenticate;
        return GssStep.Continue(_challenge);
    }

    private GssStep Examine(byte[] token)
    {
        _answer = AuthenticateMessage.Decode(token);
        _authenticate = token;
        if (_options.TimeProvider.GetUtcNow() - _challengedAt > _options.ChallengeLifetime)
        {
            return Fail(GssStatus.CredentialsExpired, "the challenge is too old to be answered");
        }

        NegotiatedFlags &= _answer.Flags | NtlmFlags.TargetInfo | NtlmFlags.TargetTypeDomain | NtlmFlags.TargetTypeServer;
        _peer = new GssPeer { User = _answer.User, Domain = _answer.Domain, Workstation = _answer.Workstation, IsAnonymous = _answer.User.Length == 0 };
        if (_peer.IsAnonymous)
        {
            return AcceptAnonymous();
        }

        int length = _answer.NtResponse.Length;
        if (length != V1ResponseSize && length < SmallestV2Response)
        {
            return Fail(length == 0 ? GssStatus.Unauthorized : GssStatus.DefectiveToken, $"an NT response of {length} octets");
        }

        if (length == V1ResponseSize && !_options.AllowNtlmV1)
        {
            return Fail(GssStatus.Unauthorized, "NTLMv1 is not allowed");
        }

        _state = State.ExpectAccount;
        return GssStep.NeedsAccount(_answer.User, _answer.Domain);
    }

    private GssStep AcceptAnonymous()
    {
        if (!_answer.NtResponse.IsEmpty || _answer.LmResponse.Length > 1)
        {
            return Fail(GssStatus.DefectiveToken, "a response without a user");
        }

        if (!_options.AllowAnonymous)
        {
            return Fail(GssStatus.Unauthorized, "anonymous is not allowed");
        }

        _state = State.Complete;
        return GssStep.Complete();
    }

    private GssStep VerifyV2(byte[] ntHash, bool exists)
    {
        byte[] response = _answer.NtResponse.ToArray();
        byte[] proof = response.AsSpan(0, NtlmKeys.KeySize).ToArray();
        byte[] temp = response.AsSpan(NtlmKeys.KeySize).ToArray();
        byte[]? baseKey = null;

        // The domain as it was sent, in upper case, and none: what clients make of one name differs ([MS-NLMP] 3.3.2).
        foreach (string domain in new[] { _answer.Domain, _answer.Domain.ToUpperInvariant(), "" })
        {
            byte[] key = NtlmKeys.NtOwfV2(ntHash, _answer.User, domain);
            if (CryptographicOperations.FixedTimeEquals(NtlmKeys.NtProof(key, _serverChallenge, temp), proof) && exists)
            {
                baseKey ??= NtlmKeys.SessionBaseKeyV2(key, proof);
            }
        }

        if (baseKey is null)
        {
            return Fail(GssStatus.DefectiveCredential, "the user name or the password is wrong");
        }

        WireReader r = new(temp);
        r.Skip(28);
        AvPairs pairs = AvPairs.Decode(r.Bytes(r.Remaining));
        return CheckTargetInfo(pairs) ?? Finish(baseKey, micAnnounced: (pairs.Flags & AvPairs.MicPresent) != 0);
    }

    /// <summary>What the client proved must be what this server said, for this channel and this service (V9, V13, V14).</summary>
    private GssStep? CheckTargetInfo(AvPairs pairs)
    {
        foreach (System.Collections.Generic.KeyValuePair<AvId, byte[]> pair in _targetInfo.Pairs)
        {
            if (pairs[pair.Key] is not { } echoed || !echoed.AsSpan().SequenceEqual(pair.Value))
            {
                return Fail(GssStatus.DuplicateToken, $"the answer is to another challenge: {pair.Key} differs");
            }
        }

        byte[] expected = NtlmKeys.ChannelBindingHash(_options.ChannelBindings.Span);
        byte[] bindings = pairs[AvId.ChannelBindings] ?? new byte[NtlmKeys.KeySize];
        bool isBound = bindings.Any(b => b != 0);
        if ((isBound || _options.RequireChannelBindings) && !_options.ChannelBindings.IsEmpty)
        {
            if (!CryptographicOperations.FixedTimeEquals(expected, bindings))
            {
                return Fail(GssStatus.BadBindings, "the channel bindings differ");
            }

            _isChannelBound = true;
        }

        string target = pairs[AvId.TargetName] is { } name ? Encoding.Unicode.GetString(name) : "";
        return _options.AcceptTarget is { } accept && !accept(target)
            ? Fail(GssStatus.Unauthorized, $"the client meant '{target}'")
            : null;
    }

    private GssStep VerifyV1(byte[] ntHash, bool exists)
    {
        byte[] lm = _answer.LmResponse.ToArray();
        bool extended = (NegotiatedFlags & NtlmFlags.ExtendedSessionSecurity) != 0 && lm.Length == V1ResponseSize;
        byte[] expected = extended
            ? NtlmKeys.NtlmV1ExtendedResponse(ntHash, _serverChallenge, lm.AsSpan(0, ChallengeMessage.ChallengeSize).ToArray())
            : NtlmKeys.NtlmV1Response(ntHash, _serverChallenge);
        if (!CryptographicOperations.FixedTimeEquals(expected, _answer.NtResponse.Span) || !exists)
        {
            return Fail(GssStatus.DefectiveCredential, "the user name or the password is wrong");
        }

        byte[] baseKey = NtlmKeys.SessionBaseKeyV1(ntHash);
        return Finish(extended ? NtlmKeys.KeyExchangeKeyExtended(baseKey, _serverChallenge, lm) : baseKey, micAnnounced: false);
    }

    private GssStep Finish(byte[] keyExchangeKey, bool micAnnounced)
    {
        byte[] key = keyExchangeKey;
        if ((NegotiatedFlags & NtlmFlags.KeyExchange) != 0)
        {
            if (_answer.EncryptedRandomSessionKey.Length != NtlmKeys.KeySize)
            {
                return Fail(GssStatus.DefectiveToken, $"a session key of {_answer.EncryptedRandomSessionKey.Length} octets");
            }

            key = Rc4.Transform(keyExchangeKey, _answer.EncryptedRandomSessionKey.ToArray());
        }

        if (micAnnounced || (_options.RequireMic && _answer.NtResponse.Length != V1ResponseSize))
        {
            if (!micAnnounced || !_answer.HasMic)
            {
                return Fail(GssStatus.BadMic, "the message integrity code is missing");
            }

            byte[] unsigned = (byte[])_authenticate.Clone();
            unsigned.AsSpan(AuthenticateMessage.MicPosition, AuthenticateMessage.MicSize).Clear();
            byte[] expected = NtlmKeys.Mic(key, _negotiate, _challenge, unsigned);
            if (!CryptographicOperations.FixedTimeEquals(expected, _authenticate.AsSpan(AuthenticateMessage.MicPosition, AuthenticateMessage.MicSize)))
            {
                return Fail(GssStatus.BadMic, "the message integrity code is wrong");
            }
        }

        SessionKey = key;
        _state = State.Complete;
        return GssStep.Complete();
    }
}
