using System;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Connections;
using SmbClient.Exchange.Smb1;
using SmbClient.Protection;
using SmbClient.Wire.Smb1;

namespace SmbClient.Dialects.Smb1;

/// <summary>One SMB_COM_TREE_CONNECT_ANDX, [MS-SMB] 3.2.4.2.5 and 3.2.5.4 (client-state T1–T6).</summary>
internal sealed class Smb1TreeConnect
{
    private const ushort ExtendedSignatures = 0x0004;
    private const ushort ExtendedResponse = 0x0008;
    private const ushort ShareIsInDfs = 0x0002;
    private const ushort ExtendedSignaturesAccepted = 0x0020;
    private const string AnyService = "?????";

    /// <summary>The password of a user-level server: its one octet is NUL.</summary>
    private static readonly byte[] NoPassword = [0];

    private readonly Smb1Dialect _dialect;
    private readonly ClientTreeConnect _treeConnect;

    public Smb1TreeConnect(Smb1Dialect dialect, ClientTreeConnect treeConnect)
    {
        _dialect = dialect;
        _treeConnect = treeConnect;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ClientConnection connection = _treeConnect.Connection;
        ClientSession session = _treeConnect.Session;
        string path = $@"\\{connection.ServerName}\{_treeConnect.ShareName}";
        TreeConnectRequest request = new()
        {
            Flags = ExtendedSignatures | ExtendedResponse,
            Password = connection.ShareLevelAccessControl ? SharePassword() : NoPassword,
            Path = path,
            Service = AnyService,
        };
        using Smb1Response response = await _dialect.SendInSessionAsync(session, request, new Smb1Address(), cancellationToken).ConfigureAwait(false);
        if (response.Status != NtStatus.Success)
        {
            throw new SmbStatusException(response.Status, nameof(Smb1Command.TreeConnectAndX), path, connection.ServerName);
        }

        TreeConnectResponse body = response.Read<TreeConnectResponse>(TreeConnectResponse.Read);
        _treeConnect.TreeId = response.Header.Tid;
        _treeConnect.MaximalShareAccessRights = body.MaximalShareAccessRights;
        _treeConnect.GuestMaximalShareAccessRights = body.GuestMaximalShareAccessRights;
        _treeConnect.IsDfsShare = (body.OptionalSupport & ShareIsInDfs) != 0 && _dialect.ServerCapabilities.HasFlag(Smb1Capabilities.Dfs);
        if ((body.OptionalSupport & ExtendedSignaturesAccepted) != 0)
        {
            ProtectSessionKey(session);
        }

        _treeConnect.Tree = new Smb1Tree(_dialect, _treeConnect);
    }

    /// <summary>The application's key is no longer the one that signs; once a session ([MS-SMB] 3.2.5.4).</summary>
    private static void ProtectSessionKey(ClientSession session)
    {
        lock (session)
        {
            if (!session.IsSessionKeyProtected)
            {
                session.ProtectSessionKey(key => ProtectedSessionKey.Derive(key));
            }
        }
    }

    /// <summary>A share-level server asks each share for a password: the caller's (client-state T3).</summary>
    private ReadOnlyMemory<byte> SharePassword()
    {
        if (_treeConnect.Credential.IsAnonymous)
        {
            return NoPassword;
        }

        Smb1Password password = Smb1Password.Create(_treeConnect.Connection, _dialect, _treeConnect.Credential, _treeConnect.Session.Policy);
        return password.UnicodePassword.IsEmpty ? password.OemPassword : password.UnicodePassword;
    }
}
