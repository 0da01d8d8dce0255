using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using Xunit;

namespace SmbClient.Tests.Gss.Ntlm;

/// <summary>What the acceptor refuses, [MS-NLMP] 3.2.5 (gss-spnego-ntlm V1–V18).</summary>
public class NtlmAcceptorTests
{
    private static readonly byte[] Negotiate = new NegotiateMessage { Flags = (NtlmFlags)0x62088215 }.Encode();

    [Fact]
    public void The_forger_is_accepted_when_he_forges_nothing() => AssertAnswer(GssStatus.Complete, c => Forge(c));

    [Fact]
    public void A_wrong_password_and_an_unknown_user_are_the_same()
    {
        using GssContext wrong = Challenged(out byte[] challenge);
        wrong.Step(Forge(challenge, hash: new byte[16]).Encode());
        GssStep wrongPassword = wrong.SupplyAccount(Exchange.Hash);

        using GssContext unknown = Challenged(out challenge);
        unknown.Step(Forge(challenge).Encode());
        GssStep unknownUser = unknown.SupplyAccount(default);

        Assert.Equal(GssStatus.DefectiveCredential, wrongPassword.Status);
        Assert.Equal((wrongPassword.Status, wrongPassword.Reason), (unknownUser.Status, unknownUser.Reason));
    }

    [Fact]
    public void Zeros_prove_nothing_about_an_unknown_user()
    {
        using GssContext acceptor = Challenged(out byte[] challenge, new GssAcceptorOptions { NetBiosComputerName = "SERVER", NetBiosDomainName = "LAB", AllowLanManager = true, AllowNtlmV1 = true });
        byte[] serverChallenge = ChallengeMessage.Decode(challenge).ServerChallenge;
        acceptor.Step(new ForgedAnswer { Negotiate = Negotiate, Challenge = challenge, NtResponse = [], LmResponse = NtlmKeys.NtlmV1Response(new byte[16], serverChallenge) }.Encode());
        Assert.Equal(GssStatus.DefectiveCredential, acceptor.SupplyAccount(Exchange.Hash).Status);

        using GssContext second = Challenged(out challenge);
        second.Step(Forge(challenge, hash: new byte[16]).Encode());
        Assert.Equal(GssStatus.DefectiveCredential, second.SupplyAccount(default).Status);
    }

    [Fact]
    public void A_mic_that_nobody_announced_is_missed() => AssertAnswer(GssStatus.BadMic, c => new ForgedAnswer { Negotiate = Negotiate, Challenge = c, AvFlags = 0 });

    [Fact]
    public void A_mic_is_not_missed_where_none_is_required() =>
        AssertAnswer(GssStatus.Complete, c => new ForgedAnswer { Negotiate = Negotiate, Challenge = c, AvFlags = 0 }, requireMic: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_announced_mic_is_verified_even_where_none_is_required(bool required) =>
        AssertAnswer(GssStatus.BadMic, c => Forge(c), requireMic: required, change: message => message[75] ^= 1);

    [Fact]
    public void A_changed_negotiate_is_found_by_the_mic() =>
        AssertAnswer(GssStatus.BadMic, c => new ForgedAnswer { Negotiate = [.. Negotiate, 0], Challenge = c });

    [Fact]
    public void A_changed_flag_or_unread_octet_is_found_by_the_mic()
    {
        AssertAnswer(GssStatus.BadMic, c => Forge(c), change: message => message[62] ^= 0x10);
        AssertAnswer(GssStatus.BadMic, c => Forge(c), change: message => message[46] ^= 1);
    }

    [Fact]
    public void The_mic_announcement_cannot_be_taken_out_of_the_proof()
    {
        AssertAnswer(GssStatus.DefectiveCredential, c => Forge(c), change: message =>
        {
            byte[] flag = [6, 0, 4, 0, 2, 0, 0, 0];
            int at = message.AsSpan().IndexOf(flag);
            message[at + 4] = 0;
        });
    }

    [Fact]
    public void An_answer_without_room_for_the_mic_is_refused()
    {
        using GssContext acceptor = Challenged(out byte[] challenge);
        byte[] message = Forge(challenge).Encode();

        // The same fields, sixteen octets earlier.
        byte[] shorter = [.. message.AsSpan(0, 72), .. message.AsSpan(88)];
        for (int field = 12; field < 60; field += 8)
        {
            BitConverter.TryWriteBytes(shorter.AsSpan(field + 4), BitConverter.ToInt32(shorter, field + 4) - 16);
        }

        Assert.Equal(GssStatus.NeedsAccount, acceptor.Step(shorter).Status);
        GssStep step = acceptor.SupplyAccount(Exchange.Hash);
        Assert.Equal(GssStatus.BadMic, step.Status);
        Assert.Contains("announced", step.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AvIdName.NbDomainName)]
    [InlineData(AvIdName.NbComputerName)]
    [InlineData(AvIdName.DnsComputerName)]
    [InlineData(AvIdName.Timestamp)]
    public void Target_info_that_is_not_ours_is_refused(AvIdName name)
    {
        AvId id = (AvId)name;
        AssertAnswer(GssStatus.DuplicateToken, c => Forge(c, pairs => Without(pairs, id)));
        AssertAnswer(GssStatus.DuplicateToken, c => Forge(c, pairs => Without(pairs, id).Add(id, new byte[8])));
    }

    [Fact]
    public void Pairs_that_come_twice_are_refused() =>
        AssertAnswer(GssStatus.DefectiveToken, c => Forge(c, pairs => pairs.AddFlags(0u)));

    [Fact]
    public void Channel_bindings_must_be_the_same()
    {
        GssAcceptorOptions Bound(bool required) => new() { NetBiosComputerName = "SERVER", NetBiosDomainName = "LAB", ChannelBindings = new byte[] { 1 }, RequireChannelBindings = required, TimeProvider = new FakeTimeProvider(Exchange.Now) };
        ForgedAnswer With(byte[] challenge, byte[]? bindings) => Forge(challenge, pairs => bindings is null ? pairs : pairs.Add(AvId.ChannelBindings, bindings));
        byte[] right = NtlmKeys.ChannelBindingHash([1]);
        byte[] wrong = NtlmKeys.ChannelBindingHash([2]);

        Assert.Equal(GssStatus.Complete, Answer(Bound(true), c => With(c, right)));
        Assert.Equal(GssStatus.BadBindings, Answer(Bound(true), c => With(c, wrong)));
        Assert.Equal(GssStatus.BadBindings, Answer(Bound(true), c => With(c, new byte[16])));
        Assert.Equal(GssStatus.BadBindings, Answer(Bound(true), c => With(c, null)));
        Assert.Equal(GssStatus.BadBindings, Answer(Bound(false), c => With(c, wrong)));
        Assert.Equal(GssStatus.BadBindings, Answer(Bound(false), c => With(c, [1])));
        Assert.Equal(GssStatus.Complete, Answer(Bound(false), c => With(c, null)));
        Assert.Equal(GssStatus.Complete, Answer(Exchange.Accepting(), c => With(c, right)));
        Assert.Equal(GssStatus.BadBindings, Answer(new GssAcceptorOptions { NetBiosComputerName = "S", NetBiosDomainName = "S", RequireChannelBindings = true, TimeProvider = new FakeTimeProvider(Exchange.Now) }, c => With(c, right)));
    }

    [Theory]
    [InlineData(35, GssStatus.Complete)]
    [InlineData(37, GssStatus.OldToken)]
    [InlineData(-37, GssStatus.OldToken)]
    public void The_time_in_the_answer_must_be_near(int hours, GssStatus expected) =>
        AssertAnswer(expected, c => new ForgedAnswer { Negotiate = Negotiate, Challenge = c, Time = Exchange.Now.AddHours(hours) });

    [Theory]
    [InlineData(299, GssStatus.NeedsAccount)]
    [InlineData(301, GssStatus.OldToken)]
    public void A_challenge_lives_five_minutes(int seconds, GssStatus expected)
    {
        FakeTimeProvider time = new(Exchange.Now);
        using GssContext acceptor = Challenged(out byte[] challenge, new GssAcceptorOptions { NetBiosComputerName = "SERVER", NetBiosDomainName = "LAB", TimeProvider = time });
        time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, acceptor.Step(Forge(challenge).Encode()).Status);
    }

    [Fact]
    public void A_challenge_is_answered_once()
    {
        using GssContext acceptor = Challenged(out byte[] challenge);
        byte[] answer = Forge(challenge).Encode();
        acceptor.Step(answer);
        Assert.Equal(GssStatus.DefectiveToken, acceptor.Step(answer).Status);
        Assert.Throws<InvalidOperationException>(() => acceptor.SupplyAccount(Exchange.Hash));
    }

    [Fact]
    public void An_answer_to_a_foreign_challenge_is_refused()
    {
        using GssContext other = Challenged(out byte[] foreign);
        using GssContext acceptor = Challenged(out _);
        acceptor.Step(Forge(foreign).Encode());
        Assert.Equal(GssStatus.DefectiveCredential, acceptor.SupplyAccount(Exchange.Hash).Status);
    }

    [Fact]
    public void A_key_exchange_needs_its_key() =>
        AssertAnswer(GssStatus.DefectiveToken, c => new ForgedAnswer { Negotiate = Negotiate, Challenge = c, EncryptedKey = new byte[15] });

    [Fact]
    public void Nobody_gets_in_unless_it_is_allowed()
    {
        byte[] Anonymous(byte[] challenge, byte[] lm) => new ForgedAnswer { Negotiate = Negotiate, Challenge = challenge, User = "", NtResponse = [], LmResponse = lm }.Encode();
        using GssContext strict = Challenged(out byte[] challenge);
        Assert.Equal(GssStatus.Unauthorized, strict.Step(Anonymous(challenge, [0])).Status);

        GssAcceptorOptions allowing = new() { NetBiosComputerName = "S", NetBiosDomainName = "S", AllowAnonymous = true };
        using GssContext lax = Challenged(out challenge, allowing);
        Assert.Equal(GssStatus.Complete, lax.Step(Anonymous(challenge, [0])).Status);
        using GssContext odd = Challenged(out challenge, allowing);
        Assert.Equal(GssStatus.DefectiveToken, odd.Step(Anonymous(challenge, [1])).Status);
        using GssContext proof = Challenged(out challenge, allowing);
        Assert.Equal(GssStatus.DefectiveCredential, proof.Step(Anonymous(challenge, new byte[24])).Status);
    }

    [Fact]
    public void Lan_manager_responses_alone_are_for_those_who_allow_them()
    {
        ForgedAnswer Answering(byte[] challenge) => new() { Negotiate = Negotiate, Challenge = challenge, LmV2Alone = true, DroppedFlags = NtlmFlags.KeyExchange };
        GssAcceptorOptions allowing = new() { NetBiosComputerName = "S", NetBiosDomainName = "S", AllowLanManager = true };

        using GssContext strict = Challenged(out byte[] challenge);
        Assert.Equal(GssStatus.Unauthorized, strict.Step(Answering(challenge).Encode()).Status);
        Assert.Equal(GssStatus.Complete, Answer(allowing, Answering));

        byte[] lmHash = GssCredential.Password("alice", "PASSWORD").LmHash()!;
        using GssContext lm = Challenged(out challenge, allowing);
        lm.Step(new ForgedAnswer
        {
            Negotiate = Negotiate,
            Challenge = challenge,
            DroppedFlags = NtlmFlags.KeyExchange,
            NtResponse = [],
            LmResponse = NtlmKeys.NtlmV1Response(lmHash, ChallengeMessage.Decode(challenge).ServerChallenge),
        }.Encode());
        Assert.Equal(GssStatus.Complete, lm.SupplyAccount(default, lmHash).Status);
        Assert.Equal([.. lmHash.AsSpan(0, 8), .. new byte[8]], lm.ExportSessionKey());
    }

    [Fact]
    public void A_domain_is_found_in_any_case_and_without()
    {
        AssertAnswer(GssStatus.Complete, c => new ForgedAnswer { Negotiate = Negotiate, Challenge = c, Domain = "Lab" });
        using GssContext acceptor = Challenged(out byte[] challenge);
        byte[] proved = new ForgedAnswer { Negotiate = Negotiate, Challenge = challenge, Domain = "LAB", AvFlags = 0 }.Encode();
        proved[proved.AsSpan().LastIndexOf("L\0A\0B\0"u8)] = (byte)'l';
        acceptor.Step(proved);

        // The proof was found right, which is why the MIC is asked for.
        Assert.Equal(GssStatus.BadMic, acceptor.SupplyAccount(Exchange.Hash).Status);
    }

    [Fact]
    public void Clients_write_names_in_one_of_two_ways()
    {
        using GssContext none = Exchange.Ntlm.CreateAcceptor(Exchange.Accepting())!;
        Assert.Equal(GssStatus.DefectiveToken, none.Step(new NegotiateMessage { Flags = NtlmFlags.Ntlm }.Encode()).Status);

        using GssContext oem = Exchange.Ntlm.CreateAcceptor(Exchange.Accepting())!;
        byte[] negotiate = new NegotiateMessage { Flags = (NtlmFlags)0x62088216 }.Encode();
        byte[] challenge = oem.Step(negotiate).Token.ToArray();
        Assert.Equal(NtlmFlags.Oem, ChallengeMessage.Decode(challenge).Flags & (NtlmFlags.Oem | NtlmFlags.Unicode));
        Assert.Equal("LAB", ChallengeMessage.Decode(challenge).TargetName);
        GssStep asked = oem.Step(new ForgedAnswer { Negotiate = negotiate, Challenge = challenge }.Encode());
        Assert.Equal("alice", asked.User);
        Assert.Equal(GssStatus.Complete, oem.SupplyAccount(Exchange.Hash).Status);
    }

    [Fact]
    public void The_shortest_negotiate_is_answered()
    {
        using GssContext acceptor = Exchange.Ntlm.CreateAcceptor(Exchange.Accepting())!;
        Assert.Equal(GssStatus.ContinueNeeded, acceptor.Step(Negotiate.AsSpan(0, 16)).Status);
    }

    [Fact]
    public async Task A_failed_context_stays_failed()
    {
        using GssContext initiator = (await Exchange.Ntlm.CreateInitiatorAsync(Exchange.Initiating(), CancellationToken.None)).Context!;
        byte[] negotiate = initiator.Step(default).Token.ToArray();
        Assert.Equal(GssStatus.DefectiveToken, initiator.Step([1, 2, 3]).Status);
        using GssContext acceptor = Exchange.Ntlm.CreateAcceptor(Exchange.Accepting())!;
        Assert.Equal(GssStatus.DefectiveToken, initiator.Step(acceptor.Step(negotiate).Token.Span).Status);
        Assert.Throws<InvalidOperationException>(() => initiator.ExportSessionKey());
    }

    [Fact]
    public void Account_hashes_have_sixteen_octets()
    {
        using GssContext acceptor = Challenged(out byte[] challenge);
        acceptor.Step(Forge(challenge).Encode());
        Assert.Throws<ArgumentException>(() => acceptor.SupplyAccount(new byte[5]));
    }

    /// <summary>Public names of AV pairs for test data.</summary>
    public enum AvIdName
    {
        NbComputerName = 1,
        NbDomainName = 2,
        DnsComputerName = 3,
        Timestamp = 7,
    }

    private static ForgedAnswer Forge(byte[] challenge, Func<AvPairs, AvPairs>? change = null, byte[]? hash = null) =>
        new() { Negotiate = Negotiate, Challenge = challenge, ChangePairs = change ?? (pairs => pairs), NtHash = hash ?? Exchange.Hash };

    private static AvPairs Without(AvPairs pairs, AvId id)
    {
        AvPairs rest = new();
        foreach ((AvId key, byte[] value) in pairs.Pairs.Where(p => p.Key != id))
        {
            rest.Add(key, value);
        }

        return rest;
    }

    private static GssContext Challenged(out byte[] challenge, GssAcceptorOptions? options = null)
    {
        GssContext acceptor = Exchange.Ntlm.CreateAcceptor(options ?? Exchange.Accepting())!;
        challenge = acceptor.Step(Negotiate).Token.ToArray();
        return acceptor;
    }

    private static GssStatus Answer(GssAcceptorOptions options, Func<byte[], ForgedAnswer> forge)
    {
        using GssContext acceptor = Challenged(out byte[] challenge, options);
        GssStep step = acceptor.Step(forge(challenge).Encode());
        return step.Status == GssStatus.NeedsAccount ? acceptor.SupplyAccount(Exchange.Hash).Status : step.Status;
    }

    private static void AssertAnswer(GssStatus expected, Func<byte[], ForgedAnswer> forge, bool requireMic = true, Action<byte[]>? change = null)
    {
        using GssContext acceptor = Challenged(
            out byte[] challenge,
            new GssAcceptorOptions { NetBiosComputerName = "SERVER", NetBiosDomainName = "LAB", RequireMic = requireMic, TimeProvider = new FakeTimeProvider(Exchange.Now) });
        byte[] message = forge(challenge).Encode();
        change?.Invoke(message);
        GssStep step = acceptor.Step(message);
        if (step.Status == GssStatus.NeedsAccount)
        {
            step = acceptor.SupplyAccount(Exchange.Hash);
        }

        Assert.Equal(expected, step.Status);
        Assert.Equal(expected == GssStatus.Complete, acceptor.IsComplete);
    }
}
