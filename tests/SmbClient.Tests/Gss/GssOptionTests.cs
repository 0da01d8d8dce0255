using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using Xunit;

namespace SmbClient.Tests.Gss;

/// <summary>Our initiator and our acceptor agree, for every option.</summary>
public class GssOptionTests
{
    public enum Framing
    {
        Raw,
        Spnego,
        HintTaken,
        HintIgnored,
    }

    public enum Secret
    {
        Password,
        Domain,
        Upn,
        Hash,
        LocalAccount,
        Anonymous,
    }

    public static IEnumerable<TheoryDataRow<Framing, Secret, bool, bool>> Combinations() =>
        from framing in Enum.GetValues<Framing>()
        from secret in Enum.GetValues<Secret>()
        from bound in new[] { false, true }
        from mic in new[] { false, true }
        select new TheoryDataRow<Framing, Secret, bool, bool>(framing, secret, bound, mic);

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Both_sides_agree(Framing framing, Secret secret, bool bound, bool mic)
    {
        bool isAnonymous = secret == Secret.Anonymous;
        byte[] bindings = bound ? [1, 2, 3, 4] : [];
        Exchange exchange = await new Exchange
        {
            InitiatorMechanism = framing == Framing.Raw ? Exchange.Ntlm : Exchange.Spnego,
            StartWithHint = framing is Framing.HintTaken or Framing.HintIgnored,
        }.RunAsync(
            new GssInitiatorOptions
            {
                Credential = CredentialOf(secret),
                TargetName = "cifs/server",
                Workstation = "DESK",
                ChannelBindings = bindings,
                UseServerHint = framing != Framing.HintIgnored,
                TimeProvider = Exchange.Accepting().TimeProvider,
            },
            new GssAcceptorOptions
            {
                NetBiosComputerName = "SERVER",
                NetBiosDomainName = "SERVER",
                DnsTreeName = "lab.test",
                ChannelBindings = bindings,
                RequireChannelBindings = bound,
                TargetHosts = ["server"],
                RequireTargetName = true,
                AllowAnonymous = isAnonymous,
                OmitTimestamp = !mic,
                TimeProvider = Exchange.Accepting().TimeProvider,
            });

        Assert.True(exchange.BothComplete, exchange.InitiatorStep.Reason + exchange.AcceptorStep.Reason);
        Assert.Equal(exchange.Initiator.ExportSessionKey(), exchange.Acceptor.ExportSessionKey());
        Assert.Equal(isAnonymous ? 0 : 16, exchange.Acceptor.ExportSessionKey().Length);
        Assert.Equal(exchange.Initiator.Flags, exchange.Acceptor.Flags);
        Assert.Equal(bound && !isAnonymous, exchange.Acceptor.Flags.HasFlag(GssContextFlags.ChannelBound));
        Assert.Equal(isAnonymous, exchange.Acceptor.Peer!.IsAnonymous);
        Assert.Equal("DESK", exchange.Acceptor.Peer.Workstation);
        Assert.Null(exchange.Initiator.Peer);
        Assert.Equal(!isAnonymous, exchange.Initiator.SupportsMic);
        if (!isAnonymous)
        {
            Assert.True(exchange.Acceptor.VerifyMic([1, 2, 3], exchange.Initiator.GetMic([1, 2, 3])));
            Assert.True(exchange.Initiator.VerifyMic([1, 2, 3], exchange.Acceptor.GetMic([1, 2, 3])));
            Assert.False(exchange.Initiator.VerifyMic([1, 2, 4], exchange.Acceptor.GetMic([1, 2, 3])));
            Assert.False(exchange.Acceptor.VerifyMic([1, 2, 3], exchange.Acceptor.GetMic([1, 2, 3])));
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => exchange.Initiator.GetMic([1]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NtlmV1_where_both_sides_allow_it(bool extended)
    {
        Exchange exchange = await WeakServer(extended).RunAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password("alice", Exchange.Password), TargetName = "cifs/server", AllowNtlmV1 = true, AllowLanManager = true },
            new GssAcceptorOptions { NetBiosComputerName = "SERVER", NetBiosDomainName = "LAB", AllowNtlmV1 = true });

        Assert.True(exchange.BothComplete, exchange.InitiatorStep.Reason + exchange.AcceptorStep.Reason);
        Assert.Equal(exchange.Initiator.ExportSessionKey(), exchange.Acceptor.ExportSessionKey());
        Assert.Equal(extended, exchange.Acceptor.SupportsMic);
        byte[] authenticate = exchange.Tokens[2];
        Assert.Equal(24, AuthenticateMessage.Decode(authenticate, NtlmFlags.None).NtResponse.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NtlmV1_is_not_sent_unless_it_is_allowed(bool extended)
    {
        Exchange exchange = await WeakServer(extended).RunAsync();

        Assert.Equal(GssStatus.Unauthorized, exchange.InitiatorStep.Status);
        Assert.Contains(nameof(GssInitiatorOptions.AllowNtlmV1), exchange.InitiatorStep.Reason, StringComparison.Ordinal);
        Assert.Equal(2, exchange.Tokens.Count);
    }

    [Fact]
    public async Task NtlmV1_is_not_taken_unless_it_is_allowed()
    {
        Exchange exchange = await WeakServer(extended: true).RunAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password("alice", Exchange.Password), TargetName = "cifs/server", AllowNtlmV1 = true });

        Assert.Equal(GssStatus.Unauthorized, exchange.AcceptorStep.Status);
        Assert.Contains(nameof(GssAcceptorOptions.AllowNtlmV1), exchange.AcceptorStep.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x00080000u)]
    [InlineData(0x20000000u)]
    [InlineData(0x40000000u)]
    [InlineData(0x00000010u)]
    public async Task A_server_that_drops_what_is_needed_is_refused(uint dropped)
    {
        Exchange Create() => new()
        {
            InitiatorMechanism = Exchange.Ntlm,
            OnTheWay = (leg, token) => leg == 1 ? ChangeChallenge(token, flags => flags & ~(NtlmFlags)dropped, keepInfo: true) : token,
        };

        Exchange strict = await Create().RunAsync(new GssInitiatorOptions
        {
            Credential = GssCredential.Password("alice", Exchange.Password),
            TargetName = "cifs/server",
            NtlmRequirements = NtlmRequirements.All,
        });
        Assert.Equal(GssStatus.Unauthorized, strict.InitiatorStep.Status);
        Assert.Contains(nameof(GssInitiatorOptions.NtlmRequirements), strict.InitiatorStep.Reason, StringComparison.Ordinal);

        // Where the client lets it pass, the MIC finds out that the challenge is not what the server sent.
        Exchange lax = await Create().RunAsync(new GssInitiatorOptions
        {
            Credential = GssCredential.Password("alice", Exchange.Password),
            TargetName = "cifs/server",
            NtlmRequirements = NtlmRequirements.None,
        });
        Assert.Equal(GssStatus.BadMic, lax.AcceptorStep.Status);
    }

    [Theory]
    [InlineData("cifs/other", false, GssStatus.Unauthorized)]
    [InlineData("http/server", false, GssStatus.Unauthorized)]
    [InlineData("cifs/server", true, GssStatus.Unauthorized)]
    [InlineData("HOST/Server", false, GssStatus.Complete)]
    public async Task The_target_must_be_ours(string target, bool untrusted, GssStatus expected)
    {
        Exchange exchange = await new Exchange().RunAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password("alice", Exchange.Password), TargetName = target, IsTargetNameUntrusted = untrusted },
            new GssAcceptorOptions { NetBiosComputerName = "SERVER", NetBiosDomainName = "LAB", TargetHosts = ["server"], RequireTargetName = true });

        Assert.Equal(expected, exchange.AcceptorStep.Status);
    }

    [Fact]
    public async Task A_mechanism_that_cannot_serve_is_left_out()
    {
        SpnegoMechanism table = new([new FakeMechanism("1.2.3") { CanServe = false }, Exchange.Ntlm]);
        Exchange exchange = await new Exchange { InitiatorMechanism = table }.RunAsync();

        Assert.True(exchange.BothComplete);
        Assert.Equal([NtlmMechanism.MechanismOid], SpnegoTokens.DecodeInit(exchange.Tokens[0]).MechTypes);
        Assert.Contains(exchange.Initiator.NegotiationLog, l => l.Contains("1.2.3 dropped", StringComparison.Ordinal));

        SpnegoMechanism empty = new([new FakeMechanism("1.2.3") { CanServe = false }]);
        Assert.Null((await empty.CreateInitiatorAsync(Exchange.Initiating(), CancellationToken.None)).Context);
        Assert.Null(empty.CreateAcceptor(Exchange.Accepting()));
    }

    [Fact]
    public async Task Every_reason_why_none_can_serve_is_told()
    {
        SpnegoMechanism table = new([new FakeMechanism("1.2.3") { CanServe = false }, Exchange.Ntlm]);
        GssInitiation initiation = await table.CreateInitiatorAsync(Exchange.Initiating(GssCredential.CredentialCache("FILE:/a")), CancellationToken.None);

        Assert.Equal((GssStatus.NoCredential, false), (initiation.Status, initiation.IsRefused));
        Assert.Contains("Fake 1.2.3 dropped: it was told not to", initiation.Reason, StringComparison.Ordinal);
        Assert.Contains("NTLM needs a password", initiation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_its_issuer_refuses_is_not_tried_by_the_next_mechanism()
    {
        SpnegoMechanism table = new([new FakeMechanism("1.2.3") { Refuses = true }, Exchange.Ntlm]);
        GssInitiation initiation = await table.CreateInitiatorAsync(Exchange.Initiating(), CancellationToken.None);

        Assert.Equal((GssStatus.DefectiveCredential, true), (initiation.Status, initiation.IsRefused));
        Assert.Equal("Fake 1.2.3: the password is wrong", initiation.Reason);
    }

    [Fact]
    public void Delegation_follows_its_policy()
    {
        Assert.Equal(GssContextFlags.MutualAuth | GssContextFlags.DelegatePolicy, Exchange.Initiating().RequestedFlags & (GssContextFlags.MutualAuth | GssContextFlags.Delegate | GssContextFlags.DelegatePolicy));
        GssInitiatorOptions Policy(GssDelegationPolicy policy) => new() { Credential = GssCredential.Anonymous, TargetName = "cifs/s", Delegation = policy, Flags = GssContextFlags.None };
        Assert.Equal(GssContextFlags.None, Policy(GssDelegationPolicy.None).RequestedFlags);
        Assert.Equal(GssContextFlags.Delegate, Policy(GssDelegationPolicy.Always).RequestedFlags);
    }

    private static GssCredential CredentialOf(Secret secret) => secret switch
    {
        Secret.Password => GssCredential.Password("alice", Exchange.Password),
        Secret.Domain => GssCredential.Password(@"lab\alice", Exchange.Password),
        Secret.Upn => GssCredential.Password("alice", Exchange.Password, "lab.test"),
        Secret.Hash => GssCredential.NtHash("alice", Exchange.Hash, "LAB"),
        Secret.LocalAccount => GssCredential.Password(@".\alice", Exchange.Password),
        _ => GssCredential.Anonymous,
    };

    private static Exchange WeakServer(bool extended) => new()
    {
        InitiatorMechanism = Exchange.Ntlm,
        OnTheWay = (leg, token) => leg == 1
            ? ChangeChallenge(token, flags => flags & ~NtlmFlags.TargetInfo & (extended ? ~NtlmFlags.None : ~NtlmFlags.ExtendedSessionSecurity), keepInfo: false)
            : token,
    };

    private static byte[] ChangeChallenge(byte[] token, Func<NtlmFlags, NtlmFlags> change, bool keepInfo)
    {
        ChallengeMessage challenge = ChallengeMessage.Decode(token);
        return new ChallengeMessage
        {
            Flags = change(challenge.Flags),
            ServerChallenge = challenge.ServerChallenge,
            TargetName = challenge.TargetName,
            TargetInfo = keepInfo ? challenge.TargetInfo : null,
        }.Encode();
    }
}
