using System;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Tests.Gss;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>SMB1 without extended security, [MS-CIFS] 3.3.5.43 (authenticator §8).</summary>
public class LegacySignInTests
{
    private static readonly byte[] Challenge = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public async Task Off_unless_allowed()
    {
        NtlmLegacyResponse response = Respond(v1: false);
        using SmbServerAuthenticator authenticator = SignIn.Authenticator();

        SmbAuthStep step = await authenticator.AuthenticateLegacyAsync(SignIn.Peer, Challenge, SignIn.User, "", response.LmResponse, response.NtResponse);

        Assert.Equal((SmbAuthState.Failed, NtStatus.AccessDenied), (step.State, step.Status));
        Assert.Equal(0, authenticator.ConversationCount);
    }

    [Fact]
    public async Task Version_2()
    {
        NtlmLegacyResponse response = Respond(v1: false);
        using SmbServerAuthenticator authenticator = Allowing();

        SmbAuthStep step = await authenticator.AuthenticateLegacyAsync(SignIn.Peer, Challenge, SignIn.User, "", response.LmResponse, response.NtResponse);

        Assert.Equal((SmbAuthState.Complete, NtStatus.Success, true), (step.State, step.Status, step.Token.IsEmpty));
        Assert.Equal(response.SessionKey, step.SessionKey.ToArray());
        Assert.Equal((SignIn.User, "NTLMSSP"), (step.Identity!.User, step.Identity.Mechanism));
        Assert.Equal(0, authenticator.ConversationCount);
    }

    [Fact]
    public async Task Version_1_only_where_it_is_allowed()
    {
        NtlmLegacyResponse response = Respond(v1: true);
        using SmbServerAuthenticator strict = Allowing();
        using SmbServerAuthenticator lax = Allowing(o => o with { AllowNtlmV1 = true });

        Assert.Equal(NtStatus.AccessDenied, (await strict.AuthenticateLegacyAsync(SignIn.Peer, Challenge, SignIn.User, "", response.LmResponse, response.NtResponse)).Status);
        SmbAuthStep step = await lax.AuthenticateLegacyAsync(SignIn.Peer, Challenge, SignIn.User, "", response.LmResponse, response.NtResponse);
        Assert.Equal(response.SessionKey, step.SessionKey.ToArray());
    }

    [Fact]
    public async Task Published_responses()
    {
        VectorFile v = VectorFile.Ntlm;
        byte[] challenge = Convert.FromHexString("0123456789abcdef");
        MemoryAccountStore store = new MemoryAccountStore().Add("User", "Password");
        using SmbServerAuthenticator authenticator = Allowing(o => o with { AllowNtlmV1 = true, AllowLanManager = true, Accounts = store });

        SmbAuthStep v1 = await authenticator.AuthenticateLegacyAsync(SignIn.Peer, challenge, "User", "Domain", v["LMv1 response"], v["NTLMv1 response"]);
        SmbAuthStep v2 = await authenticator.AuthenticateLegacyAsync(SignIn.Peer, challenge, "User", "Domain", v["LMv2 response"], (byte[])[.. v["NTProofStr"], .. v["temp (client blob)"]]);
        SmbAuthStep lmV2 = await authenticator.AuthenticateLegacyAsync(SignIn.Peer, challenge, "User", "Domain", v["LMv2 response"], default);

        Assert.Equal(v["SessionBaseKey v1"], v1.SessionKey.ToArray());
        Assert.Equal(v["SessionBaseKey v2"], v2.SessionKey.ToArray());
        Assert.Equal(SmbAuthState.Complete, lmV2.State);
        Assert.Equal(16, lmV2.SessionKey.Length);
    }

    [Fact]
    public async Task A_wrong_password_a_stranger_and_rubbish()
    {
        NtlmLegacyResponse response = Respond(v1: false);
        using SmbServerAuthenticator authenticator = Allowing();
        byte[] changed = (byte[])response.NtResponse.Clone();
        changed[0] ^= 1;

        Assert.Equal(NtStatus.LogonFailure, (await authenticator.AuthenticateLegacyAsync(SignIn.Peer, Challenge, SignIn.User, "", response.LmResponse, changed)).Status);
        Assert.Equal(NtStatus.LogonFailure, (await authenticator.AuthenticateLegacyAsync(SignIn.Peer, Challenge, "nobody", "", response.LmResponse, response.NtResponse)).Status);
        Assert.Equal(NtStatus.LogonFailure, (await authenticator.AuthenticateLegacyAsync(SignIn.Peer, new byte[8], SignIn.User, "", response.LmResponse, response.NtResponse)).Status);
        for (int length = 0; length < response.NtResponse.Length; length++)
        {
            SmbAuthStep step = await authenticator.AuthenticateLegacyAsync(SignIn.Peer, Challenge, SignIn.User, "", response.LmResponse, response.NtResponse.AsMemory(0, length));
            Assert.Equal(SmbAuthState.Failed, step.State);
        }

        await Assert.ThrowsAsync<ArgumentException>(async () => await authenticator.AuthenticateLegacyAsync(SignIn.Peer, new byte[7], "x", "", default, default));
    }

    [Fact]
    public async Task Nobody()
    {
        using SmbServerAuthenticator strict = Allowing();
        using SmbServerAuthenticator open = Allowing(o => o with { AllowAnonymous = true });

        Assert.Equal(NtStatus.AccessDenied, (await strict.AuthenticateLegacyAsync(SignIn.Peer, Challenge, "", "", new byte[1], default)).Status);
        SmbAuthStep step = await open.AuthenticateLegacyAsync(SignIn.Peer, Challenge, "", "", new byte[1], default);
        Assert.Equal((SmbAuthState.Complete, true, 0), (step.State, step.Identity!.IsAnonymous, step.SessionKey.Length));
        Assert.Equal(SmbAuthState.Failed, (await open.AuthenticateLegacyAsync(SignIn.Peer, Challenge, "", "", new byte[24], new byte[24])).State);
    }

    [Fact]
    public async Task A_guest()
    {
        NtlmLegacyResponse response = Respond(v1: false);
        using SmbServerAuthenticator authenticator = Allowing(o => o with { MapToGuest = true });

        SmbAuthStep step = await authenticator.AuthenticateLegacyAsync(SignIn.Peer, Challenge, "nobody", "", response.LmResponse, response.NtResponse);

        Assert.Equal((SmbAuthState.Complete, true, 0, true), (step.State, step.Identity!.IsGuest, step.SessionKey.Length, step.Token.IsEmpty));
    }

    private static SmbServerAuthenticator Allowing(Func<SmbAuthenticatorOptions, SmbAuthenticatorOptions>? change = null) =>
        SignIn.Authenticator(o => change?.Invoke(o with { AllowNonExtendedSecurity = true }) ?? o with { AllowNonExtendedSecurity = true });

    private static NtlmLegacyResponse Respond(bool v1) => NtlmLegacyResponse.Create(
        GssCredential.Password(SignIn.User, SignIn.Password),
        Challenge,
        new GssInitiatorOptions { Credential = GssCredential.Anonymous, TargetName = "", AllowNtlmV1 = v1, TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Gss.Exchange.Now) });
}
