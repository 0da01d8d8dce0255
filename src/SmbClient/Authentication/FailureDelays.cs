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

    /// <summary>Begins an attempt to prove an account, whose delay is the longer one of its two keys.</summary>
    public Attempt Begin(string addressKey, string accountKey)
    {
        Attempt attempt = new(this, addressKey, accountKey);
        if (IsOff)
        {
            return attempt;
        }

        lock (_entries)
        {
            Forget();
            foreach (string key in attempt.Keys)
            {
                if (_entries.TryGetValue(key, out Entry? entry))
                {
                    TimeSpan delay = DelayAfter(entry.Failures + entry.UnderWay);
                    attempt.Delay = delay > attempt.Delay ? delay : attempt.Delay;
                    attempt.Suspects.Add(entry);
                    entry.UnderWay++;
                }
            }
        }

        return attempt;
    }

    private void Fail(string key)
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

    private void End(Attempt attempt, bool? isProven)
    {
        if (IsOff)
        {
            return;
        }

        lock (_entries)
        {
            foreach (Entry suspect in attempt.Suspects)
            {
                suspect.UnderWay--;
            }

            attempt.Suspects.Clear();
            if (isProven == true && _entries.TryGetValue(attempt.AccountKey, out Entry? entry))
            {
                // The address is not cleared: it may have one good account and try others.
                Remove(entry);
            }
            else if (isProven == false)
            {
                Fail(attempt.AddressKey);
                Fail(attempt.AccountKey);
                Forget();
            }
        }
    }

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Key);
        _oldestFirst.Remove(entry.Node);
    }

    /// <summary>One attempt to prove an account.</summary>
    internal sealed class Attempt(FailureDelays owner, string addressKey, string accountKey)
    {
        private bool _isOver;

        public string AddressKey { get; } = addressKey;

        public string AccountKey { get; } = accountKey;

        public IEnumerable<string> Keys => [AddressKey, AccountKey];

        /// <summary>How long to wait before the proof is looked at.</summary>
        public TimeSpan Delay { get; set; }

        /// <summary>Those of the keys that have failed before, among whose attempts this one counts.</summary>
        public List<Entry> Suspects { get; } = [];

        /// <summary>Ends the attempt, once.</summary>
        /// <param name="isProven">Whether the account was proven; null where nobody looked.</param>
        public void End(bool? isProven)
        {
            if (!_isOver)
            {
                _isOver = true;
                owner.End(this, isProven);
            }
        }
    }

    internal sealed class Entry
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
