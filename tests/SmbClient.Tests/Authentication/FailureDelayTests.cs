using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.Tests.Gss;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>Repeated failures wait, by the clock that the test turns.</summary>
public class FailureDelayTests
{
    private static readonly SmbFailureDelay Policy = new()
    {
        FreeFailures = 2,
        Initial = TimeSpan.FromMilliseconds(100),
        Maximum = TimeSpan.FromMilliseconds(350),
        Memory = TimeSpan.FromMinutes(5),
    };

    private readonly FakeTimeProvider _clock = new(Gss.Exchange.Now);

    [Fact]
    public async Task Twice_as_long_each_time_and_never_longer_than_the_maximum()
    {
        using SmbServerAuthenticator authenticator = Authenticator();
        foreach (int milliseconds in new[] { 0, 0, 100, 200, 350, 350 })
        {
            Assert.Equal(NtStatus.LogonFailure, await FailAsync(authenticator, milliseconds));
        }
    }

    [Fact]
    public async Task The_right_password_waits_as_long_and_ends_it_for_the_account_alone()
    {
        using SmbServerAuthenticator authenticator = Authenticator();
        await FailAsync(authenticator, 0);
        await FailAsync(authenticator, 0);

        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, SignIn.User, SignIn.Password, "other", 100));
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, SignIn.User, SignIn.Password, "other", 0));
        Assert.Equal(NtStatus.Success, await RunAsync(authenticator, SignIn.User, SignIn.Password, "192.0.2.7", 100));
    }

    [Fact]
    public async Task By_the_address_whatever_the_account_and_by_the_account_whatever_the_address()
    {
        using SmbServerAuthenticator authenticator = Authenticator();
        await RunAsync(authenticator, "a", "wrong", "192.0.2.1", 0);
        await RunAsync(authenticator, "b", "wrong", "192.0.2.1", 0);
        await RunAsync(authenticator, "c", "wrong", "192.0.2.1", 100);

        await RunAsync(authenticator, "d", "wrong", "192.0.2.2", 0);
        await RunAsync(authenticator, "D", "wrong", "192.0.2.3", 0);
        await RunAsync(authenticator, "d@elsewhere", "wrong", "192.0.2.4", 100);
    }

    [Fact]
    public async Task It_is_forgotten_after_a_time()
    {
        using SmbServerAuthenticator authenticator = Authenticator();
        await FailAsync(authenticator, 0);
        await FailAsync(authenticator, 0);
        _clock.Advance(TimeSpan.FromMinutes(6));

        await FailAsync(authenticator, 0);
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        using SmbServerAuthenticator authenticator = Authenticator(SmbFailureDelay.None);
        for (int i = 0; i < 20; i++)
        {
            await FailAsync(authenticator, 0);
        }
    }

    [Fact]
    public async Task On_by_default()
    {
        using SmbServerAuthenticator authenticator = Authenticator(new SmbAuthenticatorOptions().FailureDelay);
        for (int i = 0; i < 5; i++)
        {
            await FailAsync(authenticator, 0);
        }

        await FailAsync(authenticator, 250);
    }

    [Fact]
    public async Task Many_at_once_gain_nothing_once_an_account_is_suspect()
    {
        using SmbServerAuthenticator authenticator = Authenticator();
        await FailAsync(authenticator, 0);
        await FailAsync(authenticator, 0);

        Task<NtStatus>[] attempts = new Task<NtStatus>[3];
        for (int i = 0; i < attempts.Length; i++)
        {
            attempts[i] = StartAsync(authenticator, SignIn.User, "wrong", "192.0.2.7");
        }

        _clock.Advance(TimeSpan.FromMilliseconds(100));
        await attempts[0];
        Assert.False(attempts[1].IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        await attempts[1];
        Assert.False(attempts[2].IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(150));
        await attempts[2];
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        FailureDelays delays = new(Policy with { MaxEntries = 100 }, _clock);
        for (int i = 0; i < 10_000; i++)
        {
            delays.Begin("@" + i, "u" + i).End(isProven: false);
        }

        Assert.InRange(delays.Count, 1, 100);
        delays.Begin("@", "u9999").End(isProven: false);
        Assert.Equal(TimeSpan.FromMilliseconds(100), delays.Begin("@", "u9999").Delay);
    }

    [Fact]
    public void An_attempt_that_nobody_looked_at_leaves_nothing_behind()
    {
        FailureDelays delays = new(Policy, _clock);
        delays.Begin("@", "u").End(isProven: null);
        Assert.Equal(0, delays.Count);
        delays.Begin("@", "u").End(isProven: false);
        delays.Begin("@", "u").End(isProven: false);
        for (int i = 0; i < 5; i++)
        {
            FailureDelays.Attempt attempt = delays.Begin("@", "u");
            Assert.Equal(TimeSpan.FromMilliseconds(100), attempt.Delay);
            attempt.End(isProven: null);
            attempt.End(isProven: false);
        }
    }

    [Fact]
    public async Task Nobody_waits_for_what_the_server_could_not_tell()
    {
        HeldStore store = new() { Failure = new InvalidOperationException() };
        using SmbServerAuthenticator authenticator = new(SignIn.Options(_clock) with { FailureDelay = Policy, Accounts = store });
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(NtStatus.NoLogonServers, await FailAsync(authenticator, 0));
        }
    }

    private SmbServerAuthenticator Authenticator(SmbFailureDelay? policy = null) => new(SignIn.Options(_clock) with { FailureDelay = policy ?? Policy });

    private Task<NtStatus> FailAsync(SmbServerAuthenticator authenticator, int milliseconds) => RunAsync(authenticator, SignIn.User, "wrong", "192.0.2.7", milliseconds);

    private async Task<NtStatus> RunAsync(SmbServerAuthenticator authenticator, string user, string password, string address, int milliseconds)
    {
        Task<NtStatus> attempt = StartAsync(authenticator, user, password, address);
        if (milliseconds > 0)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.False(attempt.IsCompleted);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        else
        {
            Assert.True(attempt.IsCompleted);
        }

        return await attempt;
    }

    private static async Task<NtStatus> StartAsync(SmbServerAuthenticator authenticator, string user, string password, string address) =>
        (await new SignIn { Credential = GssCredential.Password(user, password), From = new SmbAuthPeer { RemoteAddress = address } }.RunAsync(authenticator)).End.Status;
}
