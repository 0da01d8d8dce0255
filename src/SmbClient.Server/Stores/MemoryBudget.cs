using System.Threading;

namespace SmbClient.Server.Stores;

/// <summary>How many octets a memory store may hold, and how many it holds.</summary>
internal sealed class MemoryBudget(long capacity)
{
    private long _used;

    public long Capacity => capacity;

    public long Free => capacity - Volatile.Read(ref _used);

    /// <summary>Sets octets aside; false, and nothing set aside, where there are not so many.</summary>
    public bool TryTake(long octets)
    {
        long used = Interlocked.Add(ref _used, octets);
        if (used <= capacity)
        {
            return true;
        }

        Interlocked.Add(ref _used, -octets);
        return false;
    }

    public void Return(long octets) => Interlocked.Add(ref _used, -octets);
}
