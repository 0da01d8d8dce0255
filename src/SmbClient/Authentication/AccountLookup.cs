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

    /// <summary>An attempt, counted by the address and the user. The domain is no part of that: whoever guesses may write any.</summary>
    public FailureDelays.Attempt Begin(SmbAuthPeer peer, string user) =>
        Delays.Begin("@" + peer.RemoteAddress, "u" + (AccountNames.SplitPrincipal(user)?.User ?? user));

    /// <summary>Whether the account was proven, so far as the status tells; null where nobody looked at the proof.</summary>
    public static bool? Verdict(NtStatus status) => status switch
    {
        NtStatus.Success => true,
        NtStatus.Cancelled or NtStatus.IoTimeout or NtStatus.NoLogonServers or NtStatus.InternalError => null,
        _ => false,
    };

    public async ValueTask WaitAsync(long id, SmbAuthPeer peer, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay > TimeSpan.Zero)
        {
            Log.AuthenticationDelayed(_logger, id, AccountNames.Sanitize(peer.ToString()), (long)delay.TotalMilliseconds);
            await Task.Delay(delay, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
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
