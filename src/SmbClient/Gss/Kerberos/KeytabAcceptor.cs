using System;
using System.Linq;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// The acceptor of [RFC4121] that needs a keytab and nothing else: no KDC, no library, no I/O but the keytab's. One AP-REQ in, one AP-REP out
/// where the initiator asks for it.
/// </summary>
internal sealed class KeytabAcceptor : GssContext
{
    private const GssContextFlags Granted = GssContextFlags.Replay | GssContextFlags.Sequence | GssContextFlags.Confidentiality | GssContextFlags.Integrity
        | GssContextFlags.Identify | GssContextFlags.ExtendedError;

    /// <summary>Below 2^30, since there are initiators that take the number for one with a sign.</summary>
    private const uint SequenceMask = 0x3FFF_FFFF;

    /// <summary>The types of our own key, the preferred first. SMB 3.1.1 with AES-256 has use for 32 octets.</summary>
    private static readonly KerberosEncryptionType[] OwnTypes =
        [KerberosEncryptionType.Aes256Sha1, KerberosEncryptionType.Aes256Sha384, KerberosEncryptionType.Aes128Sha1, KerberosEncryptionType.Aes128Sha256];

    private readonly GssAcceptorOptions _options;
    private readonly KeytabAcceptorSettings _settings;
    private State _state = State.ExpectRequest;
    private GssContextFlags _flags;
    private VerifiedRequest? _request;
    private KerberosKey? _ownKey;
    private GssPeer? _peer;
    private bool _isCredentialTaken;
    private uint _sent;
    private uint _received;

    public KeytabAcceptor(GssAcceptorOptions options, KeytabAcceptorSettings settings)
    {
        _options = options;
        _settings = settings;
    }

    private enum State
    {
        ExpectRequest,
        Complete,
        Failed,
    }

    public override string MechanismName => KerberosMechanism.MechanismName;

    public override bool IsComplete => _state == State.Complete;

    public override GssContextFlags Flags => IsComplete ? _flags : GssContextFlags.None;

    /// <summary>Not for RC4, whose codes are of another form ([RFC4757] 7) that nobody needs here: SPNEGO can do without.</summary>
    public override bool SupportsMic => IsComplete && Key.Type != KerberosEncryptionType.Rc4;

    /// <summary>Whoever reads it has the delegated credential, and disposes of it.</summary>
    public override GssPeer? Peer
    {
        get
        {
            _isCredentialTaken |= IsComplete;
            return IsComplete ? _peer : null;
        }
    }

    private KerberosKey Key => _ownKey ?? OtherKey;

    private KerberosKey OtherKey => _request!.Subkey ?? _request.SessionKey;

    public override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        if (_state != State.ExpectRequest)
        {
            return Fail(GssStatus.DefectiveToken, "a token came that was not due");
        }

        DateTimeOffset now = _options.TimeProvider.GetUtcNow();
        ApReq? request = null;
        try
        {
            request = ApReq.Decode(KerberosTokens.Unwrap(inputToken.ToArray(), KerberosTokens.ApReq));
            _request = new RequestVerifier(_options, _settings, now).Verify(request);
            return Complete(request.Ticket);
        }
        catch (MalformedMessageException e)
        {
            return Fail(GssStatus.DefectiveToken, e.Message);
        }
        catch (KerberosRefusalException e)
        {
            KrbError error = new() { Code = e.Code, ServerTime = now, Realm = request!.Ticket.Realm, Service = request.Ticket.Service };
            return Fail(e.Status, e.Message, KerberosTokens.Wrap(KerberosTokens.Error, error.Encode()));
        }
        catch (ObjectDisposedException)
        {
            return Fail(GssStatus.NoCredential, "the keytab was disposed of, or changed twice within this step");
        }
    }

    public override byte[] ExportSessionKey() => IsComplete ? Key.Export() : throw new InvalidOperationException("The context is not established.");

    public override byte[] GetMic(ReadOnlySpan<byte> message)
    {
        if (!SupportsMic)
        {
            return base.GetMic(message);
        }

        return KerberosMic.Create(Key, isAcceptor: true, _ownKey is not null, _sent++, message);
    }

    public override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic)
    {
        if (!SupportsMic)
        {
            return base.VerifyMic(message, mic);
        }

        bool isRight = KerberosMic.Verify(_ownKey, OtherKey, isAcceptor: false, _received, message, mic);
        _received += isRight ? 1u : 0;
        return isRight;
    }

    protected override void Dispose(bool disposing)
    {
        _state = State.Failed;
        if (!_isCredentialTaken)
        {
            _request?.Credential?.Dispose();
        }

        _request?.Dispose();
        _ownKey?.Dispose();
        base.Dispose(disposing);
    }

    private GssStep Complete(Ticket ticket)
    {
        VerifiedRequest request = _request!;
        byte[] reply = [];
        _received = request.Authenticator.SequenceNumber ?? 0;
        _sent = _received;
        if (request.IsMutual)
        {
            reply = Reply(request);
        }

        _flags = (request.Flags & Granted)
            | (request.IsMutual ? GssContextFlags.MutualAuth : GssContextFlags.None)
            | (request.IsChannelBound ? GssContextFlags.ChannelBound : GssContextFlags.None)
            | (request.Credential is not null ? GssContextFlags.Delegate : GssContextFlags.None);
        _peer = new GssPeer
        {
            User = request.Ticket.Client.ToString(),
            Domain = request.Ticket.ClientRealm,
            TargetName = ticket.Service.ToString(),
            AuthorizationData = request.Pac,
            AuthorizationDataStatus = request.Pac.IsEmpty ? GssAuthorizationDataStatus.None : GssAuthorizationDataStatus.VerifiedWithKey,
            Expires = request.Ticket.EndTime,
            DelegatedCredential = request.Credential,
        };
        _state = State.Complete;
        return GssStep.Complete(reply);
    }

    private byte[] Reply(VerifiedRequest request)
    {
        byte[] number = _options.Random.Next(sizeof(uint));
        _sent = BitConverter.ToUInt32(number, 0) & SequenceMask;

        // An initiator that has only RC4 takes no key of ours: both Windows and MIT go on with the one that it sent.
        KerberosEncryptionType type = OwnType(request);
        _ownKey = type == KerberosEncryptionType.Rc4 ? null : KerberosKey.Generate(type, _options.Random);
        byte[]? ownKey = _ownKey?.Export();
        EncApRepPart part = new()
        {
            Time = request.Authenticator.Time,
            Microseconds = request.Authenticator.Microseconds,
            Subkey = ownKey is null ? null : new EncryptionKey { Type = (int)type, Value = ownKey },
            SequenceNumber = _sent,
        };
        byte[] plaintext = part.Encode();
        EncryptedData encrypted = EncryptedData.Of(request.SessionKey, KeyUsage.ApRep, plaintext, _options.Random);
        plaintext.AsSpan().Clear();
        ownKey.AsSpan().Clear();
        return KerberosTokens.Wrap(KerberosTokens.ApRep, ApRep.Encode(encrypted));
    }

    private KerberosEncryptionType OwnType(VerifiedRequest request)
    {
        KerberosEncryptionType best = OwnTypes.FirstOrDefault(t => request.EncryptionTypes.Contains((int)t));
        return best == KerberosEncryptionType.None ? OtherKey.Type : best;
    }

    private GssStep Fail(GssStatus status, string reason, byte[]? token = null)
    {
        _state = State.Failed;
        return GssStep.Fail(status, "Kerberos: " + reason, token);
    }
}
