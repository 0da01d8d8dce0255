using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SmbClient.Server.Files;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>The requests of a connection that may wait for other clients, so that they can be cancelled, [MS-CIFS] 3.3.5.52.</summary>
internal sealed class Smb1Waiting
{
    private readonly Lock _gate = new();
    private readonly List<Smb1Request> _requests = [];

    /// <summary>False where a client has as many under way as it may have at all.</summary>
    public bool TryAdd(Smb1Request request)
    {
        lock (_gate)
        {
            if (_requests.Count >= Smb1Negotiation.MaxMpxCount)
            {
                return false;
            }

            _requests.Add(request);
            return true;
        }
    }

    public void Remove(Smb1Request request)
    {
        lock (_gate)
        {
            _requests.Remove(request);
        }
    }

    /// <summary>NT_CANCEL: the header is that of the request that is meant.</summary>
    public void Cancel(Smb1Header header)
    {
        Smb1Request? found;
        lock (_gate)
        {
            found = _requests.FirstOrDefault(r => r.Header.Mid == header.Mid && r.Header.Pid == header.Pid && r.Header.Uid == header.Uid && r.Header.Tid == header.Tid);
        }

        Cancel(found);
    }

    /// <summary>LOCKING_ANDX with CANCEL_LOCK: whoever waits for just these ranges. False where nobody does.</summary>
    public bool Cancel(Smb1PendingLock cancelled)
    {
        Smb1Request? found;
        lock (_gate)
        {
            found = _requests.FirstOrDefault(r => r.PendingLock is { } pending && pending.Open == cancelled.Open && pending.IsLarge == cancelled.IsLarge && IsSame(pending.Ranges, cancelled.Ranges));
        }

        Cancel(found);
        return found is not null;
    }

    private static bool IsSame(IReadOnlyList<RangeLock> some, IReadOnlyList<RangeLock> others) =>
        some.Count == others.Count && some.Zip(others).All(p => p.First.Owner == p.Second.Owner && p.First.Offset == p.Second.Offset && p.First.Length == p.Second.Length);

    private static void Cancel(Smb1Request? request)
    {
        try
        {
            request?.Cancellation?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has been answered meanwhile.
        }
    }
}
