using System;
using System.Linq;
using System.Threading.Tasks;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;
using SmbClient.KerberosNet.Tests.Fakes;
using Xunit;

namespace SmbClient.KerberosNet.Tests;

/// <summary>Both sides of this package against each other, with a KDC in memory.</summary>
public sealed class KerberosNetPairTests
{
    private readonly FakeRealm _realm = new();

    private GssContext Acceptor(GssAcceptorOptions? options = null) => _realm.Acceptor.CreateAcceptor(options ?? _realm.AcceptorOptions())!;

    [Fact]
    public async Task BothSidesEndWithTheSameKeyAndKnowEachOther()
    {
        using GssContext initiator = await _realm.InitiatorAsync();
        using GssContext acceptor = Acceptor();
        (GssStep last, GssStep answered) = FakeRealm.Run(initiator, acceptor);
        Assert.Equal((GssStatus.Complete, GssStatus.Complete), (last.Status, answered.Status));
        Assert.Equal(32, initiator.ExportSessionKey().Length);
        Assert.Equal(initiator.ExportSessionKey(), acceptor.ExportSessionKey());
        Assert.True((initiator.Flags & GssContextFlags.MutualAuth) != 0 && (acceptor.Flags & GssContextFlags.MutualAuth) != 0);
        Assert.True(initiator.Peer is null);
        GssPeer peer = acceptor.Peer!;
        Assert.Equal(("alice", "LAB.TEST", FakeRealm.Service), (peer.User, peer.Domain, peer.TargetName));
        Assert.Equal(_realm.Clock.GetUtcNow().AddHours(10), peer.Expires);
        Assert.Equal(GssAuthorizationDataStatus.None, peer.AuthorizationDataStatus);
        Assert.Null(peer.DelegatedCredential);
    }

    [Theory]
    [InlineData(EncryptionType.AES128_CTS_HMAC_SHA1_96, 16)]
    [InlineData(EncryptionType.AES256_CTS_HMAC_SHA1_96, 32)]
    [InlineData(EncryptionType.AES128_CTS_HMAC_SHA256_128, 16)]
    [InlineData(EncryptionType.AES256_CTS_HMAC_SHA384_192, 32)]
    public async Task IntegrityCodesWorkBothWaysWithEachType(EncryptionType type, int keySize)
    {
        _realm.Kdc.AddService(FakeKdc.Realm, FakeRealm.Service, type);
        KerberosNetMechanism mechanism = _realm.Mechanism(new KerberosNetOptions { Keytab = _realm.Kdc.Keytab(FakeRealm.Service) });
        using GssContext initiator = await _realm.InitiatorAsync();
        using GssContext acceptor = mechanism.CreateAcceptor(_realm.AcceptorOptions())!;
        Assert.False(initiator.SupportsMic);
        FakeRealm.Run(initiator, acceptor);
        Assert.Equal(keySize, acceptor.ExportSessionKey().Length);
        byte[] message = [1, 2, 3];
        byte[] sent = initiator.GetMic(message), answered = acceptor.GetMic(message);
        Assert.True(acceptor.VerifyMic(message, sent) && initiator.VerifyMic(message, answered));
        Assert.False(initiator.VerifyMic(message, sent) || acceptor.VerifyMic(message, answered));
        Assert.False(acceptor.VerifyMic([1, 2, 4], sent));
        for (int i = 0; i < sent.Length; i++)
        {
            byte[] flipped = (byte[])sent.Clone();
            flipped[i] ^= 0x10;
            Assert.False(acceptor.VerifyMic(message, flipped) || acceptor.VerifyMic(message, sent.AsSpan(0, i)));
        }
    }

    [Fact]
    public async Task SpnegoTakesIt()
    {
        GssInitiation initiation = await GssMechanism.Spnego([_realm.Initiator, GssMechanism.Ntlm])
            .CreateInitiatorAsync(_realm.InitiatorOptions(), TestContext.Current.CancellationToken);
        using GssContext initiator = initiation.Context!;
        using GssContext acceptor = GssMechanism.Spnego([_realm.Acceptor, GssMechanism.Ntlm]).CreateAcceptor(_realm.AcceptorOptions())!;
        (GssStep last, GssStep answered) = FakeRealm.Run(initiator, acceptor);
        Assert.True(last.Status == GssStatus.Complete, last.Reason);
        Assert.True(answered.Status == GssStatus.Complete, answered.Reason);
        Assert.Equal("SPNEGO/Kerberos", acceptor.MechanismName);
        Assert.Equal(initiator.ExportSessionKey(), acceptor.ExportSessionKey());
    }

    [Fact]
    public async Task AcceptorThatPrefersAnotherMechanismGetsProtectedByTheCodes()
    {
        GssInitiation initiation = await GssMechanism.Spnego([GssMechanism.Ntlm, _realm.Initiator])
            .CreateInitiatorAsync(_realm.InitiatorOptions(), TestContext.Current.CancellationToken);
        using GssContext initiator = initiation.Context!;
        using GssContext acceptor = GssMechanism.Spnego([_realm.Acceptor]).CreateAcceptor(_realm.AcceptorOptions())!;
        GssStep step = initiator.Step([]);
        for (int i = 0; i < 4 && !(initiator.IsComplete && acceptor.IsComplete); i++)
        {
            GssStep answer = acceptor.Step(step.Token.Span);
            Assert.True(answer.IsSuccess, answer.Reason);
            if (!answer.Token.IsEmpty)
            {
                step = initiator.Step(answer.Token.Span);
                Assert.True(step.IsSuccess, step.Reason);
            }
        }

        Assert.True(initiator.IsComplete && acceptor.IsComplete);
        Assert.Equal("SPNEGO/Kerberos", initiator.MechanismName);
    }

    [Fact]
    public async Task RequestIsAcceptedOnce()
    {
        using GssContext initiator = await _realm.InitiatorAsync();
        byte[] token = initiator.Step([]).Token.ToArray();
        using GssContext first = Acceptor(), second = Acceptor();
        Assert.Equal(GssStatus.Complete, first.Step(token).Status);
        GssStep repeated = second.Step(token);
        Assert.Equal(GssStatus.DuplicateToken, repeated.Status);
        Assert.Null(second.Peer);

        // The initiator is told.
        Assert.Equal(GssStatus.DuplicateToken, initiator.Step(repeated.Token.Span).Status);
    }

    [Fact]
    public async Task RequestIsTooOldOnceItIsForgotten()
    {
        using GssContext initiator = await _realm.InitiatorAsync();
        byte[] token = initiator.Step([]).Token.ToArray();
        using GssContext early = Acceptor();
        early.Step(token);
        for (int minutes = 1; minutes <= 15; minutes++)
        {
            _realm.Clock.Advance(TimeSpan.FromMinutes(1));
            using GssContext late = Acceptor();
            Assert.Equal(minutes <= 5 ? GssStatus.DuplicateToken : GssStatus.OldToken, late.Step(token).Status);
        }
    }

    [Theory]
    [InlineData("files.lab.test", true)]
    [InlineData("FILES.lab.test", true)]
    [InlineData("other.lab.test", false)]
    public async Task AcceptorRefusesWhoMeansAnother(string host, bool isAccepted)
    {
        using GssContext initiator = await _realm.InitiatorAsync();
        using GssContext acceptor = Acceptor(_realm.AcceptorOptions(hosts: [host]));
        (_, GssStep answered) = FakeRealm.Run(initiator, acceptor);
        Assert.Equal(isAccepted ? GssStatus.Complete : GssStatus.DuplicateToken, answered.Status);
    }

    [Theory]
    [InlineData(null, null, false, GssStatus.Complete, false)]
    [InlineData("a", "a", false, GssStatus.Complete, true)]
    [InlineData("a", "a", true, GssStatus.Complete, true)]
    [InlineData("a", "b", false, GssStatus.BadBindings, false)]
    [InlineData(null, "b", false, GssStatus.Complete, false)]
    [InlineData(null, "b", true, GssStatus.BadBindings, false)]
    [InlineData("a", null, false, GssStatus.Complete, false)]
    [InlineData("a", null, true, GssStatus.BadBindings, false)]
    public async Task ChannelBindings(string? initiators, string? acceptors, bool isRequired, GssStatus expected, bool isBound)
    {
        byte[]? Octets(string? text) => text is null ? null : System.Text.Encoding.ASCII.GetBytes(text);
        using GssContext initiator = await _realm.InitiatorAsync(_realm.InitiatorOptions(bindings: Octets(initiators)));
        using GssContext acceptor = Acceptor(_realm.AcceptorOptions(Octets(acceptors), isRequired));
        (_, GssStep answered) = FakeRealm.Run(initiator, acceptor);
        Assert.Equal(expected, answered.Status);
        Assert.Equal(isBound, (acceptor.Flags & GssContextFlags.ChannelBound) != 0);
    }

    [Theory]
    [InlineData(GssDelegationPolicy.None, true, false)]
    [InlineData(GssDelegationPolicy.WhenTrusted, true, true)]
    [InlineData(GssDelegationPolicy.WhenTrusted, false, false)]
    [InlineData(GssDelegationPolicy.Always, false, true)]
    public async Task DelegationFollowsThePolicy(GssDelegationPolicy policy, bool isTrusted, bool isDelegated)
    {
        _realm.Kdc.ServiceFlags = isTrusted ? TicketFlags.OkAsDelegate : 0;
        using GssContext initiator = await _realm.InitiatorAsync(_realm.InitiatorOptions(delegation: policy));
        using GssContext acceptor = Acceptor();
        FakeRealm.Run(initiator, acceptor);
        Assert.True(initiator.IsComplete);
        Assert.Equal(isDelegated, acceptor.Peer!.DelegatedCredential is not null);
        Assert.Equal(isDelegated, (initiator.Flags & acceptor.Flags & GssContextFlags.Delegate) != 0);
    }

    [Fact]
    public async Task DelegatedCredentialSignsInElsewhere()
    {
        _realm.Kdc.AddService(FakeKdc.Realm, "cifs/backend.lab.test");
        using GssContext initiator = await _realm.InitiatorAsync(_realm.InitiatorOptions(delegation: GssDelegationPolicy.Always));
        using GssContext acceptor = Acceptor();
        FakeRealm.Run(initiator, acceptor);
        GssCredential delegated = acceptor.Peer!.DelegatedCredential!;
        Assert.Equal(("alice", "LAB.TEST"), (delegated.User, delegated.Domain));

        KerberosNetMechanism back = _realm.Mechanism(new KerberosNetOptions { Keytab = _realm.Kdc.Keytab("cifs/backend.lab.test") });
        using GssContext second = await _realm.InitiatorAsync(_realm.InitiatorOptions(delegated, "cifs/backend.lab.test"));
        using GssContext backend = back.CreateAcceptor(_realm.AcceptorOptions())!;
        (_, GssStep answered) = FakeRealm.Run(second, backend);
        Assert.True(answered.Status == GssStatus.Complete, answered.Reason);
        Assert.Equal("alice", backend.Peer!.User);

        delegated.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _realm.Initiator.CreateInitiatorAsync(_realm.InitiatorOptions(delegated), default).AsTask());
    }

    [Fact]
    public async Task TicketsThatCannotBeForwardedAreNotDelegated()
    {
        _realm.Kdc.GrantFlags = 0;
        using GssContext initiator = await _realm.InitiatorAsync(_realm.InitiatorOptions(delegation: GssDelegationPolicy.Always));
        using GssContext acceptor = Acceptor();
        FakeRealm.Run(initiator, acceptor);
        Assert.Null(acceptor.Peer!.DelegatedCredential);
        Assert.Contains(initiator.NegotiationLog, l => l.Contains("cannot be forwarded"));
    }

    [Fact]
    public async Task NothingThatWasChangedIsAccepted()
    {
        using GssContext source = await _realm.InitiatorAsync();
        byte[] token = source.Step([]).Token.ToArray();
        for (int i = 0; i < token.Length; i++)
        {
            byte[] flipped = (byte[])token.Clone();
            flipped[i] ^= 0x04;
            using GssContext acceptor = Acceptor(), truncated = Acceptor();
            GssStep step = acceptor.Step(flipped);

            // Not under any key: the numbers of versions, the options, and the name of the service, which the key stands for.
            Assert.True(!step.IsSuccess || acceptor.Peer!.User == "alice");
            Assert.False(truncated.Step(token.AsSpan(0, i)).IsSuccess);
        }
    }

    [Fact]
    public async Task AnswerThatWasChangedIsRefused()
    {
        for (int i = 0; ; i++)
        {
            using GssContext initiator = await _realm.InitiatorAsync(), truncated = await _realm.InitiatorAsync();
            using GssContext acceptor = Acceptor();
            byte[] answer = acceptor.Step(initiator.Step([]).Token.Span).Token.ToArray();
            truncated.Step([]);
            if (i == answer.Length)
            {
                break;
            }

            Assert.False(truncated.Step(answer.AsSpan(0, i)).IsSuccess);
            answer[i] ^= 0x04;
            GssStep step = initiator.Step(answer);
            Assert.True(!step.IsSuccess || initiator.ExportSessionKey().SequenceEqual(acceptor.ExportSessionKey()));
            _realm.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task AnotherRequestsAnswerIsRefused()
    {
        using GssContext first = await _realm.InitiatorAsync(), second = await _realm.InitiatorAsync();
        using GssContext acceptor = Acceptor();
        GssStep answer = acceptor.Step(first.Step([]).Token.Span);
        _realm.Clock.Advance(TimeSpan.FromMilliseconds(1));
        second.Step([]);
        Assert.Equal(GssStatus.DuplicateToken, second.Step(answer.Token.Span).Status);
        Assert.Throws<InvalidOperationException>(second.ExportSessionKey);
    }

    [Fact]
    public async Task FailureIsFinal()
    {
        using GssContext initiator = await _realm.InitiatorAsync();
        using GssContext acceptor = Acceptor();
        byte[] token = initiator.Step([]).Token.ToArray();
        Assert.False(acceptor.Step([0x60, 0x00]).IsSuccess);
        Assert.False(acceptor.Step(token).IsSuccess);
        using GssContext good = Acceptor();
        GssStep answer = good.Step(token);
        Assert.False(initiator.Step([]).IsSuccess);
        Assert.False(initiator.Step(answer.Token.Span).IsSuccess);
        Assert.False(initiator.IsComplete);
    }

    [Fact]
    public async Task TicketOfAnotherServicesKeyIsRefused()
    {
        _realm.Kdc.AddService(FakeKdc.Realm, "cifs/other.lab.test");
        using GssContext initiator = await _realm.InitiatorAsync(_realm.InitiatorOptions(target: "cifs/other.lab.test"));
        using GssContext acceptor = Acceptor();
        (_, GssStep answered) = FakeRealm.Run(initiator, acceptor);
        Assert.Equal(GssStatus.DefectiveCredential, answered.Status);
        Assert.Contains("no key of the keytab", answered.Reason);
    }

    [Fact]
    public async Task PacIsHandedOnAsItCame()
    {
        byte[] pac = [0, 0, 0, 0, 0, 0, 0, 0];
        KrbAuthorizationDataSequence inner = new() { AuthorizationData = [new KrbAuthorizationData { Type = AuthorizationDataType.AdWin2kPac, Data = pac }] };
        _realm.Kdc.AuthorizationData = [new KrbAuthorizationData { Type = AuthorizationDataType.AdIfRelevant, Data = inner.Encode() }];
        using GssContext initiator = await _realm.InitiatorAsync();
        using GssContext acceptor = Acceptor();
        FakeRealm.Run(initiator, acceptor);
        Assert.Equal(pac, acceptor.Peer!.AuthorizationData.ToArray());
        Assert.Equal(GssAuthorizationDataStatus.Unverified, acceptor.Peer.AuthorizationDataStatus);
    }

    [Fact]
    public void WithoutKeysThereIsNoAcceptor()
    {
        Assert.Null(new KerberosNetMechanism(new KerberosNetOptions()).CreateAcceptor(_realm.AcceptorOptions()));
        Assert.Throws<ArgumentException>(() => new KerberosNetMechanism(new KerberosNetOptions { Keytab = new byte[] { 5, 2, 0, 0, 0, 200 } }));
        using GssContext acceptor = new KerberosNetMechanism(new KerberosNetOptions { KeytabPath = "/nowhere/keytab" }).CreateAcceptor(_realm.AcceptorOptions())!;
        Assert.False(acceptor.Step([]).IsSuccess);
    }
}
