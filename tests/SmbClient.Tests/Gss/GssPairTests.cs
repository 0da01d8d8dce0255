using System;
using System.Buffers.Binary;
using System.Linq;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using Xunit;

namespace SmbClient.Tests.Gss;

/// <summary>Initiator against acceptor, for every option and for what goes wrong on the way (gss-spnego-ntlm SP1–SP11, SV1–SV11, V1–V18).</summary>
public class GssPairTests
{
    private static readonly byte[] Bindings = "tls-server-end-point:abc"u8.ToArray();

    public static TheoryData<bool, bool> Wrappings => new() { { true, true }, { true, false }, { false, false } };

    [Theory]
    [MemberData(nameof(Wrappings))]
    public void Password_and_hash_end_in_one_key(bool spnego, bool hint)
    {
        foreach (GssCredential credential in new[] { GssPair.Alice, GssCredential.NtHash(GssPair.User, GssPair.Alice.CopyNtHash()!, GssPair.Domain) })
        {
            using GssPair pair = Pair(spnego, credential);
            byte[] token = hint ? GssPair.Spnego.CreateAcceptor(GssPair.AcceptorOptions())!.Step(default).Token.ToArray() : [];

            pair.Run(token);

            Assert.True(pair.BothComplete, pair.AcceptorEnd.Reason ?? pair.InitiatorEnd.Reason);
            Assert.Equal(16, pair.Initiator.ExportSessionKey().Length);
            Assert.Equal(pair.Initiator.ExportSessionKey(), pair.Acceptor.ExportSessionKey());
            Assert.Equal((GssPair.User, GssPair.Domain, false), (pair.Acceptor.Peer!.User, pair.Acceptor.Peer.Domain, pair.Acceptor.Peer.IsAnonymous));
            Assert.True(pair.Initiator.Flags.HasFlag(GssContextFlags.Integrity));
        }
    }

    [Fact]
    public void The_servers_hint_may_be_ignored_and_rubbish_in_its_place_too()
    {
        using GssPair pair = new(GssPair.Spnego, GssPair.Spnego, initiate: o => new GssInitiatorOptions { Credential = o.Credential, TargetName = o.TargetName, TimeProvider = o.TimeProvider, UseServerHint = false });

        Assert.True(pair.Run("rubbish"u8).BothComplete);
        using GssPair taking = Pair(spnego: true);
        Assert.Equal(GssStatus.DefectiveToken, taking.Initiator.Step("rubbish"u8).Status);
    }

    [Fact]
    public void Anonymous_is_let_in_only_where_that_is_allowed()
    {
        foreach (bool spnego in new[] { true, false })
        {
            GssMechanism mechanism = spnego ? GssPair.Spnego : GssPair.Ntlm;
            using GssPair allowed = new(mechanism, GssPair.Spnego, GssCredential.Anonymous, accept: GssPair.AcceptorOptions(allowAnonymous: true));
            using GssPair refused = new(mechanism, GssPair.Spnego, GssCredential.Anonymous);

            Assert.True(allowed.Run().Acceptor.IsComplete, allowed.AcceptorEnd.Reason ?? allowed.InitiatorEnd.Reason);
            Assert.True(allowed.Acceptor.Peer!.IsAnonymous);
            Assert.Empty(allowed.Acceptor.ExportSessionKey());
            Assert.True(allowed.Acceptor.Flags.HasFlag(GssContextFlags.Anonymous));
            Assert.Equal(GssStatus.Unauthorized, refused.Run().AcceptorEnd.Status);
        }
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    public void Channel_bindings(bool client, bool required, bool success)
    {
        using GssPair pair = new(
            GssPair.Spnego,
            GssPair.Spnego,
            initiate: o => new GssInitiatorOptions { Credential = o.Credential, TargetName = o.TargetName, TimeProvider = o.TimeProvider, ChannelBindings = client ? Bindings : default(ReadOnlyMemory<byte>) },
            accept: GssPair.AcceptorOptions(bindings: Bindings, requireBindings: required));

        pair.Run();

        Assert.Equal(success, pair.BothComplete);
        Assert.Equal(success ? GssStatus.Complete : GssStatus.BadBindings, pair.AcceptorEnd.Status);
        Assert.Equal(success && client, pair.Acceptor.Flags.HasFlag(GssContextFlags.ChannelBound));
    }

    [Fact]
    public void Bindings_of_another_channel_are_refused_even_where_none_are_required()
    {
        using GssPair pair = new(
            GssPair.Ntlm,
            GssPair.Ntlm,
            initiate: o => new GssInitiatorOptions { Credential = o.Credential, TargetName = o.TargetName, TimeProvider = o.TimeProvider, ChannelBindings = "another"u8.ToArray() },
            accept: GssPair.AcceptorOptions(bindings: Bindings));

        Assert.Equal(GssStatus.BadBindings, pair.Run().AcceptorEnd.Status);
    }

    [Fact]
    public void Ntlm_version_1_needs_both_sides_leave()
    {
        foreach ((bool client, bool server) in new[] { (true, true), (true, false), (false, true) })
        {
            using GssPair pair = new(
                GssPair.Ntlm,
                GssPair.Ntlm,
                initiate: o => new GssInitiatorOptions { Credential = o.Credential, TargetName = o.TargetName, TimeProvider = o.TimeProvider, AllowNtlmV1 = client },
                accept: GssPair.AcceptorOptions(allowNtlmV1: server, requireMic: false));
            pair.OnTheWay = (leg, token) => leg == 1 ? WithoutTargetInfo(token) : token;

            pair.Run();

            Assert.Equal(client && server, pair.BothComplete);
            Assert.Equal(client ? GssStatus.Complete : GssStatus.Unauthorized, pair.InitiatorEnd.Status);
        }
    }

    [Theory]
    [InlineData("wrong password")]
    [InlineData("nobody")]
    public void A_wrong_password_and_an_unknown_name_end_the_same_way(string what)
    {
        using GssPair pair = Pair(spnego: true, what == "nobody" ? GssCredential.Password("mallory", "x", "LAB") : GssCredential.Password(GssPair.User, "wrong", "LAB"));

        pair.Run();

        Assert.Equal(GssStatus.DefectiveCredential, pair.AcceptorEnd.Status);
        Assert.Equal("NTLM: the user name or the password is wrong", pair.AcceptorEnd.Reason);
        Assert.Equal(NegState.Reject, SpnegoTokens.DecodeResp(pair.AcceptorEnd.Token).NegState);
        Assert.False(pair.Acceptor.IsComplete);
        Assert.Throws<InvalidOperationException>(() => pair.Acceptor.ExportSessionKey());
        Assert.Equal(GssStatus.DefectiveToken, pair.Acceptor.Step(pair.Tokens[^1]).Status);
    }

    [Fact]
    public void A_wrong_or_missing_integrity_code_is_refused()
    {
        using GssPair changed = Pair(spnego: false);
        changed.OnTheWay = (leg, token) => leg == 2 ? Flip(token, AuthenticateMessage.MicPosition) : token;
        Assert.Equal(GssStatus.BadMic, changed.Run().AcceptorEnd.Status);

        using GssPair otherNegotiate = Pair(spnego: false);
        otherNegotiate.OnTheWay = (leg, token) => leg == 0 ? Flip(token, 15) : token;
        Assert.Equal(GssStatus.BadMic, otherNegotiate.Run().AcceptorEnd.Status);

        using GssPair stripped = Pair(spnego: false);
        stripped.OnTheWay = (leg, token) => leg == 1 ? WithoutTimestamp(token) : token;
        Assert.Equal(GssStatus.DuplicateToken, stripped.Run().AcceptorEnd.Status);
    }

    [Fact]
    public void An_answer_to_another_challenge_or_a_late_one_is_refused()
    {
        using GssPair first = Pair(spnego: false);
        first.Run();
        using GssPair second = Pair(spnego: false);
        second.OnTheWay = (leg, token) => leg == 2 ? first.Tokens[2] : token;
        Assert.Equal(GssStatus.DefectiveCredential, second.Run().AcceptorEnd.Status);

        using GssPair late = Pair(spnego: false);
        late.OnTheWay = (leg, token) =>
        {
            if (leg == 2)
            {
                GssPair.Clock.Advance(TimeSpan.FromMinutes(6));
            }

            return token;
        };
        Assert.Equal(GssStatus.OldToken, late.Run().AcceptorEnd.Status);
        Assert.Equal(GssStatus.DefectiveToken, first.Acceptor.Step(first.Tokens[2]).Status);
    }

    [Fact]
    public void The_target_name_is_checked_where_the_host_wants_it()
    {
        using GssPair right = new(GssPair.Ntlm, GssPair.Ntlm, accept: GssPair.AcceptorOptions(targetHost: "server"));
        using GssPair wrong = new(GssPair.Ntlm, GssPair.Ntlm, accept: GssPair.AcceptorOptions(targetHost: "elsewhere"));

        Assert.True(right.Run().BothComplete);
        Assert.Equal(GssStatus.Unauthorized, wrong.Run().AcceptorEnd.Status);
    }

    [Fact]
    public void A_server_that_prefers_another_mechanism_gets_it_and_the_list_is_protected()
    {
        SpnegoMechanism two = new([new GssPair.Unknown(), GssPair.Ntlm]);
        using GssPair pair = new(two, GssPair.Spnego);

        pair.Run();

        Assert.True(pair.BothComplete, pair.AcceptorEnd.Reason ?? pair.InitiatorEnd.Reason);
        Assert.Equal(NegState.RequestMic, SpnegoTokens.DecodeResp(pair.Tokens[1]).NegState);
        Assert.NotNull(SpnegoTokens.DecodeResp(pair.Tokens[^1]).MechListMic);
        Assert.Contains(pair.Initiator.NegotiationLog, l => l.Contains("verified", StringComparison.Ordinal));
    }

    [Fact]
    public void A_mechanism_taken_from_the_list_on_the_way_is_noticed_by_both_sides()
    {
        SpnegoMechanism two = new([new GssPair.Unknown(), GssPair.Ntlm]);
        using GssPair pair = new(two, GssPair.Spnego);
        byte[] ntlmOnly = SpnegoTokens.EncodeMechTypes([NtlmMechanism.MechanismOid]);
        pair.OnTheWay = (leg, token) => leg == 0 ? SpnegoTokens.EncodeInit(ntlmOnly, null) : token;
        Assert.NotEqual(GssStatus.Complete, pair.Run().AcceptorEnd.Status);
        Assert.False(pair.BothComplete);

        using GssPair choice = new(two, GssPair.Spnego);
        choice.OnTheWay = (leg, token) => leg == 5 ? SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.AcceptCompleted }) : token;
        choice.Run();
        Assert.Equal(GssStatus.BadMic, choice.InitiatorEnd.Status);
        Assert.False(choice.Initiator.IsComplete);
    }

    [Theory]
    [InlineData(2, GssStatus.BadMic)]
    [InlineData(3, GssStatus.BadMic)]
    public void A_changed_code_over_the_list_is_noticed(int leg, GssStatus status)
    {
        using GssPair pair = Pair(spnego: true);
        pair.OnTheWay = (l, token) => l == leg ? Flip(token, token.Length - 8) : token;

        pair.Run();

        Assert.Equal(status, leg == 2 ? pair.AcceptorEnd.Status : pair.InitiatorEnd.Status);
        Assert.False(pair.BothComplete);
    }

    [Fact]
    public void Success_before_the_end_is_no_success()
    {
        using GssPair pair = Pair(spnego: true);
        pair.OnTheWay = (leg, token) => leg == 1 ? SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.AcceptCompleted }) : token;
        Assert.NotEqual(GssStatus.Complete, pair.Run().InitiatorEnd.Status);

        using GssPair foreign = Pair(spnego: true);
        foreign.OnTheWay = (leg, token) => leg == 1 ? SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.AcceptIncomplete, SupportedMech = "1.2.3" }) : token;
        Assert.Equal(GssStatus.BadMechanism, foreign.Run().InitiatorEnd.Status);
    }

    [Fact]
    public void A_token_after_the_end_is_refused()
    {
        using GssPair pair = Pair(spnego: true);
        pair.Run();

        Assert.Equal(GssStatus.DefectiveToken, pair.Initiator.Step(pair.Tokens[^1]).Status);
        Assert.Equal(GssStatus.DefectiveToken, pair.Acceptor.Step(pair.Tokens[^2]).Status);
        Assert.False(pair.Initiator.IsComplete);
    }

    [Fact]
    public async System.Threading.Tasks.Task A_mechanism_that_cannot_serve_drops_out_of_the_offer()
    {
        SpnegoMechanism none = new([new Unavailable()]);
        SpnegoMechanism some = new([new Unavailable(), GssPair.Ntlm]);

        Assert.Null((await none.CreateInitiatorAsync(new GssInitiatorOptions { Credential = GssPair.Alice, TargetName = "cifs/x" }, default)).Context);
        using GssPair pair = new(some, GssPair.Spnego);
        Assert.True(pair.Run().BothComplete);
        Assert.Equal([NtlmMechanism.MechanismOid], SpnegoTokens.DecodeInit(pair.Tokens[0]).MechTypes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_truncated_or_flipped_token_gets_anybody_in_or_throws(bool spnego)
    {
        using GssPair sample = Pair(spnego);
        sample.Run();
        for (int leg = 0; leg < sample.Tokens.Count; leg++)
        {
            for (int i = 0; i < sample.Tokens[leg].Length; i++)
            {
                int position = i;
                int target = leg;
                Broken(spnego, target, token => token[..Math.Min(position, token.Length)]);
                Broken(spnego, target, token => position < token.Length ? Flip(token, position) : token);
            }
        }
    }

    [Theory]
    [InlineData(GssDelegationPolicy.None, GssContextFlags.None)]
    [InlineData(GssDelegationPolicy.WhenTrusted, GssContextFlags.DelegatePolicy)]
    [InlineData(GssDelegationPolicy.Always, GssContextFlags.Delegate)]
    public void Mutual_authentication_and_delegation_are_requested(GssDelegationPolicy policy, GssContextFlags delegation)
    {
        GssInitiatorOptions options = new() { Credential = GssPair.Alice, TargetName = "cifs/x", Delegation = policy };

        Assert.True(options.RequestedFlags.HasFlag(GssContextFlags.MutualAuth));
        Assert.Equal(delegation, options.RequestedFlags & (GssContextFlags.Delegate | GssContextFlags.DelegatePolicy));
        Assert.Equal(GssDelegationPolicy.WhenTrusted, new GssInitiatorOptions { Credential = GssPair.Alice, TargetName = "cifs/x" }.Delegation);
    }

    [Fact]
    public void Credentials_compare_as_a_whole_and_show_no_secret()
    {
        GssCredential alice = GssPair.Alice;

        Assert.True(alice.Matches(GssCredential.Password("ALICE", GssPair.Password, "lab")));
        Assert.False(alice.Matches(GssCredential.Password("alice", "pässw0rd", "LAB")));
        Assert.False(alice.Matches(GssCredential.Password("alice", GssPair.Password, "")));
        Assert.False(alice.Matches(GssCredential.NtHash("alice", alice.CopyNtHash()!, "LAB")));
        Assert.False(alice.Matches(GssCredential.Anonymous));
        Assert.DoesNotContain(GssPair.Password, alice.ToString(), StringComparison.Ordinal);
        Assert.Equal("LAB", GssCredential.Password(@"LAB\alice", "x").Domain);
        Assert.Equal("alice@lab.test", GssCredential.Password("alice@lab.test", "x").User);
        Assert.Throws<ArgumentException>(() => GssCredential.Password(@"LAB\alice", "x", "LAB"));
        Assert.Throws<ArgumentException>(() => GssCredential.Password(@"LAB\", "x"));
        Assert.Throws<ArgumentException>(() => GssCredential.NtHash("alice", new byte[15]));
    }

    private static void Broken(bool spnego, int leg, Func<byte[], byte[]> change)
    {
        using GssPair pair = Pair(spnego);
        bool changed = false;
        pair.OnTheWay = (l, token) =>
        {
            if (l != leg)
            {
                return token;
            }

            byte[] other = change(token);
            changed = !other.AsSpan().SequenceEqual(token);
            return other;
        };
        pair.Run();
        if (changed && pair.BothComplete)
        {
            // Whatever the flip hit must be something that neither side relies on: the keys agree all the same.
            Assert.Equal(pair.Initiator.ExportSessionKey(), pair.Acceptor.ExportSessionKey());
        }
    }

    private static GssPair Pair(bool spnego, GssCredential? credential = null) =>
        new(spnego ? GssPair.Spnego : GssPair.Ntlm, GssPair.Spnego, credential);

    private static byte[] Flip(byte[] token, int position)
    {
        byte[] changed = (byte[])token.Clone();
        changed[position] ^= 0x10;
        return changed;
    }

    private static byte[] WithoutTargetInfo(byte[] challenge)
    {
        byte[] changed = (byte[])challenge.Clone();
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(40), 0);
        return changed;
    }

    private static byte[] WithoutTimestamp(byte[] challenge)
    {
        ChallengeMessage message = ChallengeMessage.Decode(challenge);
        AvPairs pairs = new();
        foreach ((AvId id, byte[] value) in message.TargetInfo!.Pairs.Where(p => p.Key != AvId.Timestamp))
        {
            pairs.Add(id, value);
        }

        return new ChallengeMessage { Flags = message.Flags, ServerChallenge = message.ServerChallenge, TargetName = message.TargetName, TargetInfo = pairs }.Encode();
    }

    private sealed class Unavailable : GssMechanism
    {
        public override string Name => "Unavailable";

        public override string Oid => "1.2.3.4.6";

        public override System.Threading.Tasks.ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, System.Threading.CancellationToken cancellationToken) => new(GssInitiation.CannotServe("it never can"));

        public override GssContext? CreateAcceptor(GssAcceptorOptions options) => null;
    }
}
