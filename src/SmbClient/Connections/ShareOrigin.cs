using SmbClient.Transfers;

namespace SmbClient.Connections;

/// <summary>Where a share was opened from: what it takes to get it again.</summary>
/// <param name="Table">The owner of the connections.</param>
/// <param name="Request">Who wants what of whom.</param>
internal sealed record ShareOrigin(ConnectionTable Table, SessionRequest Request)
{
    public TransferSettings Transfers => new(Request.Options);
}
