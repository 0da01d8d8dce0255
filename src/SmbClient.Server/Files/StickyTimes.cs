using System;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Server.Files;

/// <summary>
/// Times that a client has set through an open, or told the server to leave alone (-1): later writes through the same open do not change them,
/// [MS-FSA] 2.1.5.15.2 and [MS-FSCC] 2.4.7.
/// </summary>
internal sealed class StickyTimes
{
    private readonly Lock _gate = new();
    private SmbStoreTimes _times;
    private volatile bool _areSet;

    public bool AreSet => _areSet;

    /// <summary>What to put back after a change; null where nothing is held.</summary>
    public SmbStoreTimes Current
    {
        get
        {
            lock (_gate)
            {
                return _times;
            }
        }
    }

    /// <summary>Holds times, or lets them go.</summary>
    public void Hold(DateTimeOffset? lastWriteTime, DateTimeOffset? changeTime)
    {
        lock (_gate)
        {
            _times = new SmbStoreTimes { LastWriteTime = lastWriteTime, ChangeTime = changeTime };
            _areSet = lastWriteTime is not null || changeTime is not null;
        }
    }

    public ValueTask<NtStatus> RestoreAsync(ISmbStoreNode node, CancellationToken cancellationToken) => node.SetTimesAsync(Current, null, cancellationToken);
}
