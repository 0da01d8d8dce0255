using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Diagnostics;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>Asks the account store, with a limit of time and after the wait that repeated failures cost.</summary>
internal sealed class AccountLookup
{
    private readonly SmbAuthenticatorOptions _options;
    private readonly ILogger _logger;

    public AccountLookup(SmbAuthenticatorOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        Delays = new FailureDelays(options.FailureDelay, options.TimeProvider);
    }

    public FailureDelays Delays { get; }

    /// <summary>The keys by which failures are counted. The domain is none of them: whoever guesses may write any.</summary>
    public static string[] KeysOf(SmbAuthPeer peer, string user) => ["@" + peer.RemoteAddress, AccountKey(user)];

    public static string AccountKey(string user) => "u" + (AccountNames.SplitPrincipal(user)?.User ?? user);

    public async ValueTask WaitAsync(long id, SmbAuthPeer peer, string[] keys, CancellationToken cancellationToken)
    {
        TimeSpan delay = Delays.Begin(keys);
        if (delay > TimeSpan.Zero)
        {
            Log.AuthenticationDelayed(_logger, id, AccountNames.Sanitize(peer.ToString()), (long)delay.TotalMilliseconds);
            await Task.Delay(delay, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An attempt is over: counts it by its keys, unless nobody looked at the proof.</summary>
    public void Settle(string[] keys, NtStatus status)
    {
        if (keys.Length == 0)
        {
            return;
        }

        Delays.End(keys);
        switch (status)
        {
            case NtStatus.Success:
                Delays.Succeed(keys[keys.Length - 1]);
                break;
            case NtStatus.Cancelled or NtStatus.IoTimeout or NtStatus.NoLogonServers or NtStatus.InternalError:
                break;
            default:
                Delays.Fail(keys);
                break;
        }
    }

    public async ValueTask<NtlmAccountAnswer> FindAsync(NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        if (_options.Accounts is not { } store)
        {
            return NtlmAccountAnswer.Unknown;
        }

        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            ValueTask<NtlmAccountAnswer> answer = store.FindAsync(request, limit.Token);
            NtlmAccountAnswer? found = answer.IsCompleted ? await answer.ConfigureAwait(false) : await WaitAsync(answer.AsTask(), limit, cancellationToken).ConfigureAwait(false);
            return found ?? NtlmAccountAnswer.Unavailable("the account store answered nothing, or not in time");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a host's store throws, the client is told the same.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.AccountStoreFailed(_logger, e);
            return NtlmAccountAnswer.Unavailable("the account store failed");
        }
    }

    /// <summary>Null where the time is up. A store that does not look at the token is left behind.</summary>
    private async Task<NtlmAccountAnswer?> WaitAsync(Task<NtlmAccountAnswer> answer, CancellationTokenSource limit, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(answer, Task.Delay(_options.AccountTimeout, _options.TimeProvider, limit.Token)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (answer.IsCompleted)
            {
                return await answer.ConfigureAwait(false);
            }

            _ = answer.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return null;
        }
        finally
        {
            limit.Cancel();
        }
    }
}
