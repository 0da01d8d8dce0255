using System;

namespace SmbClient.Transfers;

/// <summary>
/// Says how many pieces of a transfer to have under way: twice as many as long as that makes it a good deal faster, which fills a long pipe within a few
/// round trips and leaves a short one alone. One transfer, one thread at a time.
/// </summary>
internal sealed class TransferPacer
{
    private const int First = 4;

    /// <summary>What counts as a good deal faster.</summary>
    private const double Gain = 1.15;

    /// <summary>Rounds after which it is worth trying again: the network may have changed.</summary>
    private const int Patience = 32;

    private readonly TimeProvider _time;
    private readonly int _limit;
    private readonly bool _isFixed;
    private double _best;
    private int _bestDepth;
    private long _octets;
    private int _completed;
    private int _idleRounds;
    private long _roundBegan;

    /// <param name="settings">A fixed depth, or none.</param>
    /// <param name="limit">Pieces that the dialect and the server allow at once.</param>
    /// <param name="time">The clock.</param>
    public TransferPacer(TransferSettings settings, int limit, TimeProvider time)
    {
        _time = time;
        _limit = Math.Max(1, limit);
        _isFixed = settings.Depth is not null;
        Depth = Math.Min(_limit, settings.Depth ?? First);
        _bestDepth = Depth;
        _roundBegan = time.GetTimestamp();
    }

    /// <summary>Pieces to have under way now.</summary>
    public int Depth { get; private set; }

    /// <summary>A piece is done.</summary>
    public void Completed(int octets)
    {
        _octets += octets;
        if (_isFixed || ++_completed < Depth)
        {
            return;
        }

        long now = _time.GetTimestamp();
        double seconds = Math.Max(_time.GetElapsedTime(_roundBegan, now).TotalSeconds, 1e-6);
        double rate = _octets / seconds;
        _roundBegan = now;
        _octets = 0;
        _completed = 0;
        if (rate > _best * Gain)
        {
            _best = rate;
            _bestDepth = Depth;
            _idleRounds = 0;
            Depth = Math.Min(_limit, Depth * 2);
        }
        else if (Depth != _bestDepth)
        {
            Depth = _bestDepth;
        }
        else if (++_idleRounds == Patience)
        {
            _idleRounds = 0;
            _best = rate;
            Depth = Math.Min(_limit, Depth * 2);
        }
    }
}
