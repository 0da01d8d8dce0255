using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace SmbClient.Server.Smb1;

/// <summary>Things that a client names by 16 bits: UIDs, TIDs, FIDs, SIDs. Never 0 nor 0xFFFF; a number that has been given back is given out again late.</summary>
internal sealed class Smb1Numbers<T>
    where T : class
{
    private const int Last = 0xFFFE;

    private readonly ConcurrentDictionary<ushort, T> _items = new();
    private readonly Lock _gate = new();
    private readonly int _limit;
    private int _previous;

    /// <param name="limit">How many there may be at once.</param>
    public Smb1Numbers(int limit = Last)
    {
        _limit = Math.Min(limit, Last);
    }

    public IEnumerable<T> Values => _items.Values;

    public bool IsEmpty => _items.IsEmpty;

    /// <summary>Makes one with a number of its own; null where there are too many.</summary>
    public T? Add(Func<ushort, T> create)
    {
        lock (_gate)
        {
            if (_items.Count >= _limit)
            {
                return null;
            }

            do
            {
                _previous = _previous >= Last ? 1 : _previous + 1;
            }
            while (_items.ContainsKey((ushort)_previous));

            T item = create((ushort)_previous);
            _items[(ushort)_previous] = item;
            return item;
        }
    }

    public bool TryGet(ushort number, [NotNullWhen(true)] out T? item) => _items.TryGetValue(number, out item);

    /// <summary>True for the one caller that has taken it out.</summary>
    public bool Remove(ushort number, T item) => _items.TryRemove(new KeyValuePair<ushort, T>(number, item));
}
