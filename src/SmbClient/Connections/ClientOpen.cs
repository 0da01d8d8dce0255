using System;
using System.Threading;
using SmbClient.Dialects;
using SmbClient.Exchange;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Connections;

/// <summary>Client.Open of [MS-CIFS] 3.2.1.5: one open file or directory.</summary>
internal sealed class ClientOpen
{
    private int _closed;

    public ClientOpen(ClientTreeConnect treeConnect, FileId fileId, string path, FileState state)
    {
        TreeConnect = treeConnect;
        FileId = fileId;
        Path = path;
        State = state;
    }

    public ClientConnection Connection => TreeConnect.Connection;

    public ClientSession Session => TreeConnect.Session;

    public ClientTreeConnect TreeConnect { get; }

    /// <summary>Client.Open.FID in SMB1, the FileId in SMB2.</summary>
    public FileId FileId { get; }

    /// <summary>The path below the share, for messages to people.</summary>
    public string Path { get; }

    /// <summary>What the server said about the file when it opened it.</summary>
    public FileState State { get; }

    /// <summary>Its reads and writes.</summary>
    public Activity Activity { get; } = new();

    /// <summary>Open.OplockLevel of [MS-SMB2] 3.2.1.6.</summary>
    public Smb2OplockLevel OplockLevel { get; set; }

    /// <summary>File.LeaseKey of [MS-SMB2] 3.2.1.5; empty without a lease.</summary>
    public Guid LeaseKey { get; init; }

    /// <summary>How to open the file again when the connection is lost; null where the server does not keep it.</summary>
    public DurableOpen? Durable { get; init; }

    /// <summary>True for exactly one caller: the one who has to close it.</summary>
    public bool TryClose() => Interlocked.Exchange(ref _closed, 1) == 0;
}
