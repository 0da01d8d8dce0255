using System;
using System.Collections.Generic;

namespace SmbClient.Authentication;

/// <summary>
/// Counts failures by key, an address or an account, and says how long the next attempt of a key has to wait. The wait comes before the proof is looked
/// at, so that it tells nothing; attempts that are under way count as failures once a key has had some, so that many at once gain nothing either.
/// </summary>
internal sealed class FailureDelays
{
    private readonly SmbFailureDelay _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly LinkedList<Entry> _oldestFirst = new();

    public FailureDelays(SmbFailureDelay options, TimeProvider time)
    {
        _options = options;
        _time = time;
    }

    /// <summary>Keys that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_entries)
            {
                return _entries.Count;
            }
        }
    }

    private bool IsOff => _options.Maximum <= TimeSpan.Zero || _options.Initial <= TimeSpan.Zero;

    /// <summary>How long an attempt of all these keys waits: the longest.</summary>
    public TimeSpan Begin(params string[] keys)
    {
        TimeSpan longest = TimeSpan.Zero;
        if (IsOff)
        {
            return longest;
        }

        lock (_entries)
        {
            Forget();
            foreach (string key in keys)
            {
                if (_entries.TryGetValue(key, out Entry? entry))
                {
                    TimeSpan delay = DelayAfter(entry.Failures + entry.UnderWay);
                    longest = delay > longest ? delay : longest;
                    entry.UnderWay++;
                }
            }
        }

        return longest;
    }

    /// <summary>An attempt is over without a verdict, or the account is right: its keys are no longer under way.</summary>
    public void End(params string[] keys)
    {
        lock (_entries)
        {
            foreach (string key in keys)
            {
                if (_entries.TryGetValue(key, out Entry? entry) && entry.UnderWay > 0)
                {
                    entry.UnderWay--;
                }
            }
        }
    }

    /// <summary>An attempt of these keys has failed.</summary>
    public void Fail(params string[] keys)
    {
        if (IsOff)
        {
            return;
        }

        lock (_entries)
        {
            foreach (string key in keys)
            {
                if (_entries.TryGetValue(key, out Entry? entry))
                {
                    _oldestFirst.Remove(entry.Node);
                }
                else
                {
                    _entries[key] = entry = new Entry(key);
                }

                entry.Failures++;
                entry.Last = _time.GetTimestamp();
                _oldestFirst.AddLast(entry.Node);
            }

            Forget();
        }
    }

    /// <summary>Whoever has proven an account begins anew with it. The address does not: it may have one good account and try others.</summary>
    public void Succeed(string accountKey)
    {
        lock (_entries)
        {
            if (_entries.TryGetValue(accountKey, out Entry? entry))
            {
                Remove(entry);
            }
        }
    }

    private TimeSpan DelayAfter(int failures)
    {
        int beyond = failures - _options.FreeFailures;
        if (beyond < 0)
        {
            return TimeSpan.Zero;
        }

        double ticks = _options.Initial.Ticks * Math.Pow(2, beyond);
        return ticks >= _options.Maximum.Ticks ? _options.Maximum : TimeSpan.FromTicks((long)ticks);
    }

    private void Forget()
    {
        while (_oldestFirst.First?.Value is { } oldest
            && (_entries.Count > _options.MaxEntries || _time.GetElapsedTime(oldest.Last) > _options.Memory))
        {
            Remove(oldest);
        }
    }

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Key);
        _oldestFirst.Remove(entry.Node);
    }

    private sealed class Entry
    {
        public Entry(string key)
        {
            Key = key;
            Node = new LinkedListNode<Entry>(this);
        }

        public string Key { get; }

        public LinkedListNode<Entry> Node { get; }

        public int Failures { get; set; }

        public int UnderWay { get; set; }

        public long Last { get; set; }
    }
}
