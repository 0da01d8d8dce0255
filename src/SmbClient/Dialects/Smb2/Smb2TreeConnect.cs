using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Dialects.Smb2;

/// <summary>One TREE_CONNECT, [MS-SMB2] 3.2.4.2.4 and 3.2.5.5 (client-state I1–I3).</summary>
internal sealed class Smb2TreeConnect
{
    private readonly Smb2Dialect _dialect;
    private readonly ClientTreeConnect _treeConnect;

    public Smb2TreeConnect(Smb2Dialect dialect, ClientTreeConnect treeConnect)
    {
        _dialect = dialect;
        _treeConnect = treeConnect;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ClientConnection connection = _treeConnect.Connection;
        ClientSession session = _treeConnect.Session;
        string path = $@"\\{connection.ServerName}\{_treeConnect.ShareName}";

        // 3.1.1 proves by the signature that nobody has tampered with the negotiation.
        bool sign = _dialect.Negotiated.Traits.ProtectsNegotiation && session.Channel is { Signer: not null };
        Smb2Address address = Smb2Dialect.AddressOf(session) with { Sign = sign, Orphaned = DisconnectOrphan };
        using Smb2Response response = await Smb2SessionRequests.SendAsync(_dialect, session, new TreeConnectRequest { Path = path }, address, cancellationToken).ConfigureAwait(false);
        if (response.Status != NtStatus.Success)
        {
            throw new SmbStatusException(response.Status, nameof(Smb2Command.TreeConnect), path, connection.ServerName);
        }

        TreeConnectResponse body = response.Read<TreeConnectResponse>(TreeConnectResponse.Read);
        bool seal = body.ShareFlags.HasFlag(Smb2ShareFlags.EncryptData);
        if (seal && session.Channel is not { Sealer: not null })
        {
            throw new SmbProtocolException(
                SmbProtocolError.Incompatible,
                $"{connection.ServerName} wants sealed messages on '{_treeConnect.ShareName}', which takes SMB 3.0 or later, a cipher of both sides and a user who is signed in.");
        }

        _treeConnect.TreeId = response.Header.TreeId;
        _treeConnect.MaximalShareAccessRights = body.MaximalAccess;
        _treeConnect.IsDfsShare = body.Capabilities.HasFlag(Smb2ShareCapabilities.Dfs);
        _treeConnect.EncryptData = seal;
        _treeConnect.Tree = new Smb2Tree(_dialect, _treeConnect);
    }

    /// <summary>Nobody wants the tree any more that the server has connected.</summary>
    public void Abandon() => _ = DisconnectQuietlyAsync(_treeConnect.TreeId, _treeConnect.EncryptData);

    /// <summary>A tree that was connected for someone who had left meanwhile is disconnected again.</summary>
    private void DisconnectOrphan(MessageBuffer message)
    {
        using Smb2Response response = _dialect.Exchange.Wrap(message);
        if (response.Status != NtStatus.Success)
        {
            return;
        }

        try
        {
            bool seal = response.Read<TreeConnectResponse>(TreeConnectResponse.Read).ShareFlags.HasFlag(Smb2ShareFlags.EncryptData);
            _ = DisconnectQuietlyAsync(response.Header.TreeId, seal && _treeConnect.Session.Channel is { Sealer: not null });
        }
        catch (SmbProtocolException)
        {
            // The connection has ended, and with it the tree.
        }
    }

    private async Task DisconnectQuietlyAsync(uint treeId, bool seal)
    {
        try
        {
            Smb2Address address = Smb2Dialect.AddressOf(_treeConnect.Session) with { TreeId = treeId, Seal = seal };
            using Smb2Response response = await _dialect.Exchange.SendAsync(new TreeDisconnectBody(), address, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // With the connection, the server drops the tree itself.
        }
    }
}
