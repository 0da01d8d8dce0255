using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Tests.Gss;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>ntlm_auth's ntlm-server-1, against a script that speaks it and checks the proof by itself; and against Samba's own as far as it goes without a domain.</summary>
public sealed class WinbindAccountStoreTests : IDisposable
{
    private const string RealProgram = "/usr/bin/ntlm_auth";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "fake_ntlm_auth.py");

    private readonly FakeTimeProvider _clock = new(Gss.Exchange.Now);
    private readonly WinbindAccountStore _store;
    private readonly SmbServerAuthenticator _authenticator;

    public WinbindAccountStoreTests()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "There is no Python for the script that stands for ntlm_auth.");
        _store = new WinbindAccountStore(new WinbindOptions { Program = Script, MaxProcesses = 2, TimeProvider = _clock });
        _authenticator = SignIn.Authenticator(o => o with { Accounts = _store, DiscloseAccountState = true });
    }

    public void Dispose()
    {
        _authenticator?.Dispose();
        _store?.Dispose();
    }

    [Theory]
    [InlineData("alice", "LAB")]
    [InlineData("ALICE", "")]
    [InlineData("Älice", "LÄB")]
    public async Task A_users_proof_is_checked_there_and_the_rest_here(string user, string domain)
    {
        foreach (GssMechanism mechanism in new[] { Gss.Exchange.Spnego, Gss.Exchange.Ntlm })
        {
            SignIn signIn = await new SignIn { Mechanism = mechanism, Credential = GssCredential.Password(user, SignIn.Password, domain) }.RunAsync(_authenticator);

            Assert.Equal((SmbAuthState.Complete, null), (signIn.End.State, signIn.End.Reason));
            Assert.Equal(signIn.Client.ExportSessionKey(), signIn.End.SessionKey.ToArray());
            Assert.Equal((user, domain), (signIn.End.Identity!.User, signIn.End.Identity.Domain));
        }

        Assert.Equal(1, _store.IdleCount);
    }

    [Fact]
    public async Task The_codes_of_ntlm_and_of_the_list_are_still_checked()
    {
        SignIn changed = await new SignIn
        {
            Mechanism = Gss.Exchange.Ntlm,
            Credential = GssCredential.Password("alice", SignIn.Password, "LAB"),
            OnTheWay = (leg, blob) =>
            {
                if (leg == 2)
                {
                    blob[75] ^= 1;
                }

                return blob;
            },
        }.RunAsync(_authenticator);

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure), (changed.End.State, changed.End.Status));
        Assert.Contains("integrity code", changed.End.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_are_told_apart_and_do_not_shift_the_answers()
    {
        Assert.Equal(NtStatus.LogonFailure, await RunAsync("alice", "wrong"));
        Assert.Equal(NtStatus.Success, await RunAsync("alice"));
        Assert.Equal(NtStatus.AccountLockedOut, await RunAsync("locked"));
        Assert.Equal(NtStatus.LogonFailure, await RunAsync("stranger"));
        Assert.Equal(NtStatus.Success, await RunAsync("alice"));
        Assert.Equal(NtStatus.NoLogonServers, await RunAsync("down"));
        Assert.Equal(NtStatus.NoLogonServers, await RunAsync("nokey"));
        Assert.Equal(NtStatus.LogonFailure, await RunAsync("bob"));
        Assert.Equal(NtStatus.Success, await RunAsync("alice"));
        Assert.Equal(1, _store.IdleCount);
    }

    [Fact]
    public async Task A_helper_that_dies_is_replaced()
    {
        Assert.Equal(NtStatus.NoLogonServers, await RunAsync("die"));
        Assert.Equal(0, _store.IdleCount);
        Assert.Equal(NtStatus.Success, await RunAsync("alice"));

        // This one goes after its answer: the next question finds it dead, and is asked again.
        Assert.Equal(NtStatus.Success, await RunAsync("alice", domain: "ONCE"));
        Assert.Equal(NtStatus.Success, await RunAsync("alice"));
    }

    [Fact]
    public async Task A_helper_that_is_not_understood_is_not_asked_again()
    {
        Assert.Equal(NtStatus.NoLogonServers, await RunAsync("garbage"));
        Assert.Equal(0, _store.IdleCount);
        Assert.Equal(NtStatus.Success, await RunAsync("alice"));
    }

    [Fact]
    public async Task A_helper_that_hangs_is_ended()
    {
        ValueTask<NtlmAccountAnswer> asked = _store.FindAsync(Request("hang"), CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(NtStatus.NoLogonServers, (await asked).Refusal);
        Assert.Equal(0, _store.IdleCount);

        using CancellationTokenSource source = new();
        Task<NtlmAccountAnswer> cancelled = _store.FindAsync(Request("hang"), source.Token).AsTask();
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(NtStatus.Success, await RunAsync("alice"));
    }

    [Fact]
    public async Task Many_share_a_few_helpers()
    {
        NtStatus[] statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => RunAsync("alice", i % 5 == 0 ? "wrong" : SignIn.Password)));

        Assert.Equal(4, statuses.Count(s => s == NtStatus.LogonFailure));
        Assert.Equal(16, statuses.Count(s => s == NtStatus.Success));
        Assert.InRange(_store.IdleCount, 1, 2);
    }

    [Theory]
    [InlineData("alice\0")]
    [InlineData("alice\n.")]
    public async Task A_name_that_would_break_the_lines_is_nobodys(string user)
    {
        Assert.True((await _store.FindAsync(Request(user), CancellationToken.None)).IsUnknown);
        Assert.Equal(0, _store.IdleCount);
    }

    [Fact]
    public async Task The_command_line_says_nothing_of_the_user()
    {
        NtlmAccountAnswer answer = await _store.FindAsync(Request("arguments"), CancellationToken.None);

        Assert.Equal("--helper-protocol=ntlm-server-1", answer.Reason);
    }

    [Fact]
    public async Task Without_the_program_it_cannot_tell()
    {
        using WinbindAccountStore store = new(new WinbindOptions { Program = "/nowhere/ntlm_auth" });

        NtlmAccountAnswer answer = await store.FindAsync(Request("alice"), CancellationToken.None);

        Assert.Equal(NtStatus.NoLogonServers, answer.Refusal);
        Assert.Contains("/nowhere/ntlm_auth", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_domain_Sambas_own_cannot_tell()
    {
        Assert.SkipUnless(File.Exists(RealProgram), "ntlm_auth is not installed.");
        using WinbindAccountStore store = new();
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Accounts = store });

        for (int i = 0; i < 2; i++)
        {
            SignIn signIn = await new SignIn { Credential = GssCredential.Password("alice", SignIn.Password, "LAB") }.RunAsync(authenticator);

            // It understood the question: it says that there is no winbind, not that the question is wrong.
            Assert.Equal((SmbAuthState.Failed, NtStatus.NoLogonServers), (signIn.End.State, signIn.End.Status));
            Assert.Contains("winbind", signIn.End.Reason, StringComparison.Ordinal);
            Assert.Equal(1, store.IdleCount);
        }
    }

    private static NtlmAccountRequest Request(string user) => new() { User = user, Domain = "LAB", Challenge = new byte[8], LmResponse = default, NtResponse = new byte[60] };

    private async Task<NtStatus> RunAsync(string user, string password = SignIn.Password, string domain = "LAB") =>
        (await new SignIn { Credential = GssCredential.Password(user, password, domain) }.RunAsync(_authenticator)).End.Status;
}
