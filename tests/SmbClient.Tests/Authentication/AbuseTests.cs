using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Gss;
using SmbClient.Tests.Gss.Ntlm;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>Whatever a peer does, StepAsync neither throws nor completes (authenticator §10, gss-spnego-ntlm SV4–SV9, V9–V12).</summary>
public class AbuseTests
{
    public static TheoryData<bool> Wrappings => [true, false];

    [Theory]
    [MemberData(nameof(Wrappings))]
    public async Task No_truncated_blob_gets_anybody_in(bool spnego)
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        byte[][] blobs = Blobs(spnego);
        for (int leg = 0; leg < blobs.Length; leg++)
        {
            for (int length = 0; length < blobs[leg].Length; length++)
            {
                byte[][] given = [.. blobs];
                given[leg] = given[leg][..length];

                Assert.NotEqual(SmbAuthState.Complete, (await CapturedSignIn.GiveAsync(authenticator, given)).State);
            }
        }

        Assert.Equal(0, authenticator.ConversationCount);
    }

    /// <summary>
    /// There is no bit without meaning: the code of NTLM is over all three messages as they came, reserved octets, version and MaxLength fields
    /// included; what SPNEGO adds is the list of mechanisms, which its own code is over, and tags and lengths, which have one form.
    /// </summary>
    [Theory]
    [MemberData(nameof(Wrappings))]
    public async Task No_flipped_bit_gets_anybody_in(bool spnego)
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        byte[][] blobs = Blobs(spnego);
        Assert.Equal(SmbAuthState.Complete, (await CapturedSignIn.GiveAsync(authenticator, blobs)).State);
        for (int leg = 0; leg < blobs.Length; leg++)
        {
            for (int bit = 0; bit < 8 * blobs[leg].Length; bit++)
            {
                byte[][] given = [.. blobs.Select(b => (byte[])b.Clone())];
                given[leg][bit / 8] ^= (byte)(1 << (bit % 8));

                SmbAuthStep step = await CapturedSignIn.GiveAsync(authenticator, given);

                Assert.False(step.State == SmbAuthState.Complete, $"blob {leg}, octet {bit / 8}, bit {bit % 8}");
                Assert.True(step.SessionKey.IsEmpty);
                Assert.Null(step.Identity);
            }
        }

        Assert.Equal(0, authenticator.ConversationCount);
    }

    [Fact]
    public async Task Rubbish_gets_nobody_in()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { MapToGuest = true, AllowAnonymous = true, AllowGuest = true });
        Random random = new(42);
        for (int i = 0; i < 2000; i++)
        {
            byte[] rubbish = new byte[random.Next(200)];
            random.NextBytes(rubbish);
            if (i % 3 == 0)
            {
                NtlmMessage.Signature.CopyTo(rubbish.Length >= 8 ? rubbish : rubbish = new byte[20]);
            }

            Assert.NotEqual(SmbAuthState.Complete, (await CapturedSignIn.GiveAsync(authenticator, rubbish, rubbish)).State);
        }
    }

    [Fact]
    public async Task Blobs_out_of_order()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        byte[] init = CapturedSignIn.Init;
        byte[] authenticate = CapturedSignIn.Authenticate;

        await RefusedAsync(NtStatus.InvalidParameter, authenticate);
        await RefusedAsync(NtStatus.InvalidParameter, authenticate, init);
        await RefusedAsync(NtStatus.InvalidParameter, init, init);
        await RefusedAsync(NtStatus.InvalidParameter, init, CapturedSignIn.Challenge);
        await RefusedAsync(NtStatus.InvalidParameter, CapturedSignIn.RawNegotiate, CapturedSignIn.RawNegotiate);
        await RefusedAsync(NtStatus.InvalidParameter, CapturedSignIn.RawAuthenticate);
        await RefusedAsync(NtStatus.InvalidParameter, CapturedSignIn.RawNegotiate, authenticate);
        await RefusedAsync(NtStatus.InvalidParameter, init, CapturedSignIn.RawAuthenticate);
        await RefusedAsync(NtStatus.InvalidParameter, init, []);
        await RefusedAsync(NtStatus.InvalidParameter, CapturedSignIn.Final);

        async Task RefusedAsync(NtStatus status, params byte[][] blobs)
        {
            SmbAuthStep step = await CapturedSignIn.GiveAsync(authenticator, blobs);
            Assert.Equal((SmbAuthState.Failed, status), (step.State, step.Status));
        }
    }

    [Fact]
    public async Task A_replayed_answer_to_another_challenge()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { Random = GssRandom.System });

        SmbAuthStep step = await CapturedSignIn.GiveAsync(authenticator, CapturedSignIn.Init, CapturedSignIn.Authenticate);

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (step.State, step.Status));
    }

    [Fact]
    public async Task A_replayed_answer_to_the_same_challenge_at_another_time()
    {
        // The challenge's time is in the proof: a server that draws the same number twice is not deceived either.
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Gss.Exchange.Now) });

        SmbAuthStep step = await CapturedSignIn.GiveAsync(authenticator, CapturedSignIn.Init, CapturedSignIn.Authenticate);

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (step.State, step.Status));
    }

    [Fact]
    public async Task A_late_answer()
    {
        Microsoft.Extensions.Time.Testing.FakeTimeProvider clock = new(Gss.Exchange.Now);
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { TimeProvider = clock, IdleTimeout = TimeSpan.FromHours(1) });

        SignIn signIn = await new SignIn
        {
            OnTheWay = (leg, blob) =>
            {
                clock.Advance(leg == 2 ? TimeSpan.FromMinutes(6) : TimeSpan.Zero);
                return blob;
            },
        }.RunAsync(authenticator);

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (signIn.End.State, signIn.End.Status));
    }

    [Fact]
    public async Task A_stripped_integrity_code_of_ntlm()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { RequireMechListMic = false });

        SmbAuthStep honest = await ForgedAsync(AvPairs.MicPresent, _ => { });
        SmbAuthStep unannounced = await ForgedAsync(0, _ => { });
        SmbAuthStep stripped = await ForgedAsync(AvPairs.MicPresent, m => m.AsSpan(AuthenticateMessage.MicPosition, AuthenticateMessage.MicSize).Clear());

        Assert.Equal(SmbAuthState.Complete, honest.State);
        Assert.All([unannounced, stripped], s => Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (s.State, s.Status)));

        async Task<SmbAuthStep> ForgedAsync(uint avFlags, Action<byte[]> change)
        {
            using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
            byte[] negotiate = new NegotiateMessage { Flags = (NtlmFlags)0x62088215 }.Encode();
            byte[] challenge = (await conversation.StepAsync(negotiate)).Token.ToArray();
            byte[] answer = new ForgedAnswer { Negotiate = negotiate, Challenge = challenge, AvFlags = avFlags }.Encode();
            change(answer);
            return await conversation.StepAsync(answer);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stripped_or_wrong_code_over_the_list(bool stripped)
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        NegTokenResp answer = SpnegoTokens.DecodeResp(CapturedSignIn.Authenticate);
        byte[] changed = SpnegoTokens.EncodeResp(new NegTokenResp { ResponseToken = answer.ResponseToken, MechListMic = stripped ? null : new byte[16] });

        SmbAuthStep step = await CapturedSignIn.GiveAsync(authenticator, CapturedSignIn.Init, changed);

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (step.State, step.Status));
    }

    [Fact]
    public async Task A_missing_code_over_the_list_is_missed_only_where_it_is_required()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { RequireMechListMic = false });
        byte[] without = SpnegoTokens.EncodeResp(new NegTokenResp { ResponseToken = SpnegoTokens.DecodeResp(CapturedSignIn.Authenticate).ResponseToken });

        SmbAuthStep step = await CapturedSignIn.GiveAsync(authenticator, CapturedSignIn.Init, without);

        Assert.Equal(SmbAuthState.Complete, step.State);
        Assert.Null(SpnegoTokens.DecodeResp(step.Token).MechListMic);
    }

    [Fact]
    public async Task A_mechanism_taken_out_of_the_list()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Mechanisms = [new NamingMechanism(), GssMechanism.Ntlm] });
        byte[] ntlmOnly = SpnegoTokens.EncodeMechTypes([NtlmMechanism.MechanismOid]);

        SignIn signIn = await new SignIn
        {
            Mechanism = SignIn.Spnego(new FakeMechanism("1.2.3.4"), GssMechanism.Ntlm),
            OnTheWay = (leg, blob) => leg == 0 ? SpnegoTokens.EncodeInit(ntlmOnly, null) : blob,
        }.RunAsync(authenticator);

        Assert.NotEqual(SmbAuthState.Complete, signIn.End.State);
        Assert.False(signIn.Client.IsComplete);
    }

    [Fact]
    public async Task A_mechanism_that_nobody_serves()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator();

        SignIn signIn = await new SignIn { Mechanism = SignIn.Spnego(new FakeMechanism("1.2.3.4")) }.RunAsync(authenticator);

        Assert.Equal((SmbAuthState.Failed, NtStatus.InvalidParameter), (signIn.End.State, signIn.End.Status));
        Assert.Equal(NegState.Reject, SpnegoTokens.DecodeResp(signIn.End.Token).NegState);
    }

    [Fact]
    public async Task A_client_that_meant_another_server()
    {
        using SmbServerAuthenticator wrong = SignIn.Authenticator(o => o with { TargetHosts = ["elsewhere"] });
        using SmbServerAuthenticator right = SignIn.Authenticator(o => o with { TargetHosts = ["SERVER", "server.lab.test"], RequireTargetName = true });

        Assert.Equal(NtStatus.AccessDenied, (await new SignIn().RunAsync(wrong)).End.Status);
        Assert.Equal(SmbAuthState.Complete, (await new SignIn().RunAsync(right)).End.State);
    }

    [Theory]
    [InlineData("cifs/server")]
    [InlineData("cifs/SERVER.lab.test")]
    [InlineData("CIFS/Server.Lab.Test")]
    [InlineData("cifs/alias")]
    [InlineData("host/192.0.2.1")]
    public async Task A_client_may_mean_the_server_by_any_of_its_names(string target)
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { TargetHosts = ["SERVER", "server.lab.test", "alias", "192.0.2.1"], RequireTargetName = true });

        Assert.Equal(SmbAuthState.Complete, (await new SignIn { TargetName = target }.RunAsync(authenticator)).End.State);
    }

    [Fact]
    public async Task A_client_of_another_channel()
    {
        SmbAuthPeer peer = new() { RemoteAddress = "192.0.2.7", ChannelBindings = "tls-server-end-point:abc"u8.ToArray() };
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { RequireChannelBindings = true });

        Assert.Equal(SmbAuthState.Complete, (await new SignIn { From = peer, ChannelBindings = peer.ChannelBindings }.RunAsync(authenticator)).End.State);
        Assert.Equal(NtStatus.LogonFailure, (await new SignIn { From = peer, ChannelBindings = "another"u8.ToArray() }.RunAsync(authenticator)).End.Status);
        Assert.Equal(NtStatus.LogonFailure, (await new SignIn { From = peer }.RunAsync(authenticator)).End.Status);
    }

    private static byte[][] Blobs(bool spnego) =>
        spnego ? [CapturedSignIn.Init, CapturedSignIn.Authenticate] : [CapturedSignIn.RawNegotiate, CapturedSignIn.RawAuthenticate];
}
