using System;
using System.Collections.Concurrent;
using System.ComponentModel;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>
/// Asks winbind on a machine that is joined to a domain, through Samba's <c>ntlm_auth --helper-protocol=ntlm-server-1</c>: the domain controller checks
/// the proof, and this side gets the session key and no hash. A few helper processes are kept. Their user must be let into winbind's privileged pipe
/// (Debian: the group <c>winbindd_priv</c>). Nothing secret is on a command line. Safe for any number of threads.
/// </summary>
public sealed class WinbindAccountStore : INtlmAccountStore, IDisposable
{
    private readonly ConcurrentBag<WinbindProcess> _idle = [];
    private readonly SemaphoreSlim _places;
    private readonly WinbindOptions _options;
    private volatile bool _isDisposed;

    /// <summary>Makes a store; the helpers are started when they are needed.</summary>
    /// <param name="options">The program and its limits; null for Debian's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    public WinbindAccountStore(WinbindOptions? options = null)
    {
        _options = options ?? new WinbindOptions();
        ArgumentException.ThrowIfNullOrEmpty(_options.Program, nameof(options));
        if (_options.MaxProcesses <= 0 || _options.Timeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(options), "The limits must be positive.");
        }

        _places = new SemaphoreSlim(_options.MaxProcesses);
    }

    /// <summary>Helpers that run and wait for a question.</summary>
    public int IdleCount => _idle.Count;

    /// <inheritdoc/>
    public async ValueTask<NtlmAccountAnswer> FindAsync(NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_isDisposed, this);

        // The helper's strings end with a NUL, and its lines with a line feed.
        if (request.User.Any(char.IsControl) || request.Domain.Any(char.IsControl))
        {
            return NtlmAccountAnswer.Unknown;
        }

        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await AskAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Ends the helpers.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out WinbindProcess? helper))
        {
            helper.Dispose();
        }
    }

    /// <summary>A helper that was kept may have died since; then a new one is asked, once.</summary>
    private async Task<NtlmAccountAnswer> AskAsync(NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        if (_idle.TryTake(out WinbindProcess? kept) && await AskAsync(kept, request, cancellationToken).ConfigureAwait(false) is { } answer)
        {
            return answer;
        }

        try
        {
            return await AskAsync(new WinbindProcess(_options), request, cancellationToken).ConfigureAwait(false)
                ?? NtlmAccountAnswer.Unavailable($"'{_options.Program}' ended without an answer");
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return NtlmAccountAnswer.Unavailable($"'{_options.Program}' cannot be run: {e.Message}");
        }
    }

    /// <summary>Null for a helper that is dead. One whose answer did not come whole is never asked again: the rest of it would answer someone else.</summary>
    private async Task<NtlmAccountAnswer?> AskAsync(WinbindProcess helper, NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        try
        {
            NtlmAccountAnswer? answer = await helper.AskAsync(request, cancellationToken).ConfigureAwait(false);
            if (helper.IsUsable && !_isDisposed)
            {
                _idle.Add(helper);
                return answer;
            }

            helper.Dispose();
            return answer;
        }
        catch
        {
            helper.Dispose();
            throw;
        }
    }
}
