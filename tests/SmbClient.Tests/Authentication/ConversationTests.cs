using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Tests.Gss;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>A conversation is alone, serial, bounded and used once (authenticator §4.1, §7).</summary>
public class ConversationTests
{
    [Fact]
    public async Task Two_steps_at_once_are_the_callers_fault()
    {
        HeldStore store = new();
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { Accounts = store });
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        await conversation.StepAsync(CapturedSignIn.Init);
        Task<SmbAuthStep> first = conversation.StepAsync(CapturedSignIn.Authenticate).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await conversation.StepAsync(CapturedSignIn.Authenticate));

        store.Answer(CapturedAccount());
        Assert.Equal(SmbAuthState.Complete, (await first).State);
    }

    [Fact]
    public async Task It_is_used_once()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        await conversation.StepAsync(CapturedSignIn.Init);
        SmbAuthStep complete = await conversation.StepAsync(CapturedSignIn.Authenticate);

        SmbAuthStep after = await conversation.StepAsync(CapturedSignIn.Authenticate);
        SmbAuthStep again = await conversation.StepAsync(CapturedSignIn.Init);

        Assert.Equal(SmbAuthState.Complete, complete.State);
        Assert.All([after, again], s => Assert.Equal((SmbAuthState.Failed, NtStatus.InvalidParameter, true, null), (s.State, s.Status, s.Token.IsEmpty && s.SessionKey.IsEmpty, s.Identity)));
        Assert.Contains(complete.SessionKey.ToArray(), b => b != 0);
    }

    [Fact]
    public async Task After_a_failure_there_is_nothing_but_the_status()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { Accounts = new MemoryAccountStore() });
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        await conversation.StepAsync(CapturedSignIn.Init);
        Assert.Equal(NtStatus.LogonFailure, (await conversation.StepAsync(CapturedSignIn.Authenticate)).Status);

        SmbAuthStep after = await conversation.StepAsync(CapturedSignIn.Init);

        Assert.Equal((SmbAuthState.Failed, NtStatus.LogonFailure, true), (after.State, after.Status, after.Token.IsEmpty));
        Assert.Equal(0, authenticator.ConversationCount);
    }

    [Fact]
    public async Task Its_place_is_free_when_it_is_given_up()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();
        SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        await conversation.StepAsync(CapturedSignIn.Init);
        Assert.Equal(1, authenticator.ConversationCount);

        conversation.Dispose();
        conversation.Dispose();

        Assert.Equal(0, authenticator.ConversationCount);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await conversation.StepAsync(CapturedSignIn.Authenticate));
    }

    [Fact]
    public async Task Given_up_in_the_middle_of_a_step_it_is_never_complete()
    {
        HeldStore store = new();
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { Accounts = store });
        SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        await conversation.StepAsync(CapturedSignIn.Init);
        Task<SmbAuthStep> step = conversation.StepAsync(CapturedSignIn.Authenticate).AsTask();

        conversation.Dispose();
        Assert.True(store.Cancelled.IsCancellationRequested);
        store.Answer(CapturedAccount());

        Assert.Equal((SmbAuthState.Failed, NtStatus.Cancelled), ((await step).State, (await step).Status));
        Assert.Equal(0, authenticator.ConversationCount);
    }

    [Fact]
    public async Task A_callers_token_ends_it()
    {
        HeldStore store = new();
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { Accounts = store });
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        await conversation.StepAsync(CapturedSignIn.Init);
        using CancellationTokenSource source = new();
        Task<SmbAuthStep> step = conversation.StepAsync(CapturedSignIn.Authenticate, source.Token).AsTask();

        source.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
        Assert.Equal(0, authenticator.ConversationCount);
        Assert.Equal(NtStatus.Cancelled, (await conversation.StepAsync(CapturedSignIn.Init)).Status);
    }

    [Fact]
    public async Task A_silent_client_loses_it()
    {
        FakeTimeProvider clock = new(Gss.Exchange.Now);
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { TimeProvider = clock, IdleTimeout = TimeSpan.FromSeconds(30) });
        using SmbAuthConversation unbegun = authenticator.Begin(SignIn.Peer);
        using SmbAuthConversation half = authenticator.Begin(SignIn.Peer);
        clock.Advance(TimeSpan.FromSeconds(20));
        await half.StepAsync(CapturedSignIn.Init);

        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(1, authenticator.ConversationCount);
        clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(0, authenticator.ConversationCount);
        Assert.Equal(NtStatus.IoTimeout, (await unbegun.StepAsync(CapturedSignIn.Init)).Status);
        Assert.Equal(NtStatus.IoTimeout, (await half.StepAsync(CapturedSignIn.Authenticate)).Status);
    }

    [Fact]
    public async Task A_slow_account_store_is_not_waited_for()
    {
        FakeTimeProvider clock = new(DateTimeOffset.FromFileTime(0x01DD7AA0AF1E1618));
        HeldStore store = new();
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { TimeProvider = clock, Accounts = store, AccountTimeout = TimeSpan.FromSeconds(10) });
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        await conversation.StepAsync(CapturedSignIn.Init);
        Task<SmbAuthStep> step = conversation.StepAsync(CapturedSignIn.Authenticate).AsTask();

        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(step.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((SmbAuthState.Failed, NtStatus.NoLogonServers), ((await step).State, (await step).Status));
        Assert.True(store.Cancelled.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_throws_is_a_store_that_cannot_tell(bool atOnce)
    {
        HeldStore store = new() { Failure = atOnce ? new FormatException("inside") : null };
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator(o => o with { Accounts = store });
        using SmbAuthConversation conversation = authenticator.Begin(SignIn.Peer);
        await conversation.StepAsync(CapturedSignIn.Init);
        Task<SmbAuthStep> step = conversation.StepAsync(CapturedSignIn.Authenticate).AsTask();
        store.Fail(new FormatException("inside"));

        Assert.Equal(NtStatus.NoLogonServers, (await step).Status);
        Assert.DoesNotContain("inside", (await step).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mechanism_that_throws_is_an_internal_error()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { Mechanisms = [new NamingMechanism { Failure = new FormatException("inside") }] });

        SignIn signIn = await new SignIn { Mechanism = SignIn.Spnego(new NamingMechanism()) }.RunAsync(authenticator);

        Assert.Equal((SmbAuthState.Failed, NtStatus.InternalError), (signIn.End.State, signIn.End.Status));
        Assert.Equal(0, authenticator.ConversationCount);
    }

    [Fact]
    public async Task Too_many_legs_and_too_many_octets_end_it()
    {
        using SmbServerAuthenticator legs = CapturedSignIn.Authenticator(o => o with { MaxLegs = 3 });
        byte[][] pieces = [.. CapturedSignIn.Init.Chunk(20)];
        Assert.Equal(4, pieces.Length);
        Assert.Equal(SmbAuthState.Continue, (await CapturedSignIn.GiveAsync(legs, pieces[..3])).State);
        Assert.Equal(NtStatus.InvalidParameter, (await CapturedSignIn.GiveAsync(legs, pieces)).Status);

        using SmbServerAuthenticator octets = CapturedSignIn.Authenticator(o => o with { MaxOctets = 499 });
        Assert.Equal(NtStatus.InvalidParameter, (await CapturedSignIn.GiveAsync(octets, CapturedSignIn.Init, CapturedSignIn.Authenticate)).Status);

        using SmbServerAuthenticator token = CapturedSignIn.Authenticator(o => o with { MaxTokenLength = 425 });
        Assert.Equal(NtStatus.InvalidParameter, (await CapturedSignIn.GiveAsync(token, CapturedSignIn.Init, CapturedSignIn.Authenticate)).Status);
        Assert.Equal(NtStatus.InvalidParameter, (await CapturedSignIn.GiveAsync(token, CapturedSignIn.Init, CapturedSignIn.Authenticate[..300], CapturedSignIn.Authenticate[300..])).Status);
    }

    [Fact]
    public async Task A_blob_may_come_in_pieces()
    {
        using SmbServerAuthenticator authenticator = CapturedSignIn.Authenticator();

        SmbAuthStep step = await CapturedSignIn.GiveAsync(
            authenticator, CapturedSignIn.Init[..10], CapturedSignIn.Init[10..], CapturedSignIn.Authenticate[..100], CapturedSignIn.Authenticate[100..101], CapturedSignIn.Authenticate[101..]);

        Assert.Equal(SmbAuthState.Complete, step.State);
        Assert.Equal(CapturedSignIn.Final, step.Token.ToArray());
    }

    [Fact]
    public async Task Half_open_conversations_are_limited_and_end_by_themselves()
    {
        const int Limit = 256;
        const int Clients = 1000;
        FakeTimeProvider clock = new(Gss.Exchange.Now);
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { TimeProvider = clock, MaxConversations = Limit });
        SmbAuthStep[] steps = new SmbAuthStep[Clients];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Clients; i++)
        {
            // Nobody keeps them: they live by their timers, and end by them.
            steps[i] = await authenticator.Begin(SignIn.Peer).StepAsync(CapturedSignIn.Init);
        }

        long octets = (GC.GetAllocatedBytesForCurrentThread() - before) / Clients;

        Assert.Equal(Limit, steps.Count(s => s.State == SmbAuthState.Continue));
        Assert.All(steps[Limit..], s => Assert.Equal((SmbAuthState.Failed, NtStatus.InsufficientResources), (s.State, s.Status)));
        Assert.Contains("too many", steps[^1].Reason, StringComparison.Ordinal);
        Assert.Equal(Limit, authenticator.ConversationCount);

        // Whatever is kept was allocated here.
        Assert.InRange(octets, 1, 32 * 1024);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, authenticator.ConversationCount);
        Assert.Equal(SmbAuthState.Complete, (await new SignIn().RunAsync(authenticator)).End.State);
    }

    [Fact]
    public async Task Many_at_once_do_not_disturb_each_other()
    {
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { MaxConversations = 1000 });

        SignIn[] signIns = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => new SignIn
        {
            Credential = GssCredential.Password(SignIn.User, i % 10 == 0 ? "wrong" : SignIn.Password),
        }.RunAsync(authenticator))));

        Assert.Equal(100, signIns.Count(s => s.End.Status == NtStatus.LogonFailure));
        Assert.All(signIns.Where(s => s.End.State == SmbAuthState.Complete), s => Assert.Equal(s.Client.ExportSessionKey(), s.End.SessionKey.ToArray()));
        Assert.Equal(900, signIns.Select(s => Convert.ToHexString(s.End.SessionKey.Span)).Where(k => k.Length > 0).Distinct().Count());
        Assert.Equal(0, authenticator.ConversationCount);
    }

    [Fact]
    public void Nothing_begins_after_the_end()
    {
        SmbServerAuthenticator authenticator = SignIn.Authenticator();
        authenticator.Dispose();

        Assert.Throws<ObjectDisposedException>(() => authenticator.Begin(SignIn.Peer));
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SignIn.Authenticator(o => o with { NetBiosName = "" }));
        Assert.Throws<ArgumentException>(() => SignIn.Authenticator(o => o with { RequireTargetName = true }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SignIn.Authenticator(o => o with { MaxConversations = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SignIn.Authenticator(o => o with { MaxLegs = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SignIn.Authenticator(o => o with { IdleTimeout = TimeSpan.Zero }));
        Assert.True(new SmbAuthenticatorOptions() is { RequireMic: true, RequireMechListMic: true, AllowAnonymous: false, AllowGuest: false, MapToGuest: false, AllowNtlmV1: false, AllowLanManager: false, AllowNonExtendedSecurity: false, DiscloseAccountState: false });
    }

    private static NtlmAccountAnswer CapturedAccount() => NtlmAccountAnswer.FromHash(
        new SmbAccount { User = "specuser" }, GssCredential.Password("specuser", Vectors.NtlmCapturedExchangeTests.Password).CopyNtHash());
}
