using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>
/// Answers oplock and lease breaks, [MS-SMB2] 3.2.5.19: this client caches nothing, so it gives up at once whatever the server takes back.
/// </summary>
internal sealed class Smb2Breaks
{
    /// <summary>Breaks that are kept for a file which is only about to be known: they may come right behind the response that grants the oplock.</summary>
    private const int MaxEarly = 64;

    private readonly object _gate = new();
    private readonly Dictionary<FileId, ClientOpen> _opens = [];
    private readonly Dictionary<FileId, OplockBreak> _earlyOplocks = [];
    private readonly Dictionary<Guid, LeaseBreakNotification> _earlyLeases = [];
    private readonly Smb2Dialect _dialect;

    public Smb2Breaks(Smb2Dialect dialect)
    {
        _dialect = dialect;
    }

    /// <summary>The server has granted an oplock or a lease with this open.</summary>
    public void Watch(ClientOpen open)
    {
        OplockBreak oplock;
        LeaseBreakNotification lease;
        bool isOplockBroken;
        bool isLeaseBroken;
        lock (_gate)
        {
            _opens[open.FileId] = open;
            isOplockBroken = _earlyOplocks.TryGetValue(open.FileId, out oplock) && _earlyOplocks.Remove(open.FileId);
            isLeaseBroken = _earlyLeases.TryGetValue(open.LeaseKey, out lease) && _earlyLeases.Remove(open.LeaseKey);
        }

        if (isOplockBroken)
        {
            Answer(open, oplock);
        }

        if (isLeaseBroken)
        {
            Answer(open, lease);
        }
    }

    /// <summary>The open is closed, and its oplock with it.</summary>
    public void Forget(ClientOpen open)
    {
        lock (_gate)
        {
            _opens.Remove(open.FileId);
        }
    }

    /// <summary>Answers a break, where an answer is wanted. Runs in the receive loop and does not wait.</summary>
    public void Answer(ReadOnlyMemory<byte> message)
    {
        WireReader reader = new(message);
        reader.Skip(Smb2Header.Size);
        WireReader size = reader;
        ClientOpen? open;
        if (size.UInt16() == LeaseBreakNotification.StructureSize)
        {
            LeaseBreakNotification notification = LeaseBreakNotification.Read(ref reader);
            if (notification.LeaseKey == Guid.Empty)
            {
                // The key of files without a lease.
                return;
            }

            lock (_gate)
            {
                open = _opens.Values.FirstOrDefault(o => o.LeaseKey == notification.LeaseKey);
                if (open is null)
                {
                    Keep(_earlyLeases, notification.LeaseKey, notification);
                    return;
                }
            }

            Answer(open, notification);
        }
        else
        {
            OplockBreak notification = OplockBreak.Read(ref reader);
            lock (_gate)
            {
                if (!_opens.TryGetValue(notification.FileId, out open))
                {
                    Keep(_earlyOplocks, notification.FileId, notification);
                    return;
                }
            }

            Answer(open, notification);
        }
    }

    private static void Keep<TKey, TBreak>(Dictionary<TKey, TBreak> early, TKey key, TBreak notification)
        where TKey : struct
    {
        if (early.Count == MaxEarly)
        {
            early.Clear();
        }

        early[key] = notification;
    }

    private void Answer(ClientOpen open, LeaseBreakNotification notification)
    {
        if (notification.IsAckRequired)
        {
            _ = AcknowledgeAsync(open, new LeaseBreakAcknowledgment { LeaseKey = notification.LeaseKey, LeaseState = notification.NewLeaseState });
        }
    }

    /// <summary>A break from level II to none is news, not a question.</summary>
    private void Answer(ClientOpen open, OplockBreak notification)
    {
        if (open.OplockLevel is Smb2OplockLevel.Exclusive or Smb2OplockLevel.Batch)
        {
            open.OplockLevel = notification.OplockLevel;
            _ = AcknowledgeAsync(open, notification);
        }
    }

    private async Task AcknowledgeAsync<T>(ClientOpen open, T acknowledgment)
        where T : struct, ISmb2Body
    {
        try
        {
            Smb2Address address = new() { Channel = open.Session.Channel, TreeId = open.TreeConnect.TreeId, Seal = open.TreeConnect.EncryptData };
            using Smb2Response response = await _dialect.Exchange.SendAsync(acknowledgment, address, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The connection has ended, and the oplock with it.
        }
    }
}
