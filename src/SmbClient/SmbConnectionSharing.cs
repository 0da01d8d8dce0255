namespace SmbClient;

/// <summary>Which users share one connection to a server, [MS-SMB] note &lt;80&gt;.</summary>
public enum SmbConnectionSharing
{
    /// <summary>All users of one server share a connection, as on a Windows desktop.</summary>
    PerServer,

    /// <summary>Each user has a connection of its own, as on a Windows terminal server.</summary>
    PerUser,
}
