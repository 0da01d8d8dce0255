using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Linq;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Messages;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>The other side of an AP exchange, for what no captured client does. It checks the answer as [RFC4120] 3.2.5 has it.</summary>
internal sealed class TestInitiator : GssContext
{
    private readonly TestKdc _kdc;
    private KerberosKey? _acceptorSubkey;
    private Authenticator? _authenticator;
    private bool _isComplete;
    private uint _remote;
    private uint _local;

    public TestInitiator(TestKdc kdc)
    {
        _kdc = kdc;
    }

    public uint GssFlags { get; set; } = 0x3E;

    public uint ApOptions { get; set; } = ApReq.MutualRequired;

    public bool HasSubkey { get; set; } = true;

    public byte[] Bindings { get; set; } = new byte[16];

    public bool KnowsBindings { get; set; }

    public int[] Types { get; set; } = [18, 17, 20, 19, 23];

    public DateTimeOffset Time { get; set; } = TestKdc.Now;

    public KerberosPrincipal? Claims { get; set; }

    public uint? Sequence { get; set; } = 0x3000_0000;

    public bool IsDone => _isComplete;

    /// <summary>Changes the checksum; null leaves it out.</summary>
    public Func<KerberosChecksum, KerberosChecksum?> OnChecksum { get; set; } = c => c;

    /// <summary>A KRB-CRED to delegate, made with the session key and the subkey.</summary>
    public Func<KerberosKey, KerberosKey?, byte[]> Delegate { get; set; } = (_, _) => [];

    public KerberosKey SessionKey { get; private set; } = null!;

    public KerberosKey? Subkey { get; private set; }

    public override string MechanismName => "Kerberos";

    public override bool IsComplete => _isComplete;

    public override GssContextFlags Flags => (GssContextFlags)GssFlags;

    public override bool SupportsMic => _isComplete;

    public KerberosEncryptionType KeyType => Key.Type;

    public Ticket? Ticket { get; set; }

    private KerberosKey Key => _acceptorSubkey ?? Subkey ?? SessionKey;

    public byte[] Request()
    {
        Ticket ticket = _kdc.Issue(out KerberosKey sessionKey);
        SessionKey = sessionKey;
        Subkey = HasSubkey ? KerberosKey.Generate(sessionKey.Type, GssRandom.System) : null;
        byte[] credential = Delegate(sessionKey, Subkey);
        _local = Sequence ?? 0;
        _authenticator = new Authenticator
        {
            ClientRealm = TestKdc.Realm,
            Client = Claims ?? _kdc.Client,
            Checksum = OnChecksum(new KerberosChecksum { Type = GssChecksum.Type, Value = GssChecksum.Encode(Bindings, GssFlags | (credential.Length == 0 ? 0u : 1u), credential) }),
            Time = Time,
            Microseconds = 123456,
            Subkey = Subkey is null ? null : EncryptionKey.Of(Subkey),
            SequenceNumber = Sequence,
            AuthorizationData = AuthorizationData(),
        };
        return KerberosTokens.Wrap(KerberosTokens.ApReq, new ApReq
        {
            Options = ApOptions,
            Ticket = Ticket ?? ticket,
            Authenticator = EncryptedData.Of(sessionKey, 11, _authenticator.Encode(), GssRandom.System),
        }.Encode());
    }

    public override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        if (inputToken.IsEmpty)
        {
            byte[] request = Request();
            _isComplete = ApOptions == 0;
            return _isComplete ? GssStep.Complete(request) : GssStep.Continue(request);
        }

        EncryptedData encrypted = ApRep.Decode(KerberosTokens.Unwrap(inputToken.ToArray(), KerberosTokens.ApRep));
        EncApRepPart reply = EncApRepPart.Decode(SessionKey.Decrypt(12, encrypted.Cipher.Span)!);
        if (reply.Time != _authenticator!.Time || reply.Microseconds != _authenticator.Microseconds)
        {
            return GssStep.Fail(GssStatus.DefectiveToken, "KRB_AP_ERR_MUT_FAIL");
        }

        _acceptorSubkey = reply.Subkey?.ToKey();
        _remote = reply.SequenceNumber ?? 0;
        _isComplete = true;
        return GssStep.Complete();
    }

    public override byte[] ExportSessionKey() => Key.Export();

    public override byte[] GetMic(ReadOnlySpan<byte> message) => KerberosMic.Create(Key, isAcceptor: false, _acceptorSubkey is not null, _local++, message);

    public override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic) =>
        KerberosMic.Verify(_acceptorSubkey, Subkey ?? SessionKey, isAcceptor: true, _remote++, message, mic);

    private List<AuthorizationDataElement> AuthorizationData()
    {
        List<AuthorizationDataElement> elements = [];
        if (Types.Length > 0)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            KerberosDer.WriteSequence(writer, w => Types.ToList().ForEach(t => w.WriteInteger(t)));
            elements.Add(new AuthorizationDataElement { Type = AuthorizationDataElement.EncryptionTypes, Data = writer.Encode() });
        }

        if (KnowsBindings)
        {
            elements.Add(new AuthorizationDataElement { Type = AuthorizationDataElement.ApOptions, Data = new byte[] { 0, 0x40, 0, 0 } });
        }

        return elements.Count == 0 ? [] : [AuthorizationDataElement.Wrap(elements)];
    }
}
