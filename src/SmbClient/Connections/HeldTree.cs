using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Connections;

/// <summary>A session and a tree connect that one file holds for itself, because the ones it was opened with are gone.</summary>
internal sealed class HeldTree
{
    private readonly ConnectionTable _table;
    private readonly ClientSession _session;

    private HeldTree(ConnectionTable table, ClientSession session, ClientTreeConnect treeConnect)
    {
        _table = table;
        _session = session;
        TreeConnect = treeConnect;
    }

    public ClientTreeConnect TreeConnect { get; }

    /// <summary>Signs in and connects to the share again, as for the open that was lost. The server is told which session the new one follows.</summary>
    public static async Task<HeldTree> AcquireAsync(ShareOrigin origin, ClientOpen lost, CancellationToken cancellationToken)
    {
        SessionRequest request = origin.Request.After(lost.Session.SessionId);
        ClientSession session = await origin.Table.AcquireAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            ClientTreeConnect tree = await TreeConnects.AcquireAsync(origin.Table.Gate, session, lost.TreeConnect.ShareName, request.Credential, cancellationToken).ConfigureAwait(false);
            return new HeldTree(origin.Table, session, tree);
        }
        catch
        {
            await origin.Table.ReleaseAsync(session).ConfigureAwait(false);
            throw;
        }
    }

    public async Task ReleaseAsync()
    {
        await TreeConnects.ReleaseAsync(_table.Gate, TreeConnect).ConfigureAwait(false);
        await _table.ReleaseAsync(_session).ConfigureAwait(false);
    }
}
