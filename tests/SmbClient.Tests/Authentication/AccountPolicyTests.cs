using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Tests.Gss;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>Who is let in, who is not, and what the difference is to them (authenticator §4.3, §4.4).</summary>
public class AccountPolicyTests
{
    private static readonly MemoryAccountStore Accounts = new MemoryAccountStore()
        .Add(SignIn.User, SignIn.Password)
        .Add(new SmbAccount { User = "disabled", Status = NtStatus.AccountDisabled }, SignIn.Password)
        .Add(new SmbAccount { User = "locked", Status = NtStatus.AccountLockedOut }, SignIn.Password)
        .Add(new SmbAccount { User = "expired", Status = NtStatus.PasswordExpired }, SignIn.Password);

    public static TheoryData<string, string> Failures => new()
    {
        { "nobody", SignIn.Password },
        { SignIn.User, "wrong" },
        { "disabled", SignIn.Password },
        { "disabled", "wrong" },
        { "locked", SignIn.Password },
        { "locked", "wrong" },
        { "expired", SignIn.Password },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Every_account_that_cannot_sign_in_looks_the_same(string user, string password)
    {
        using SmbServerAuthenticator authenticator = Authenticator();

        SignIn spnego = await RunAsync(authenticator, user, password);
        SignIn raw = await RunAsync(authenticator, user, password, GssMechanism.Ntlm);

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (spnego.End.State, spnego.End.Status));
        Assert.Equal("a1073005a0030a0102", Convert.ToHexStringLower(spnego.End.Token.Span));
        Assert.Equal("NTLM: the user name or the password is wrong", spnego.End.Reason);
        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure, true), (raw.End.State, raw.End.Status, raw.End.Token.IsEmpty));
    }

    [Theory]
    [InlineData("disabled", SignIn.Password, NtStatus.AccountDisabled)]
    [InlineData("locked", SignIn.Password, NtStatus.AccountLockedOut)]
    [InlineData("expired", SignIn.Password, NtStatus.PasswordExpired)]
    [InlineData("disabled", "wrong", NtStatus.LogonFailure)]
    [InlineData("locked", "wrong", NtStatus.LogonFailure)]
    [InlineData("nobody", SignIn.Password, NtStatus.LogonFailure)]
    public async Task Its_state_is_told_to_whoever_proves_it_where_the_host_says_so(string user, string password, NtStatus status)
    {
        using SmbServerAuthenticator authenticator = Authenticator(o => o with { DiscloseAccountState = true });

        SignIn signIn = await RunAsync(authenticator, user, password);

        Assert.Equal((SmbAuthState.Failed, status), (signIn.End.State, signIn.End.Status));
        Assert.Equal("a1073005a0030a0102", Convert.ToHexStringLower(signIn.End.Token.Span));
        Assert.True(signIn.End.SessionKey.IsEmpty);
    }

    [Fact]
    public async Task A_store_may_refuse_by_itself()
    {
        RefusingStore store = new(NtStatus.AccountLockedOut);
        using SmbServerAuthenticator hidden = Authenticator(o => o with { Accounts = store });
        using SmbServerAuthenticator told = Authenticator(o => o with { Accounts = store, DiscloseAccountState = true });

        Assert.Equal(NtStatus.LogonFailure, (await RunAsync(hidden, SignIn.User, SignIn.Password)).End.Status);
        Assert.Equal(NtStatus.AccountLockedOut, (await RunAsync(told, SignIn.User, SignIn.Password)).End.Status);
    }

    [Fact]
    public async Task Without_accounts_nobody_signs_in_by_ntlm()
    {
        using SmbServerAuthenticator authenticator = Authenticator(o => o with { Accounts = null });

        Assert.Equal(NtStatus.LogonFailure, (await RunAsync(authenticator, SignIn.User, SignIn.Password)).End.Status);
    }

    [Fact]
    public async Task Anonymous_is_refused_unless_allowed()
    {
        using SmbServerAuthenticator strict = Authenticator();
        using SmbServerAuthenticator open = Authenticator(o => o with { AllowAnonymous = true });
        SignIn Client() => new() { Credential = GssCredential.Anonymous };

        Assert.Equal(NtStatus.AccessDenied, (await Client().RunAsync(strict)).End.Status);
        SmbAuthStep step = (await Client().RunAsync(open)).End;
        Assert.Equal(("", "S-1-5-7", "anonymous", true), (step.Identity!.User, step.Identity.Sid, step.Identity.Name, step.Identity.IsAnonymous));
        Assert.Equal(NtStatus.LogonFailure, (await RunAsync(open, "nobody", "x")).End.Status);
    }

    [Fact]
    public async Task Guests_are_refused_unless_allowed()
    {
        using SmbServerAuthenticator strict = Authenticator();
        using SmbServerAuthenticator guest = Authenticator(o => o with { AllowGuest = true });
        using SmbServerAuthenticator mapped = Authenticator(o => o with { MapToGuest = true });

        Assert.Equal(NtStatus.LogonFailure, (await RunAsync(strict, "guest", "x")).End.Status);
        Assert.Equal(SmbAuthState.Complete, (await RunAsync(guest, "guest", "x")).End.State);
        Assert.Equal(NtStatus.LogonFailure, (await RunAsync(guest, "nobody", "x")).End.Status);
        SmbIdentity identity = (await RunAsync(mapped, "nobody", "x")).End.Identity!;
        Assert.Equal(("Guest", "LAB", true, false), (identity.User, identity.Domain, identity.IsGuest, identity.IsAnonymous));
        Assert.Equal(NtStatus.LogonFailure, (await RunAsync(mapped, SignIn.User, "wrong")).End.Status);
        Assert.Equal(NtStatus.LogonFailure, (await RunAsync(mapped, "disabled", SignIn.Password)).End.Status);
    }

    [Theory]
    [InlineData("alice", "")]
    [InlineData("ALICE", "")]
    [InlineData("alice", "LAB")]
    [InlineData("alice", "elsewhere")]
    [InlineData("alice@lab.test", "")]
    public async Task An_account_without_a_domain_is_found_under_any(string user, string domain)
    {
        using SmbServerAuthenticator authenticator = Authenticator();

        SignIn signIn = await new SignIn { Credential = GssCredential.Password(user, SignIn.Password, domain) }.RunAsync(authenticator);

        Assert.Equal(SmbAuthState.Complete, signIn.End.State);
        Assert.Equal("alice", signIn.End.Identity!.User);
    }

    [Theory]
    [InlineData("LAB", true)]
    [InlineData("lab", true)]
    [InlineData("", true)]
    [InlineData("OTHER", false)]
    public async Task An_account_with_a_domain_is_found_under_it_or_none(string domain, bool found)
    {
        MemoryAccountStore store = new MemoryAccountStore().Add(new SmbAccount { User = "bob", Domain = "LAB" }, SignIn.Password);
        using SmbServerAuthenticator authenticator = Authenticator(o => o with { Accounts = store });

        SignIn signIn = await new SignIn { Credential = GssCredential.Password("bob", SignIn.Password, domain) }.RunAsync(authenticator);

        Assert.Equal(found, signIn.End.State == SmbAuthState.Complete);
    }

    [Fact]
    public async Task Accounts_of_one_name_are_told_apart_and_can_be_removed()
    {
        MemoryAccountStore store = new MemoryAccountStore()
            .Add(new SmbAccount { User = "bob", Domain = "A" }, "of A")
            .Add(new SmbAccount { User = "bob", Domain = "B" }, "of B");
        using SmbServerAuthenticator authenticator = Authenticator(o => o with { Accounts = store });

        Assert.Equal(@"A\bob", (await new SignIn { Credential = GssCredential.Password("bob", "of A", "A") }.RunAsync(authenticator)).End.Identity!.Name);
        Assert.Equal(NtStatus.LogonFailure, (await new SignIn { Credential = GssCredential.Password("bob", "of A", "B") }.RunAsync(authenticator)).End.Status);
        Assert.Equal(NtStatus.LogonFailure, (await new SignIn { Credential = GssCredential.Password("bob", "of A") }.RunAsync(authenticator)).End.Status);
        store.Remove("BOB", "b");
        Assert.Equal(@"A\bob", (await new SignIn { Credential = GssCredential.Password("bob", "of A") }.RunAsync(authenticator)).End.Identity!.Name);
        Assert.Equal(NtStatus.LogonFailure, (await new SignIn { Credential = GssCredential.Password("bob", "of B", "B") }.RunAsync(authenticator)).End.Status);
        Assert.Throws<ArgumentException>(() => store.Add("", "x"));
        Assert.Throws<ArgumentException>(() => store.Add(new SmbAccount { User = "x" }, new byte[15]));
    }

    [Fact]
    public async Task An_identity_has_what_the_store_knows()
    {
        SmbAccount account = new()
        {
            User = "Bob",
            Domain = "LAB",
            Sid = "S-1-5-21-1-2-3-1001",
            PrimaryGroupSid = "S-1-5-21-1-2-3-513",
            GroupSids = ["S-1-5-21-1-2-3-2001", "S-1-5-32-544"],
            Groups = ["staff"],
        };
        using SmbServerAuthenticator authenticator = Authenticator(o => o with { Accounts = new MemoryAccountStore().Add(account, Gss.Exchange.Hash) });

        SmbIdentity identity = (await new SignIn { Credential = GssCredential.NtHash("bob", Gss.Exchange.Hash, "lab") }.RunAsync(authenticator)).End.Identity!;
        System.Security.Claims.ClaimsPrincipal principal = identity.ToPrincipal();

        Assert.Equal((@"LAB\Bob", account.Sid, account.PrimaryGroupSid), (identity.Name, identity.Sid, identity.PrimaryGroupSid));
        Assert.Equal((@"LAB\Bob", true, "SPNEGO/NTLMSSP"), (principal.Identity!.Name, principal.Identity.IsAuthenticated, principal.Identity.AuthenticationType));
        Assert.True(principal.IsInRole("staff"));
        Assert.True(principal.HasClaim(System.Security.Claims.ClaimTypes.PrimarySid, account.Sid));
        Assert.True(principal.HasClaim(System.Security.Claims.ClaimTypes.PrimaryGroupSid, account.PrimaryGroupSid));
        Assert.True(principal.HasClaim(System.Security.Claims.ClaimTypes.GroupSid, "S-1-5-32-544"));
        Assert.False(new SmbIdentity { User = "Guest", Domain = "", Mechanism = "NTLMSSP", IsGuest = true }.ToPrincipal().Identity!.IsAuthenticated);
    }

    private static SmbServerAuthenticator Authenticator(Func<SmbAuthenticatorOptions, SmbAuthenticatorOptions>? change = null) =>
        SignIn.Authenticator(o => change?.Invoke(o with { Accounts = Accounts }) ?? o with { Accounts = Accounts });

    private static Task<SignIn> RunAsync(SmbServerAuthenticator authenticator, string user, string password, GssMechanism? mechanism = null) =>
        new SignIn { Credential = GssCredential.Password(user, password), Mechanism = mechanism ?? Gss.Exchange.Spnego }.RunAsync(authenticator);

    private sealed class RefusingStore(NtStatus status) : INtlmAccountStore
    {
        public ValueTask<NtlmAccountAnswer> FindAsync(NtlmAccountRequest request, CancellationToken cancellationToken) => new(NtlmAccountAnswer.Refused(status));
    }
}
