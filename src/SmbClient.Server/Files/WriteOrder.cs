using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server.Files;

/// <summary>
/// Lets the writes of one open take effect in the order in which they came, wherever they overlap: stores may write asynchronously, and the last
/// word is to be the client's last. Nothing is allocated for a write that overlaps none under way.
/// </summary>
internal sealed class WriteOrder
{
    private readonly Lock _gate = new();
    private readonly List<Place> _underWay = [];
    private long _lastTicket;

    /// <summary>Takes a place behind all writes that came before; <see cref="Leave"/> gives it back.</summary>
    /// <param name="offset">Octets from the start of the file.</param>
    /// <param name="length">Octets, more than 0.</param>
    /// <param name="before">A write to wait for, and to ask <see cref="Before"/> again after it; null for none.</param>
    /// <returns>The place.</returns>
    public long Enter(long offset, int length, out Task? before)
    {
        lock (_gate)
        {
            long ticket = ++_lastTicket;
            before = FindBefore(ticket, offset, offset + length);
            _underWay.Add(new Place(ticket, offset, offset + length, null));
            return ticket;
        }
    }

    /// <summary>The end of an earlier write that overlaps, if one is still under way.</summary>
    public Task? Before(long ticket)
    {
        lock (_gate)
        {
            Place place = _underWay.Find(p => p.Ticket == ticket);
            return FindBefore(ticket, place.Begin, place.End);
        }
    }

    /// <summary>The write is done, or has failed.</summary>
    public void Leave(long ticket)
    {
        TaskCompletionSource? left;
        lock (_gate)
        {
            int index = 0;
            while (_underWay[index].Ticket != ticket)
            {
                index++;
            }

            left = _underWay[index].Left;
            _underWay.RemoveAt(index);
        }

        left?.SetResult();
    }

    private Task? FindBefore(long ticket, long begin, long end)
    {
        for (int i = 0; i < _underWay.Count && _underWay[i].Ticket < ticket; i++)
        {
            Place place = _underWay[i];
            if (place.Begin < end && begin < place.End)
            {
                TaskCompletionSource left = place.Left ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _underWay[i] = place with { Left = left };
                return left.Task;
            }
        }

        return null;
    }

    private readonly record struct Place(long Ticket, long Begin, long End, TaskCompletionSource? Left);
}
