namespace SmbClient.Server;

/// <summary>What a server holds at this moment.</summary>
public sealed record SmbServerStatistics
{
    /// <summary>Connections, signed in or not.</summary>
    public int Connections { get; init; }

    /// <summary>Sessions, those that are being set up included.</summary>
    public int Sessions { get; init; }

    /// <summary>Files, directories and pipes that are open.</summary>
    public int Opens { get; init; }

    /// <summary>Octets of requests and responses that are under way.</summary>
    public long OctetsInFlight { get; init; }
}
