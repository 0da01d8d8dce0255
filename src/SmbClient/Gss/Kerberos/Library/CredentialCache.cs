using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace SmbClient.Gss.Kerberos.Library;

/// <summary>
/// Credentials by principal and secret, so that a hundred connections cost one exchange with the KDC: their tickets are in the credential. The secret
/// itself is not kept. Whoever asks for one that is being got waits for it, on a thread of its own.
/// </summary>
internal sealed class CredentialCache
{
    private const int MaxEntries = 256;

    /// <summary>Tickets are renewed when less than this is left of them, or less than a tenth of their time.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>The credential of a key, got where there is none or where it ends soon. It may block for as long as the KDC is silent.</summary>
    /// <param name="key">Principal and secret, in a form that does not tell the secret.</param>
    /// <param name="time">The clock.</param>
    /// <param name="acquire">Gets it, and says how long it lasts; null for ever.</param>
    public InitiatorCredential Get(string key, TimeProvider time, Func<(LibraryHandle Handle, TimeSpan? Lifetime)> acquire)
    {
        Entry entry = FindOrAdd(key, time, acquire);
        try
        {
            return InitiatorCredential.Shared(entry.Credential.Value.Handle, () => Remove(key, entry));
        }
        catch
        {
            Remove(key, entry);
            throw;
        }
    }

    private Entry FindOrAdd(string key, TimeProvider time, Func<(LibraryHandle Handle, TimeSpan? Lifetime)> acquire)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(key, out Entry? entry) || entry.EndsSoon(time.GetUtcNow()))
            {
                _entries[key] = entry = new Entry(time, acquire);
                if (_entries.Count > MaxEntries)
                {
                    // Contexts that use it go on: the handle is given back with the last of them.
                    _entries.Remove(_entries.OrderBy(e => e.Value.LastUse).First().Key);
                }
            }

            entry.LastUse = ++_uses;
            return entry;
        }
    }

    private void Remove(string key, Entry entry)
    {
        lock (_entries)
        {
            if (_entries.TryGetValue(key, out Entry? current) && current == entry)
            {
                _entries.Remove(key);
            }
        }
    }

    private sealed class Entry
    {
        public Entry(TimeProvider time, Func<(LibraryHandle Handle, TimeSpan? Lifetime)> acquire)
        {
            Credential = new Lazy<(LibraryHandle, DateTimeOffset?)>(
                () =>
                {
                    (LibraryHandle handle, TimeSpan? lifetime) = acquire();
                    return (handle, lifetime is { } length ? time.GetUtcNow() + length - TimeSpan.FromTicks(Math.Min(Margin.Ticks, length.Ticks / 10)) : null);
                },
                LazyThreadSafetyMode.ExecutionAndPublication);
        }

        public Lazy<(LibraryHandle Handle, DateTimeOffset? RenewAt)> Credential { get; }

        public long LastUse { get; set; }

        public bool EndsSoon(DateTimeOffset now) => Credential.IsValueCreated && Credential.Value.RenewAt is { } end && now >= end;
    }
}
