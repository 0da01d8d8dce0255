using System;

namespace SmbClient.Server.Smb2;

/// <summary>
/// CommandSequenceWindow, [MS-SMB2] 3.3.1.1: the MessageIds that the client may use, each once, and the credits that they stand for. Safe for any
/// number of threads.
/// </summary>
internal sealed class Smb2SequenceWindow
{
    private readonly object _gate = new();
    private readonly int _limit;
    private readonly bool[] _used;
    private ulong _low;
    private ulong _high = 1;
    private int _held = 1;

    /// <param name="limit">Credits that the client may hold.</param>
    /// <param name="first">The first MessageId that is still to come.</param>
    public Smb2SequenceWindow(int limit, ulong first = 0)
    {
        _limit = limit;

        // A client that leaves an old number unused gets no further than this beyond it.
        _used = new bool[Math.Max(2 * limit, 64)];
        _low = first;
        _high = first + 1;
    }

    /// <summary>Takes the numbers of one request; false where the client has no right to one of them.</summary>
    public bool TryTake(ulong messageId, int charge)
    {
        lock (_gate)
        {
            if (messageId < _low || messageId >= _high || (ulong)charge > _high - messageId)
            {
                return false;
            }

            for (ulong id = messageId; id < messageId + (ulong)charge; id++)
            {
                if (_used[Slot(id)])
                {
                    return false;
                }
            }

            for (ulong id = messageId; id < messageId + (ulong)charge; id++)
            {
                _used[Slot(id)] = true;
            }

            _held -= charge;
            while (_low < _high && _used[Slot(_low)])
            {
                _used[Slot(_low++)] = false;
            }

            return true;
        }
    }

    /// <summary>Grants credits: what was asked for, as far as the limits go; never so few that the client is left without any.</summary>
    public ushort Grant(int wanted)
    {
        lock (_gate)
        {
            int room = (int)Math.Min((ulong)(_limit - _held), (ulong)_used.Length - (_high - _low));
            int granted = Math.Clamp(wanted, Math.Min(1, room), Math.Max(room, 0));
            _high += (ulong)granted;
            _held += granted;
            return (ushort)granted;
        }
    }

    private int Slot(ulong id) => (int)(id % (ulong)_used.Length);
}
