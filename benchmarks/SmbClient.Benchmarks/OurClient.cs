using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace SmbClient.Benchmarks;

/// <summary>This library, in this process. Every call of <see cref="SignInAsync"/> makes a connection and a session of its own.</summary>
internal sealed class OurClient : IAsyncDisposable
{
    private readonly SmbClientContext _context = new() { IdleTimeout = TimeSpan.Zero };
    private readonly SmbConnectionOptions _options;
    private readonly SmbCredential _credential;
    private readonly Profile _profile;

    public OurClient(Target target, Profile profile)
    {
        _profile = profile;
        _options = profile.Apply(new SmbConnectionOptions { Server = target.Host, Port = target.Port, Context = _context });
        _credential = SmbCredential.FromPassword(target.User, target.Password);
    }

    public async Task<SmbConnection> SignInAsync()
    {
        SmbConnection connection = await SmbConnection.OpenAsync(_options, _credential);
        _profile.Check(connection);
        return connection;
    }

    /// <summary>The time of the work alone.</summary>
    public async Task<TimeSpan> TimeAsync(string shareName, Func<SmbShare, Task> work)
    {
        await using SmbConnection connection = await SignInAsync();
        await using SmbShare share = await connection.OpenShareAsync(shareName);
        long start = Stopwatch.GetTimestamp();
        await work(share);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The time of the work with sign-in and goodbye, which are in that of a peer's process too.</summary>
    public async Task<TimeSpan> TimeWithSignInAsync(string shareName, Func<SmbShare, Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await using (SmbConnection connection = await SignInAsync())
        await using (SmbShare share = await connection.OpenShareAsync(shareName))
        {
            await work(share);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
