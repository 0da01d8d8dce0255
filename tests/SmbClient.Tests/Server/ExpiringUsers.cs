using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Server;
using SmbClient.Tests.Authentication;

namespace SmbClient.Tests.Server;

/// <summary>A server in memory whose users come by a mechanism of tickets: each sign-in is good for some time, and delegates a credential.</summary>
internal sealed class ExpiringUsers : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<CountingCredential> _delegated = [];

    public ExpiringUsers(Func<SmbServerOptions, SmbServerOptions>? change = null)
    {
        Mechanism = new NamingMechanism { Called = "Kerberos", Establish = Establish };
        Fixture = new ServerFixture(
            o => (change?.Invoke(o) ?? o) with { AllowSmb1 = true, TimeProvider = Clock, AuthenticationTimeout = Timeout.InfiniteTimeSpan },
            a => a with { Mechanisms = [Mechanism, GssMechanism.Ntlm] });
    }

    public ServerFixture Fixture { get; }

    public FakeTimeProvider Clock { get; } = new(Gss.Exchange.Now);

    public GssMechanism Mechanism { get; }

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    public string User { get; set; } = "bob";

    /// <summary>What each sign-in has delegated.</summary>
    public IReadOnlyList<CountingCredential> Delegated
    {
        get
        {
            lock (_gate)
            {
                return [.. _delegated];
            }
        }
    }

    public SmbConnectionOptions Options(SmbClientContext context, SmbDialect dialect = SmbDialect.Smb311) => Fixture.Options(context, dialect) with { Mechanisms = [Mechanism] };

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();

    private GssPeer Establish()
    {
        lock (_gate)
        {
            _delegated.Add(new CountingCredential());
            return new GssPeer { User = User, Domain = "REALM", Expires = Clock.GetUtcNow() + Lifetime, DelegatedCredential = _delegated[^1] };
        }
    }
}
