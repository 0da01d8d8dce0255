using System;
using System.Linq;
using System.Security.Claims;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Tests.Gss.Kerberos.Pac;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>Who a user of Kerberos is, for how long, and with what, by what the mechanism has found in the ticket (kerberos-pac §9, §11).</summary>
public class KerberosIdentityTests
{
    private const string Domain = "S-1-5-21-844188481-1533167349-3177022021";
    private static readonly DateTimeOffset Soon = Gss.Exchange.Now.AddHours(10);

    [Theory]
    [InlineData(GssAuthorizationDataStatus.VerifiedWithKey)]
    [InlineData(GssAuthorizationDataStatus.VerifiedByLibrary)]
    public async Task A_verified_PAC_says_who_the_user_is(GssAuthorizationDataStatus status)
    {
        SmbAuthStep step = await SignInAsync(Alice(VectorFile.Pac["samba"], status));
        SmbIdentity identity = step.Identity!;

        Assert.Equal(("alice", "LAB", @"LAB\alice", "alice@lab.test"), (identity.User, identity.Domain, identity.Name, identity.UserPrincipalName));
        Assert.Equal(($"{Domain}-1103", $"{Domain}-513"), (identity.Sid, identity.PrimaryGroupSid));
        Assert.Equal([$"{Domain}-513", $"{Domain}-1108", $"{Domain}-1107", $"{Domain}-1109", "S-1-18-1"], identity.GroupSids);
        Assert.Equal(("Alice Tester", status, "SPNEGO/Kerberos"), (identity.Pac!.LogonInfo!.FullName, identity.AuthorizationDataStatus, identity.Mechanism));
        ClaimsPrincipal principal = identity.ToPrincipal();
        Assert.True(principal.HasClaim(ClaimTypes.Upn, "alice@lab.test") && principal.HasClaim(ClaimTypes.PrimarySid, identity.Sid!));
        Assert.Equal(identity.GroupSids, principal.FindAll(ClaimTypes.GroupSid).Select(c => c.Value));
    }

    [Theory]
    [InlineData("", GssAuthorizationDataStatus.None)]
    [InlineData("samba", GssAuthorizationDataStatus.None)]
    [InlineData("samba", GssAuthorizationDataStatus.Unverified)]
    public async Task Without_a_verified_PAC_there_is_only_a_name(string vector, GssAuthorizationDataStatus status)
    {
        GssPeer peer = Alice(vector.Length == 0 ? [] : VectorFile.Pac[vector], status);

        SmbIdentity identity = (await SignInAsync(peer)).Identity!;
        SmbAuthStep strict = await SignInAsync(peer, o => o with { RequirePac = true });

        Assert.Equal(("alice", "LAB.TEST", null, null), (identity.User, identity.Domain, identity.UserPrincipalName, identity.Pac));
        Assert.Equal((null, null, status), (identity.Sid, identity.PrimaryGroupSid, identity.AuthorizationDataStatus));
        Assert.Empty(identity.GroupSids);
        Assert.Equal((NtStatus.LogonFailure, null), (strict.Status, strict.Identity));
        Assert.Contains("PAC", strict.Reason);
    }

    [Fact]
    public async Task An_unverified_PAC_is_not_even_read() =>
        Assert.Equal(SmbAuthState.Complete, (await SignInAsync(Alice([1, 2, 3], GssAuthorizationDataStatus.Unverified))).State);

    [Fact]
    public async Task Authorization_data_of_another_mechanism_are_no_PAC()
    {
        SmbIdentity identity = (await SignInAsync(Alice(VectorFile.Pac["samba"]), o => o with { RequirePac = true }, called: "Naming")).Identity!;

        Assert.Equal((null, null, "LAB.TEST"), (identity.Pac, identity.Sid, identity.Domain));
    }

    [Fact]
    public async Task A_PAC_of_a_realm_without_SIDs_is_kept_and_gives_a_name()
    {
        byte[] pac = PacData.Of((PacData.ClientInfo, PacData.Client("alice")));

        SmbIdentity identity = (await SignInAsync(Alice(pac))).Identity!;
        SmbAuthStep strict = await SignInAsync(Alice(pac), o => o with { RequirePac = true });

        Assert.Equal(("alice", "LAB.TEST", null), (identity.User, identity.Domain, identity.Sid));
        Assert.NotNull(identity.Pac);
        Assert.Equal(NtStatus.LogonFailure, strict.Status);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE")]
    [InlineData("alice@lab.test")]
    public async Task The_PAC_is_of_the_client_of_the_ticket(string client)
    {
        GssPeer peer = Alice(VectorFile.Pac["samba"], user: client);

        Assert.Equal("alice", (await SignInAsync(peer)).Identity!.User);
    }

    [Theory]
    [InlineData("mallory")]
    [InlineData("mallory@lab.test")]
    [InlineData("alice2")]
    public async Task A_PAC_of_somebody_else_refuses_the_sign_in(string client)
    {
        SmbAuthStep step = await SignInAsync(Alice(VectorFile.Pac["samba"], user: client));

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure, null), (step.State, step.Status, step.Identity));
        Assert.Contains(client, step.Reason);
    }

    [Theory]
    [InlineData(GssAuthorizationDataStatus.VerifiedWithKey)]
    [InlineData(GssAuthorizationDataStatus.VerifiedByLibrary)]
    public async Task A_signed_PAC_that_makes_no_sense_refuses_the_sign_in(GssAuthorizationDataStatus status)
    {
        CountingCredential delegated = new();

        SmbAuthStep step = await SignInAsync(Alice(VectorFile.Pac["samba"][..^20], status, delegated: delegated));

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (step.State, step.Status));
        Assert.Contains("malformed", step.Reason);
        Assert.True(delegated.IsDisposed);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(10, null, 10)]
    [InlineData(null, 2, 2)]
    [InlineData(10, 2, 2)]
    [InlineData(1, 2, 1)]
    public async Task It_ends_with_the_ticket_or_when_the_domain_says_so(int? ticketHours, int? kickOffHours, int? expected)
    {
        static DateTimeOffset? In(int? hours) => hours is { } h ? Gss.Exchange.Now.AddHours(h) : null;
        byte[] pac = PacData.Of(new LogonInfoData { KickOffTime = In(kickOffHours)?.ToFileTime() ?? long.MaxValue });

        SmbAuthStep step = await SignInAsync(new GssPeer { User = "bob", Domain = "REALM", Expires = In(ticketHours), AuthorizationData = pac, AuthorizationDataStatus = GssAuthorizationDataStatus.VerifiedWithKey });

        Assert.Equal(In(expected), step.Expires);
    }

    [Fact]
    public async Task NTLM_never_ends()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator();
        SmbAuthStep step = (await new SignIn().RunAsync(authenticator)).End;

        Assert.Equal((SmbAuthState.Complete, null, null), (step.State, step.Expires, step.DelegatedCredential));
        Assert.Equal((null, GssAuthorizationDataStatus.None), (step.Identity!.Pac, step.Identity.AuthorizationDataStatus));
    }

    [Fact]
    public async Task What_is_delegated_is_the_hosts()
    {
        CountingCredential delegated = new();

        SmbAuthStep step = await SignInAsync(Alice(VectorFile.Pac["samba"], delegated: delegated));

        Assert.Same(delegated, step.DelegatedCredential!.Gss);
        Assert.False(delegated.IsDisposed);
        step.DelegatedCredential.Dispose();
        Assert.True(delegated.IsDisposed);
    }

    [Fact]
    public async Task What_is_delegated_to_a_conversation_that_was_given_up_meanwhile_is_disposed()
    {
        CountingCredential delegated = new();
        SmbAuthConversation? conversation = null;
        NamingMechanism mechanism = new()
        {
            Called = "Kerberos",
            Establish = () =>
            {
                conversation!.Dispose();
                return Alice([], GssAuthorizationDataStatus.None, delegated: delegated);
            },
        };
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Mechanisms = [mechanism] });
        conversation = authenticator.Begin(SignIn.Peer);

        SmbAuthStep step = (await new SignIn { Mechanism = SignIn.Spnego(mechanism) }.RunAsync(conversation)).End;

        Assert.Equal((SmbAuthState.Failed, NtStatus.Cancelled, null), (step.State, step.Status, step.DelegatedCredential));
        Assert.True(delegated.IsDisposed);
    }

    [Theory]
    [InlineData("Kerberos", GssStatus.OldToken, NtStatus.TimeDifferenceAtDc)]
    [InlineData("Kerberos", GssStatus.CredentialsExpired, NtStatus.LogonFailure)]
    [InlineData("Kerberos", GssStatus.DuplicateToken, NtStatus.LogonFailure)]
    [InlineData("Kerberos", GssStatus.DefectiveCredential, NtStatus.LogonFailure)]
    [InlineData("Kerberos", GssStatus.BadBindings, NtStatus.LogonFailure)]
    [InlineData("Kerberos", GssStatus.Unauthorized, NtStatus.AccessDenied)]
    [InlineData("Kerberos", GssStatus.DefectiveToken, NtStatus.InvalidParameter)]
    [InlineData("Naming", GssStatus.OldToken, NtStatus.LogonFailure)]
    public async Task Clients_hear_what_helps_them(string called, GssStatus failure, NtStatus told)
    {
        NamingMechanism mechanism = new() { Called = called, Refusal = failure };
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Mechanisms = [mechanism] });

        Assert.Equal(told, (await new SignIn { Mechanism = SignIn.Spnego(mechanism) }.RunAsync(authenticator)).End.Status);
    }

    private static GssPeer Alice(
        byte[] pac, GssAuthorizationDataStatus status = GssAuthorizationDataStatus.VerifiedWithKey, string user = "alice", GssCredential? delegated = null) => new()
        {
            User = user,
            Domain = "LAB.TEST",
            AuthorizationData = pac,
            AuthorizationDataStatus = status,
            DelegatedCredential = delegated,
            Expires = Soon,
        };

    private static async Task<SmbAuthStep> SignInAsync(GssPeer peer, Func<SmbAuthenticatorOptions, SmbAuthenticatorOptions>? change = null, string called = "Kerberos")
    {
        NamingMechanism mechanism = new() { Called = called, Establish = () => peer };
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => (change?.Invoke(o) ?? o) with { Mechanisms = [mechanism] });
        return (await new SignIn { Mechanism = SignIn.Spnego(mechanism) }.RunAsync(authenticator)).End;
    }
}
