using System.Threading;

namespace SmbClient.Server.Connections;

/// <summary>How many there are of something that the server has a limit for.</summary>
internal sealed class ServerCount
{
    private readonly int _limit;
    private int _value;

    public ServerCount(int limit)
    {
        _limit = limit;
    }

    public int Value => Volatile.Read(ref _value);

    /// <summary>One more, or false where that would be too many.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _value) <= _limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _value);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _value);
}
