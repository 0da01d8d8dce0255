using System;
using System.Collections.Generic;
using SmbClient.Dialects;
using SmbClient.Gss;

namespace SmbClient.Connections;

/// <summary>
/// Client.TreeConnect of [MS-CIFS] 3.2.1.4 and [MS-SMB] 3.2.1.4. Guarded by the gate of its <see cref="ConnectionTable"/>.
/// </summary>
internal sealed class ClientTreeConnect
{
    private readonly List<ClientOpen> _opens = [];

    public ClientTreeConnect(ClientSession session, string shareName, GssCredential credential)
    {
        Session = session;
        ShareName = shareName;
        Credential = credential;
    }

    public ClientConnection Connection => Session.Connection;

    public ClientSession Session { get; }

    /// <summary>Client.TreeConnect.ShareName, without the server.</summary>
    public string ShareName { get; }

    /// <summary>Whose password opened a share of a share-level server; the session's user anywhere else.</summary>
    public GssCredential Credential { get; }

    /// <summary>Client.TreeConnect.TreeID.</summary>
    public uint TreeId { get; set; }

    /// <summary>Client.TreeConnect.IsDfsShare.</summary>
    public bool IsDfsShare { get; set; }

    /// <summary>Client.TreeConnect.MaximalShareAccessRights; null where the server did not say.</summary>
    public uint? MaximalShareAccessRights { get; set; }

    /// <summary>Client.TreeConnect.GuestMaximalShareAccessRights; null where the server did not say.</summary>
    public uint? GuestMaximalShareAccessRights { get; set; }

    /// <summary>TreeConnect.EncryptData of [MS-SMB2] 3.2.1.4: messages of this tree are sealed whatever the session is.</summary>
    public bool EncryptData { get; set; }

    /// <summary>The dialect's operations on this tree; set when <see cref="Connecting"/> has succeeded.</summary>
    public ClientTree Tree { get; set; } = null!;

    /// <summary>The tree connect, which everyone who wants this share awaits.</summary>
    public SharedAttempt Connecting { get; set; } = null!;

    /// <summary>True once the server has let us in, false again when the tree is gone.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Takes the tree out of the table when the server has dropped it.</summary>
    public Action? Lost { get; set; }

    /// <summary>Callers who hold the tree.</summary>
    public int Users { get; set; }

    /// <summary>Client.Connection.OpenTable, the part of this tree.</summary>
    public IReadOnlyList<ClientOpen> OpenTable => _opens;

    public void Add(ClientOpen open)
    {
        lock (_opens)
        {
            _opens.Add(open);
        }
    }

    public void Remove(ClientOpen open)
    {
        lock (_opens)
        {
            _opens.Remove(open);
        }
    }

    /// <summary>The opens at this moment.</summary>
    public ClientOpen[] SnapshotOpens()
    {
        lock (_opens)
        {
            return [.. _opens];
        }
    }
}
