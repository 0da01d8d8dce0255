using System;
using System.Collections.Concurrent;
using System.IO;
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
    private readonly ConcurrentDictionary<FileId, ClientOpen> _opens = new();
    private readonly Smb2Dialect _dialect;

    public Smb2Breaks(Smb2Dialect dialect)
    {
        _dialect = dialect;
    }

    /// <summary>The server has granted an oplock or a lease with this open.</summary>
    public void Watch(ClientOpen open) => _opens[open.FileId] = open;

    /// <summary>The open is closed, and its oplock with it.</summary>
    public void Forget(ClientOpen open) => _opens.TryRemove(open.FileId, out _);

    /// <summary>Answers a break, where an answer is wanted. Runs in the receive loop and does not wait.</summary>
    public void Answer(ReadOnlyMemory<byte> message)
    {
        WireReader reader = new(message);
        reader.Skip(Smb2Header.Size);
        WireReader size = reader;
        if (size.UInt16() == LeaseBreakNotification.StructureSize)
        {
            LeaseBreakNotification notification = LeaseBreakNotification.Read(ref reader);
            LeaseBreakAcknowledgment acknowledgment = new() { LeaseKey = notification.LeaseKey, LeaseState = notification.NewLeaseState };
            foreach (ClientOpen open in _opens.Values)
            {
                if (notification.IsAckRequired && open.LeaseKey == notification.LeaseKey)
                {
                    _ = AcknowledgeAsync(open, acknowledgment);
                    return;
                }
            }
        }
        else
        {
            OplockBreak notification = OplockBreak.Read(ref reader);

            // A break from level II to none is news, not a question.
            if (_opens.TryGetValue(notification.FileId, out ClientOpen? open) && open.OplockLevel is Smb2OplockLevel.Exclusive or Smb2OplockLevel.Batch)
            {
                open.OplockLevel = notification.OplockLevel;
                _ = AcknowledgeAsync(open, notification);
            }
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
