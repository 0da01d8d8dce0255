using System;
using System.Threading;
using SmbClient.Authentication;

namespace SmbClient.Server;

/// <summary>
/// A signed-in user as the program around the server sees it: who it is, and what it has delegated. The server owns it and ends it with the session;
/// what is read here may be another thing after the user has signed in again. Safe for any number of threads.
/// </summary>
public sealed class SmbServerSession
{
    private const long Never = long.MaxValue;

    private readonly object _gate = new();
    private volatile SmbIdentity _identity;
    private long _expires;
    private SmbCredential? _delegated;
    private SmbCredential? _delegatedBefore;
    private bool _isOver;

    internal SmbServerSession(SmbAuthStep step)
    {
        _identity = step.Identity!;
        _expires = Ticks(step);
        _delegated = step.DelegatedCredential;
    }

    /// <summary>Who it is. The same user for as long as the session lasts, with the groups of the last sign-in.</summary>
    public SmbIdentity Identity => _identity;

    /// <summary>When the user must sign in again, and can do nothing until then; null for never.</summary>
    public DateTimeOffset? Expires
    {
        get
        {
            long ticks = Volatile.Read(ref _expires);
            return ticks == Never ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
        }
    }

    /// <summary>
    /// What the user has delegated to the server, to open connections to other servers in its name; null for nothing. It is the server's, which disposes
    /// of it when the session ends, or when the user has signed in twice more: do not dispose of it, and do not keep it.
    /// </summary>
    public SmbCredential? DelegatedCredential
    {
        get
        {
            lock (_gate)
            {
                return _delegated;
            }
        }
    }

    /// <summary>The user and the domain.</summary>
    public override string ToString() => _identity.ToString();

    internal bool IsExpired(TimeProvider time)
    {
        long ticks = Volatile.Read(ref _expires);
        return ticks != Never && time.GetUtcNow().UtcTicks >= ticks;
    }

    /// <summary>The user has proved anew who it is. A credential that is in use just now may be so until the next time.</summary>
    internal void Renew(SmbAuthStep step)
    {
        lock (_gate)
        {
            _identity = step.Identity!;
            Volatile.Write(ref _expires, Ticks(step));
            if (step.DelegatedCredential is { } delegated)
            {
                _delegatedBefore?.Dispose();
                _delegatedBefore = _delegated;
                _delegated = delegated;
            }

            if (_isOver)
            {
                DisposeCredentials();
            }
        }
    }

    /// <summary>The session is over.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _isOver = true;
            DisposeCredentials();
        }
    }

    private static long Ticks(SmbAuthStep step) => step.Expires?.UtcTicks ?? Never;

    private void DisposeCredentials()
    {
        _delegatedBefore?.Dispose();
        _delegated?.Dispose();
        _delegatedBefore = null;
        _delegated = null;
    }
}
