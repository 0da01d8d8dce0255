using System;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.KerberosNet.Kdc;

/// <summary>Brings one request to a KDC of a realm, and its answer back.</summary>
internal abstract class KdcTransport
{
    /// <exception cref="TicketException">No KDC of the realm answers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract Task<ReadOnlyMemory<byte>> SendAsync(string realm, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}
