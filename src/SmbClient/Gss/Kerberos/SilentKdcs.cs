using System;
using System.Collections.Generic;
using System.Linq;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// Which KDCs were waited for in vain a moment ago: whoever falls back to NTLM does not wait again at every sign-in, as with Windows, which remembers
/// controllers that it has not found.
/// </summary>
internal sealed class SilentKdcs
{
    private const int MaxEntries = 256;

    /// <summary>How long it is remembered.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    /// <summary>A failure that took as long as this is one of somebody who does not answer.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (long At, string Reason)> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why Kerberos is left out now; null where nothing is remembered.</summary>
    public string? Find(string realm, string target, TimeProvider time)
    {
        lock (_entries)
        {
            return _entries.TryGetValue(Key(realm, target), out (long At, string Reason) entry) && time.GetElapsedTime(entry.At) is var age && age < Memory
                ? $"{entry.Reason} ({age.TotalSeconds:0} s ago; it is tried again after {Memory.TotalSeconds:0} s)"
                : null;
        }
    }

    /// <summary>Remembers a failure that took long.</summary>
    /// <param name="realm">The user's realm, as far as it was named.</param>
    /// <param name="target">The service.</param>
    /// <param name="reason">What came of it.</param>
    /// <param name="begun">The timestamp at which it began.</param>
    /// <param name="time">The clock.</param>
    public void Add(string realm, string target, string reason, long begun, TimeProvider time)
    {
        if (time.GetElapsedTime(begun) < Slow)
        {
            return;
        }

        lock (_entries)
        {
            if (_entries.Count >= MaxEntries)
            {
                _entries.Remove(_entries.OrderBy(e => e.Value.At).First().Key);
            }

            _entries[Key(realm, target)] = (time.GetTimestamp(), reason);
        }
    }

    private static string Key(string realm, string target) => $"{realm} {target}";
}
