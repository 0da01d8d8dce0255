using System;
using System.Threading.Tasks;
using SmbClient.Server.Connections;
using SmbClient.Server.Diagnostics;
using SmbClient.Wire.Smb2;

namespace SmbClient.Server.Smb2;

/// <summary>TREE_CONNECT and TREE_DISCONNECT, [MS-SMB2] 3.3.5.7 and 3.3.5.8.</summary>
internal sealed class Smb2TreeCommands
{
    private readonly Smb2Connection _connection;

    public Smb2TreeCommands(Smb2Connection connection)
    {
        _connection = connection;
    }

    public async ValueTask<Smb2Reply> ConnectAsync(Smb2Request request)
    {
        TreeConnectRequest body = request.Read(TreeConnectRequest.Read);
        Smb2Session session = request.Session!;
        if (_connection.Negotiated!.Dialect == SmbDialect.Smb311 && !request.IsProven && session.Verifier is not null)
        {
            // Someone has changed the negotiation, or the client breaks the rules.
            _connection.Connection.Abort("an unsigned TREE_CONNECT of SMB 3.1.1");
            return Smb2Reply.Error(NtStatus.AccessDenied);
        }

        string name = body.Path[(body.Path.LastIndexOf('\\') + 1)..];
        (NtStatus status, Smb2TreeConnect? tree) = await ConnectAsync(session, name, isSealed: request.SealedBy is not null).ConfigureAwait(false);
        ServerLog.TreeConnect(_connection.Connection.Logger, _connection.Connection.ClientName, session.Identity!.ToString(), Loggable(name), status);
        if (tree is null)
        {
            return Smb2Reply.Error(status);
        }

        ServerShare share = tree.Share;
        return Smb2Reply.Of(new TreeConnectResponse
        {
            ShareType = share.IsPipes ? Smb2ShareType.Pipe : Smb2ShareType.Disk,
            ShareFlags = (share.IsPipes ? Smb2ShareFlags.NoCaching : Smb2ShareFlags.ManualCaching) | (share.RequireEncryption ? Smb2ShareFlags.EncryptData : 0),
            MaximalAccess = (uint)tree.Target.MaximalAccess,
        }) with { TreeId = tree.Id };
    }

    public static async ValueTask<Smb2Reply> DisconnectAsync(Smb2Request request)
    {
        request.Read(TreeDisconnectBody.Read);
        await request.Session!.DisconnectAsync(request.Tree!).ConfigureAwait(false);
        return Smb2Reply.Of(default(TreeDisconnectBody));
    }

    private async ValueTask<(NtStatus Status, Smb2TreeConnect? Tree)> ConnectAsync(Smb2Session session, string name, bool isSealed)
    {
        if (!_connection.Server.TryGetShare(name, out ServerShare? share))
        {
            return (NtStatus.BadNetworkName, null);
        }

        // A client that could seal is told to by the flags of the share ([MS-SMB2] 3.3.5.7).
        if ((share.RequireEncryption && session.Sealing is null && !isSealed) || share.TryOpen(session.User!) is not { } target)
        {
            return (NtStatus.AccessDenied, null);
        }

        if (session.Connect(share, target) is { } tree)
        {
            return (NtStatus.Success, tree);
        }

        await target.EndAsync().ConfigureAwait(false);
        return (NtStatus.InsufficientResources, null);
    }

    private static string Loggable(string name) => string.Concat(name.AsSpan(0, Math.Min(name.Length, 80)).ToString().Split(['\r', '\n', '\t']));
}
