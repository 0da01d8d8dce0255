using System;
using System.Threading.Tasks;
using SmbClient.Server.Connections;
using SmbClient.Server.Diagnostics;
using SmbClient.Wire.Smb1;

namespace SmbClient.Server.Smb1;

/// <summary>TREE_CONNECT_ANDX and TREE_DISCONNECT, [MS-CIFS] 3.3.5.45 and 3.3.5.41.</summary>
internal sealed class Smb1TreeCommands
{
    private const ushort DisconnectTid = 0x0001;
    private const ushort ExtendedResponse = 0x0008;
    private const ushort SupportsSearchBits = 0x0001;
    private const string AnyService = "?????";
    private const string DiskService = "A:";
    private const string PipeService = "IPC";
    private const int MaxLoggedName = 80;

    private readonly Smb1Connection _connection;

    public Smb1TreeCommands(Smb1Connection connection)
    {
        _connection = connection;
    }

    public async ValueTask<Smb1Reply> ConnectAsync(Smb1Request request)
    {
        TreeConnectRequest body = request.Read<TreeConnectRequest>(TreeConnectRequest.Read);
        Smb1Session session = request.Session!;
        if ((body.Flags & DisconnectTid) != 0 && _connection.Objects.Trees.TryGet(request.Tid, out Smb1TreeConnect? old) && old.Session == session)
        {
            await _connection.Objects.DisconnectAsync(old).ConfigureAwait(false);
        }

        string name = body.Path[(body.Path.LastIndexOf('\\') + 1)..];
        (NtStatus status, Smb1TreeConnect? tree) = await ConnectAsync(session, name, body.Service).ConfigureAwait(false);
        ServerLog.TreeConnect(_connection.Connection.Logger, _connection.Connection.ClientName, session.Identity!.ToString(), Loggable(name), status);
        if (tree is null)
        {
            return Smb1Reply.Bare(status);
        }

        request.Tid = tree.Tid;
        request.Tree = tree;
        bool isExtended = (body.Flags & ExtendedResponse) != 0;
        uint rights = (uint)tree.Target.MaximalAccess;
        return Smb1Reply.Of(new TreeConnectResponse
        {
            OptionalSupport = SupportsSearchBits,
            MaximalShareAccessRights = isExtended ? rights : null,
            GuestMaximalShareAccessRights = isExtended ? rights : null,
            Service = tree.Share.IsPipes ? PipeService : DiskService,
            NativeFileSystem = tree.Share.IsPipes ? "" : "NTFS",
        });
    }

    public async ValueTask<Smb1Reply> DisconnectAsync(Smb1Request request)
    {
        await _connection.Objects.DisconnectAsync(request.Tree!).ConfigureAwait(false);
        return Smb1Reply.Bare(NtStatus.Success);
    }

    private async ValueTask<(NtStatus Status, Smb1TreeConnect? Tree)> ConnectAsync(Smb1Session session, string name, string service)
    {
        if (!_connection.Server.TryGetShare(name, out ServerShare? share))
        {
            return (NtStatus.BadNetworkName, null);
        }

        string own = share.IsPipes ? PipeService : DiskService;
        if (service != AnyService && !string.Equals(service, own, StringComparison.OrdinalIgnoreCase))
        {
            return (NtStatus.BadDeviceType, null);
        }

        if (share.RequireEncryption || share.TryOpen(session.User!) is not { } target)
        {
            return (NtStatus.AccessDenied, null);
        }

        if (_connection.Objects.Connect(session, share, target) is { } tree)
        {
            return (NtStatus.Success, tree);
        }

        await target.EndAsync().ConfigureAwait(false);
        return (NtStatus.InsuffServerResources, null);
    }

    private static string Loggable(string name) => string.Concat(name.AsSpan(0, Math.Min(name.Length, MaxLoggedName)).ToString().Split(['\r', '\n', '\t']));
}
