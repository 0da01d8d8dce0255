using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using Xunit;

namespace SmbClient.Tests.Gss.Spnego;

/// <summary>How mechanisms are chosen and how the choice is protected, [RFC4178] 5 (gss-spnego-ntlm SP1–SP11, SV1–SV11).</summary>
public class SpnegoNegotiationTests
{
    private static readonly FakeMechanism First = new("1.2.3.1") { Aliases = ["1.2.3.11"] };
    private static readonly FakeMechanism Second = new("1.2.3.2");
    private static readonly FakeMechanism WithoutMic = new("1.2.3.3") { HasMic = false };

    [Fact]
    public async Task The_first_common_mechanism_needs_no_code()
    {
        Exchange exchange = await Run([First, Exchange.Ntlm], [First, Exchange.Ntlm]);

        Assert.True(exchange.BothComplete);
        Assert.Equal("SPNEGO/Fake 1.2.3.1", exchange.Initiator.MechanismName);
        Assert.Equal(["1.2.3.11", "1.2.3.1", NtlmMechanism.MechanismOid], SpnegoTokens.DecodeInit(exchange.Tokens[0]).MechTypes);
        NegTokenResp answer = SpnegoTokens.DecodeResp(exchange.Tokens[1]);
        Assert.Equal((NegState.AcceptCompleted, "1.2.3.11"), (answer.NegState!.Value, answer.SupportedMech));
        Assert.Null(answer.MechListMic);
        Assert.Equal(2, exchange.Tokens.Count);
        Assert.Equal(32, exchange.Initiator.ExportSessionKey().Length);
    }

    [Fact]
    public async Task Another_choice_asks_for_the_code_and_restarts()
    {
        Exchange exchange = await Run([First, Exchange.Ntlm], [Exchange.Ntlm]);

        Assert.True(exchange.BothComplete, exchange.InitiatorStep.Reason + exchange.AcceptorStep.Reason);
        Assert.Equal(NegState.RequestMic, SpnegoTokens.DecodeResp(exchange.Tokens[1]).NegState);
        Assert.Equal(NtlmMechanism.MechanismOid, SpnegoTokens.DecodeResp(exchange.Tokens[1]).SupportedMech);
        Assert.NotNull(SpnegoTokens.DecodeResp(exchange.Tokens[^2]).MechListMic);
        Assert.NotNull(SpnegoTokens.DecodeResp(exchange.Tokens[^1]).MechListMic);
        Assert.Contains(exchange.Initiator.NegotiationLog, l => l.Contains("in place of Fake 1.2.3.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_code_comes_after_the_acceptors_last_token_where_that_is_the_last()
    {
        Exchange exchange = await Run([First, Second], [Second]);

        Assert.True(exchange.BothComplete, exchange.InitiatorStep.Reason + exchange.AcceptorStep.Reason);
        Assert.Equal(
            [NegState.RequestMic, NegState.AcceptIncomplete, NegState.AcceptCompleted],
            new[] { 1, 3, 5 }.Select(i => SpnegoTokens.DecodeResp(exchange.Tokens[i]).NegState!.Value));
        Assert.NotNull(SpnegoTokens.DecodeResp(exchange.Tokens[3]).MechListMic);
        Assert.NotNull(SpnegoTokens.DecodeResp(exchange.Tokens[4]).MechListMic);
        Assert.Null(SpnegoTokens.DecodeResp(exchange.Tokens[5]).MechListMic);
    }

    [Fact]
    public async Task Nobody_may_switch_without_a_code()
    {
        Exchange exchange = await Run([First, Exchange.Ntlm], [Exchange.Ntlm], credential: GssCredential.Anonymous);
        Assert.True(exchange.BothComplete, exchange.InitiatorStep.Reason + exchange.AcceptorStep.Reason);
    }

    [Fact]
    public async Task A_switch_to_a_mechanism_without_codes_is_refused()
    {
        Exchange exchange = await Run([First, WithoutMic], [WithoutMic]);
        Assert.Equal(GssStatus.BadMic, exchange.AcceptorStep.Status);

        // A server that does not care is refused by the client.
        using GssContext client = await Initiator(First, WithoutMic);
        client.Step(default);
        client.Step(Resp(NegState.AcceptIncomplete, "1.2.3.3"));
        Assert.Equal(GssStatus.BadMic, client.Step(Resp(NegState.AcceptCompleted, token: [2, 2, 2])).Status);
    }

    [Fact]
    public async Task A_changed_list_is_found_out()
    {
        // Someone takes the better mechanism out of the offer, and hides from the client that it went missing.
        Exchange exchange = await Run([First, Exchange.Ntlm], [First, Exchange.Ntlm], (leg, token) => leg switch
        {
            0 => SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes([NtlmMechanism.MechanismOid]), null),
            _ => token,
        });

        Assert.Equal(GssStatus.BadMic, exchange.AcceptorStep.Status);
        Assert.Equal(NegState.Reject, SpnegoTokens.DecodeResp(exchange.AcceptorStep.Token).NegState);
        Assert.False(exchange.Initiator.IsComplete);
    }

    [Fact]
    public async Task The_code_is_over_the_octets_that_came()
    {
        // The same list with a long length: another encoding, and so another message.
        Exchange exchange = await Run([Exchange.Ntlm], [Exchange.Ntlm], (leg, token) =>
        {
            if (leg != 0)
            {
                return token;
            }

            int at = token.AsSpan().IndexOf(Convert.FromHexString("a00e300c060a"));
            byte[] longer = [.. token.AsSpan(0, at), .. Convert.FromHexString("a00f30810c060a"), .. token.AsSpan(at + 6)];
            longer[1]++;
            longer[11]++;
            longer[13]++;
            return longer;
        });

        Assert.Equal(GssStatus.BadMic, exchange.AcceptorStep.Status);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_wrong_code_is_refused_by_either_side(int leg)
    {
        Exchange exchange = await Run([Exchange.Ntlm], [Exchange.Ntlm], (n, token) =>
        {
            if (n == leg)
            {
                token[^8] ^= 1;
            }

            return token;
        });

        Assert.Equal(GssStatus.BadMic, leg == 2 ? exchange.AcceptorStep.Status : exchange.InitiatorStep.Status);
        Assert.False(exchange.Initiator.IsComplete);
    }

    [Fact]
    public async Task A_missing_code_is_missed_by_the_acceptor()
    {
        byte[] WithoutCode(int leg, byte[] token) => leg == 2 ? Resp(token: SpnegoTokens.DecodeResp(token).ResponseToken!.Value.ToArray()) : token;

        Exchange strict = await Run([Exchange.Ntlm], [Exchange.Ntlm], WithoutCode);
        Assert.Equal(GssStatus.BadMic, strict.AcceptorStep.Status);

        Exchange lax = await Run([Exchange.Ntlm], [Exchange.Ntlm], WithoutCode, accepting: new GssAcceptorOptions { NetBiosComputerName = "S", NetBiosDomainName = "S", RequireMechListMic = false });
        Assert.Equal(GssStatus.Complete, lax.AcceptorStep.Status);
        Assert.Equal("a1073005a0030a0100", Convert.ToHexStringLower(lax.Tokens[^1]));

        Exchange switched = await Run([First, Exchange.Ntlm], [Exchange.Ntlm], (n, t) => WithoutCode(n - 2, t), accepting: new GssAcceptorOptions { NetBiosComputerName = "S", NetBiosDomainName = "S", RequireMechListMic = false });
        Assert.Equal(GssStatus.BadMic, switched.AcceptorStep.Status);
    }

    [Theory]
    [InlineData(false, false, GssStatus.Complete)]
    [InlineData(false, true, GssStatus.BadMic)]
    [InlineData(true, false, GssStatus.BadMic)]
    public async Task A_missing_code_is_missed_by_the_initiator_where_it_protects_something(bool isSwitched, bool strict, GssStatus expected)
    {
        GssMechanism[] offer = isSwitched ? [First, Exchange.Ntlm] : [Exchange.Ntlm];
        int last = isSwitched ? 5 : 3;
        Exchange exchange = await Run(
            offer,
            [Exchange.Ntlm],
            (leg, token) => leg == last ? Resp(NegState.AcceptCompleted) : token,
            initiating: new GssInitiatorOptions { Credential = GssCredential.Password(Exchange.User, Exchange.Password), TargetName = "cifs/server", RequireMechListMic = strict });

        Assert.Equal(expected, exchange.InitiatorStep.Status);
        Assert.Equal(expected == GssStatus.Complete, exchange.Initiator.IsComplete);
    }

    [Fact]
    public async Task A_requested_code_is_sent_even_for_the_first_choice()
    {
        using GssContext client = await Initiator(First);
        byte[] list = SpnegoTokens.DecodeInit(client.Step(default).Token).MechTypesDer.ToArray();
        NegTokenResp answer = SpnegoTokens.DecodeResp(client.Step(Resp(NegState.RequestMic, "1.2.3.1", [2, 2, 2])).Token);
        Assert.NotNull(answer.MechListMic);
        Assert.Null(answer.ResponseToken);

        using GssContext server = First.CreateAcceptor(Exchange.Accepting())!;
        server.Step([1, 1, 1]);
        Assert.True(server.VerifyMic(list, answer.MechListMic!.Value.Span));
        Assert.Equal(GssStatus.Complete, client.Step(Resp(NegState.AcceptCompleted, mic: server.GetMic(list))).Status);
    }

    [Fact]
    public async Task Windows_2000_repeats_the_token_in_place_of_the_code()
    {
        using GssContext client = await Initiator(First);
        client.Step(default);
        Assert.Equal(GssStatus.Complete, client.Step(Resp(NegState.AcceptCompleted, "1.2.3.1", [2, 2, 2], [2, 2, 2])).Status);
    }

    [Theory]
    [InlineData("9.9.9")]
    [InlineData(NtlmMechanism.MechanismOid)]
    public async Task A_choice_that_was_not_offered_is_refused(string oid)
    {
        using GssContext client = await Initiator(First, Second);
        client.Step(default);
        Assert.Equal(GssStatus.BadMechanism, client.Step(Resp(NegState.AcceptIncomplete, oid == "9.9.9" ? "1.9.9" : oid)).Status);
    }

    [Fact]
    public async Task An_answer_to_a_mechanism_that_has_not_begun_is_refused()
    {
        using GssContext client = await Initiator(First, Second);
        client.Step(default);
        Assert.Equal(GssStatus.DefectiveToken, client.Step(Resp(NegState.AcceptIncomplete, "1.2.3.2", [2, 2, 2])).Status);
    }

    [Fact]
    public async Task Success_before_its_time_is_refused()
    {
        using GssContext early = await Initiator(First);
        early.Step(default);
        Assert.Equal(GssStatus.DefectiveToken, early.Step(Resp(NegState.AcceptCompleted, "1.2.3.1")).Status);

        using GssContext half = await Initiator(Exchange.Ntlm);
        byte[] negotiate = SpnegoTokens.DecodeInit(half.Step(default).Token).MechToken!.Value.ToArray();
        using GssContext server = Exchange.Ntlm.CreateAcceptor(Exchange.Accepting())!;
        byte[] challenge = server.Step(negotiate).Token.ToArray();
        Assert.Equal(GssStatus.DefectiveToken, half.Step(Resp(NegState.AcceptCompleted, NtlmMechanism.MechanismOid, challenge)).Status);
    }

    [Fact]
    public async Task Tokens_after_the_end_are_refused()
    {
        using GssContext client = await Initiator(First);
        client.Step(default);
        Assert.Equal(GssStatus.ContinueNeeded, client.Step(Resp(NegState.RequestMic, "1.2.3.1", [2, 2, 2])).Status);
        Assert.Equal(GssStatus.DefectiveToken, client.Step(Resp(NegState.AcceptIncomplete, token: [2, 2, 2])).Status);

        Exchange exchange = await Run([First], [First]);
        Assert.Equal(GssStatus.DefectiveToken, exchange.Initiator.Step(exchange.Tokens[1]).Status);
        Assert.Equal(GssStatus.DefectiveToken, exchange.Acceptor.Step(exchange.Tokens[0]).Status);
        Assert.False(exchange.BothComplete);
        Assert.Throws<InvalidOperationException>(() => exchange.Initiator.ExportSessionKey());
    }

    [Fact]
    public async Task Rejections_are_told_apart()
    {
        using GssContext none = await Initiator(First);
        none.Step(default);
        Assert.Equal(GssStatus.BadMechanism, none.Step(Resp(NegState.Reject)).Status);

        using GssContext later = await Initiator(Exchange.Ntlm);
        later.Step(default);
        Assert.Equal(GssStatus.DefectiveCredential, later.Step(Resp(NegState.Reject, NtlmMechanism.MechanismOid)).Status);

        Exchange exchange = await Run([First], [Second]);
        Assert.Equal(GssStatus.BadMechanism, exchange.AcceptorStep.Status);
        Assert.Equal("a1073005a0030a0102", Convert.ToHexStringLower(exchange.AcceptorStep.Token.Span));
    }

    [Fact]
    public async Task There_is_an_end_to_every_conversation()
    {
        using GssContext server = new SpnegoMechanism([new EndlessMechanism()]).CreateAcceptor(Exchange.Accepting())!;
        byte[] init = SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes(["1.2.3.9"]), new byte[] { 1 });
        GssStep step = server.Step(init);
        int legs = 1;
        while (step.Status == GssStatus.ContinueNeeded)
        {
            step = server.Step(Resp(token: [1]));
            legs++;
        }

        Assert.Equal((GssStatus.DefectiveToken, 11), (step.Status, legs));
        using GssContext client = await Initiator(new EndlessMechanism());
        step = client.Step(default);
        for (legs = 1; step.Status == GssStatus.ContinueNeeded; legs++)
        {
            step = client.Step(Resp(NegState.AcceptIncomplete, token: [1]));
        }

        Assert.Equal((GssStatus.DefectiveToken, 11), (step.Status, legs));
    }

    [Fact]
    public async Task A_mechanism_that_fails_at_once_gives_way_to_the_next()
    {
        FakeMechanism broken = new("1.2.3.8") { FailsAtOnce = true };
        Exchange exchange = await Run([broken, Exchange.Ntlm], [broken, Exchange.Ntlm]);
        Assert.True(exchange.BothComplete);
        Assert.Equal([NtlmMechanism.MechanismOid], SpnegoTokens.DecodeInit(exchange.Tokens[0]).MechTypes);

        using GssContext none = await Initiator(broken);
        Assert.Equal(GssStatus.Failure, none.Step(default).Status);
    }

    [Fact]
    public async Task A_hint_orders_and_neither_adds_nor_removes()
    {
        byte[] hint = Convert.FromHexString(SpnegoTokenTests.NtlmHint);
        using GssContext taken = await Initiator(First, Exchange.Ntlm);
        Assert.Equal([NtlmMechanism.MechanismOid, "1.2.3.11", "1.2.3.1"], SpnegoTokens.DecodeInit(taken.Step(hint).Token).MechTypes);

        using GssContext nothingCommon = await Initiator(First, Second);
        Assert.Equal(["1.2.3.11", "1.2.3.1", "1.2.3.2"], SpnegoTokens.DecodeInit(nothingCommon.Step(hint).Token).MechTypes);

        GssInitiatorOptions ignoring = new() { Credential = GssCredential.Password("a", "b"), TargetName = "cifs/s", UseServerHint = false };
        using GssContext ignored = (await new SpnegoMechanism([First, Exchange.Ntlm]).CreateInitiatorAsync(ignoring, CancellationToken.None)).Context!;
        Assert.Equal(["1.2.3.11", "1.2.3.1", NtlmMechanism.MechanismOid], SpnegoTokens.DecodeInit(ignored.Step(hint).Token).MechTypes);
    }

    [Fact]
    public async Task A_broken_hint_matters_only_to_who_takes_it()
    {
        using GssContext taken = await Initiator(Exchange.Ntlm);
        Assert.Equal(GssStatus.DefectiveToken, taken.Step([1, 2, 3]).Status);
        GssInitiatorOptions ignoring = new() { Credential = GssCredential.Password("a", "b"), TargetName = "cifs/s", UseServerHint = false };
        using GssContext ignored = (await Exchange.Spnego.CreateInitiatorAsync(ignoring, CancellationToken.None)).Context!;
        Assert.Equal(GssStatus.ContinueNeeded, ignored.Step([1, 2, 3]).Status);
    }

    [Fact]
    public async Task Bare_tokens_of_a_mechanism_are_served()
    {
        Exchange raw = await new Exchange { InitiatorMechanism = Exchange.Ntlm }.RunAsync();
        Assert.True(raw.BothComplete);
        Assert.True(raw.AcceptorStep.Token.IsEmpty);

        // A mechanism frames its own first token, [RFC2743] 3.1; the fake one does not know the frame, but it is asked.
        using GssContext server = new SpnegoMechanism([Exchange.Ntlm, First]).CreateAcceptor(Exchange.Accepting())!;
        GssStep step = server.Step(Convert.FromHexString("6005" + "06032a030b"));
        Assert.Equal("not its token", step.Reason);
        Assert.True(step.Token.IsEmpty);

        using GssContext withoutNtlm = new SpnegoMechanism([First]).CreateAcceptor(Exchange.Accepting())!;
        Assert.Equal(GssStatus.DefectiveToken, withoutNtlm.Step("NTLMSSP\0"u8).Status);
    }

    [Fact]
    public void An_init_without_a_token_is_answered_with_the_choice()
    {
        using GssContext server = Exchange.Spnego.CreateAcceptor(Exchange.Accepting())!;
        GssStep step = server.Step(Convert.FromHexString("601c06062b0601050502a0123010a00e300c060a2b06010401823702020a"));
        NegTokenResp answer = SpnegoTokens.DecodeResp(step.Token);
        Assert.Equal((NegState.AcceptIncomplete, NtlmMechanism.MechanismOid), (answer.NegState!.Value, answer.SupportedMech));
        Assert.Null(answer.ResponseToken);
    }

    [Fact]
    public void The_order_of_tokens_is_kept()
    {
        byte[] init = SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes(["1.2.3.2"]), null);
        using GssContext first = new SpnegoMechanism([Second]).CreateAcceptor(Exchange.Accepting())!;
        Assert.Equal(GssStatus.DefectiveToken, first.Step(Resp(token: [1])).Status);
        using GssContext second = new SpnegoMechanism([Second]).CreateAcceptor(Exchange.Accepting())!;
        second.Step(init);
        Assert.Equal(GssStatus.DefectiveToken, second.Step(init).Status);
        using GssContext hinted = new SpnegoMechanism([Second]).CreateAcceptor(Exchange.Accepting())!;
        hinted.Step(default);
        Assert.Equal(GssStatus.DefectiveToken, hinted.Step(default).Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(200)]
    public async Task Tokens_in_fragments_are_put_together(int cut)
    {
        using GssContext client = await Initiator(Exchange.Ntlm);
        using GssContext server = Exchange.Spnego.CreateAcceptor(Exchange.Accepting())!;
        byte[] answer = client.Step(server.Step(client.Step(default).Token.Span).Token.Span).Token.ToArray();

        GssStep half = server.Step(answer.AsSpan(0, cut));
        if (cut > 1)
        {
            Assert.Equal(GssStatus.ContinueNeeded, half.Status);
            Assert.True(half.Token.IsEmpty);
            Assert.Equal(GssStatus.NeedsAccount, server.Step(answer.AsSpan(cut)).Status);
        }
        else
        {
            Assert.Equal(GssStatus.DefectiveToken, half.Status);
        }
    }

    [Fact]
    public void A_token_that_claims_too_much_is_refused_before_it_comes()
    {
        using GssContext server = Exchange.Spnego.CreateAcceptor(Exchange.Accepting())!;
        Assert.Equal(GssStatus.DefectiveToken, server.Step([0x60, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x06]).Status);
        using GssContext small = Exchange.Spnego.CreateAcceptor(new GssAcceptorOptions { NetBiosComputerName = "S", NetBiosDomainName = "S", MaxTokenLength = 10 })!;
        Assert.Equal(GssStatus.DefectiveToken, small.Step(new byte[11]).Status);
    }

    private static async Task<GssContext> Initiator(params GssMechanism[] table) =>
        (await new SpnegoMechanism(table).CreateInitiatorAsync(Exchange.Initiating(), CancellationToken.None)).Context!;

    private static Task<Exchange> Run(
        IReadOnlyList<GssMechanism> offered,
        IReadOnlyList<GssMechanism> served,
        Func<int, byte[], byte[]>? onTheWay = null,
        GssCredential? credential = null,
        GssInitiatorOptions? initiating = null,
        GssAcceptorOptions? accepting = null) =>
        new Exchange
        {
            InitiatorMechanism = new SpnegoMechanism(offered),
            AcceptorMechanism = new SpnegoMechanism(served),
            OnTheWay = onTheWay ?? ((_, token) => token),
        }.RunAsync(
            initiating ?? Exchange.Initiating(credential),
            accepting ?? new GssAcceptorOptions { NetBiosComputerName = "S", NetBiosDomainName = "S", AllowAnonymous = credential is not null });

    private static byte[] Resp(NegState? state = null, string? mech = null, byte[]? token = null, byte[]? mic = null) =>
        SpnegoTokens.EncodeResp(new NegTokenResp { NegState = state, SupportedMech = mech, ResponseToken = NegTokenResp.OrAbsent(token), MechListMic = NegTokenResp.OrAbsent(mic) });

    /// <summary>Never done.</summary>
    private sealed class EndlessMechanism : GssMechanism
    {
        public override string Name => "Endless";

        public override string Oid => "1.2.3.9";

        public override ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) => new(GssInitiation.Ready(new Context()));

        public override GssContext? CreateAcceptor(GssAcceptorOptions options) => new Context();

        private sealed class Context : GssContext
        {
            public override string MechanismName => "Endless";

            public override bool IsComplete => false;

            public override GssContextFlags Flags => GssContextFlags.None;

            public override GssStep Step(ReadOnlySpan<byte> inputToken) => GssStep.Continue(new byte[] { 1 });

            public override byte[] ExportSessionKey() => throw new InvalidOperationException();
        }
    }
}
