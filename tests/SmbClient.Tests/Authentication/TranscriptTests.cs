using System;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Gss;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>The transcripts that an SMB server has to reproduce (authenticator §6), octet by octet where they are deterministic.</summary>
public class TranscriptTests
{
    private static readonly byte[] Completed = Convert.FromHexString("a1073005a0030a0100");

    [Fact]
    public void The_hint_names_the_mechanisms()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator();

        NegTokenInit hint = SpnegoTokens.DecodeInit(authenticator.NegotiateHint());

        Assert.Equal("6048", Convert.ToHexString(authenticator.NegotiateHint().Span[..2]));
        Assert.Equal([NtlmMechanism.MechanismOid], hint.MechTypes);
    }

    [Fact]
    public async Task A_captured_sign_in_ends_in_the_same_octets()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);

        SmbAuthStep first = await conversation.StepAsync(CapturedSignIn.Init);
        SmbAuthStep second = await conversation.StepAsync(CapturedSignIn.Authenticate);

        Assert.Equal((74, 426), (CapturedSignIn.Init.Length, CapturedSignIn.Authenticate.Length));
        Assert.Equal((SmbAuthState.Continue, NtStatus.MoreProcessingRequired), (first.State, first.Status));
        Assert.Equal(165, first.Token.Length);
        Assert.Equal(CapturedSignIn.Challenge, first.Token.ToArray());
        Assert.Equal((SmbAuthState.Complete, NtStatus.Success), (second.State, second.Status));
        Assert.Equal(29, second.Token.Length);
        Assert.Equal(CapturedSignIn.Final, second.Token.ToArray());
        Assert.NotNull(SpnegoTokens.DecodeResp(second.Token).MechListMic);
        Assert.Equal(NtlmCapturedExchangeTests.ExportedSessionKey, Convert.ToHexStringLower(second.SessionKey.Span));
        Assert.Equal(("specuser", "SPECWG", "SPECSRV", "SPNEGO/NTLMSSP"), (second.Identity!.User, second.Identity.Domain, second.Identity.Workstation, second.Identity.Mechanism));
    }

    [Fact]
    public async Task Ntlmssp_without_SPNEGO()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);

        SmbAuthStep first = await conversation.StepAsync(CapturedSignIn.RawNegotiate);
        SmbAuthStep second = await conversation.StepAsync(CapturedSignIn.RawAuthenticate);

        Assert.Equal(CapturedSignIn.Challenge[31..], first.Token.ToArray());
        Assert.Equal(SmbAuthState.Complete, second.State);
        Assert.True(second.Token.IsEmpty);
        Assert.Equal(NtlmCapturedExchangeTests.ExportedSessionKey, Convert.ToHexStringLower(second.SessionKey.Span));
        Assert.Equal("NTLMSSP", second.Identity!.Mechanism);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ntlmssp_without_SPNEGO_can_be_switched_off(bool afterHint)
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { AllowRawNtlmssp = false });

        SmbAuthStep step = await (afterHint
            ? CapturedSignIn.GiveAsync(authenticator, [], CapturedSignIn.RawNegotiate)
            : CapturedSignIn.GiveAsync(authenticator, CapturedSignIn.RawNegotiate));

        Assert.Equal((SmbAuthState.Failed, NtStatus.InvalidParameter), (step.State, step.Status));
        Assert.Equal(SmbAuthState.Complete, (await CapturedSignIn.GiveAsync(authenticator, CapturedSignIn.Init, CapturedSignIn.Authenticate)).State);
    }

    [Fact]
    public async Task Only_ntlmssp_without_SPNEGO()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { Mechanisms = [] });

        Assert.True(authenticator.NegotiateHint().IsEmpty);
        Assert.Equal(SmbAuthState.Complete, (await CapturedSignIn.GiveAsync(authenticator, CapturedSignIn.RawNegotiate, CapturedSignIn.RawAuthenticate)).State);
        Assert.Equal(NtStatus.InvalidParameter, (await CapturedSignIn.GiveAsync(authenticator, CapturedSignIn.Init)).Status);
        Assert.Equal(NtStatus.InvalidParameter, (await CapturedSignIn.GiveAsync(authenticator, [[]])).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_client_signs_in(bool withHint)
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator();

        SignIn signIn = await new SignIn { StartWithHint = withHint }.RunAsync(authenticator);

        Assert.True(signIn.Client.IsComplete, signIn.ClientEnd.Reason ?? signIn.End.Reason);
        Assert.Equal(SmbAuthState.Complete, signIn.End.State);
        Assert.Equal(signIn.Client.ExportSessionKey(), signIn.End.SessionKey.ToArray());
        Assert.Equal(0, authenticator.ConversationCount);
    }

    [Fact]
    public async Task An_empty_blob_is_answered_with_the_hint_once()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);

        Assert.Equal(authenticator.NegotiateHint().ToArray(), (await conversation.StepAsync(default)).Token.ToArray());
        Assert.Equal(SmbAuthState.Continue, (await conversation.StepAsync(CapturedSignIn.Init)).State);
        Assert.Equal(SmbAuthState.Complete, (await conversation.StepAsync(CapturedSignIn.Authenticate)).State);
        Assert.Equal(NtStatus.InvalidParameter, (await CapturedSignIn.GiveAsync(authenticator, [], [])).Status);
    }

    [Fact]
    public async Task A_client_that_prefers_what_is_not_served_protects_the_list()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator();

        // As Windows has it: NegoEx, both names of Kerberos, NTLM.
        FakeMechanism negoEx = new("1.3.6.1.4.1.311.2.2.30");
        FakeMechanism kerberos = new("1.2.840.113554.1.2.2") { Aliases = ["1.2.840.48018.1.2.2"] };
        SignIn signIn = await new SignIn { Mechanism = SignIn.Spnego(negoEx, kerberos, GssMechanism.Ntlm) }.RunAsync(authenticator);

        NegTokenResp first = SpnegoTokens.DecodeResp(signIn.Blobs[1]);
        Assert.Equal((NegState.RequestMic, NtlmMechanism.MechanismOid), (first.NegState, first.SupportedMech));
        Assert.Null(first.ResponseToken);
        Assert.Equal(NegState.AcceptIncomplete, SpnegoTokens.DecodeResp(signIn.Blobs[3]).NegState);
        Assert.Equal(SmbAuthState.Complete, signIn.End.State);
        Assert.NotNull(SpnegoTokens.DecodeResp(signIn.End.Token).MechListMic);
        Assert.True(signIn.Client.IsComplete, signIn.ClientEnd.Reason);
    }

    [Fact]
    public async Task And_is_refused_without_it()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { RequireMechListMic = false });

        SignIn signIn = await new SignIn
        {
            Mechanism = SignIn.Spnego(new FakeMechanism("1.2.3.4"), GssMechanism.Ntlm),
            OnTheWay = (leg, blob) => leg == 4 ? SpnegoTokens.EncodeResp(new NegTokenResp { ResponseToken = SpnegoTokens.DecodeResp(blob).ResponseToken }) : blob,
        }.RunAsync(authenticator);

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (signIn.End.State, signIn.End.Status));
    }

    [Fact]
    public async Task Another_mechanism_gets_its_key_whole_and_its_own_name()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Mechanisms = [new NamingMechanism(), GssMechanism.Ntlm] });

        SignIn signIn = await new SignIn { Mechanism = SignIn.Spnego(new NamingMechanism()) }.RunAsync(authenticator);

        Assert.Equal(SmbAuthState.Complete, signIn.End.State);
        Assert.Equal(32, signIn.End.SessionKey.Length);
        Assert.Equal(@"REALM\bob", signIn.End.Identity!.Name);
    }

    [Fact]
    public async Task Anonymous_and_guests_get_the_shortest_answer_and_no_key()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { AllowAnonymous = true, MapToGuest = true });

        SignIn anonymous = await new SignIn { Credential = GssCredential.Anonymous }.RunAsync(authenticator);
        SignIn guest = await new SignIn { Credential = GssCredential.Password("stranger", "x") }.RunAsync(authenticator);
        SignIn rawGuest = await new SignIn { Mechanism = GssMechanism.Ntlm, Credential = GssCredential.Password("stranger", "x") }.RunAsync(authenticator);

        Assert.All([anonymous.End, guest.End], e => Assert.Equal(Completed, e.Token.ToArray()));
        Assert.All([anonymous.End, guest.End, rawGuest.End], e => Assert.Equal((SmbAuthState.Complete, 0), (e.State, e.SessionKey.Length)));
        Assert.True(rawGuest.End.Token.IsEmpty);
        Assert.Equal((true, false), (anonymous.End.Identity!.IsAnonymous, anonymous.End.Identity.IsGuest));
        Assert.Equal((false, true), (guest.End.Identity!.IsAnonymous, guest.End.Identity.IsGuest));
    }
}
