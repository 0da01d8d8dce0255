namespace SmbClient;

/// <summary>What a <see cref="SmbClientContext"/> holds now, and what it has done so far.</summary>
public sealed record SmbClientStatistics
{
    /// <summary>Connections that are open now.</summary>
    public int Connections { get; init; }

    /// <summary>Sessions that are signed in now.</summary>
    public int Sessions { get; init; }

    /// <summary>Connections that were opened and negotiated since the context was made.</summary>
    public long ConnectionsOpened { get; init; }

    /// <summary>Sign-ins that succeeded since the context was made.</summary>
    public long SessionsEstablished { get; init; }

    /// <summary>Callers who were given a session that was there already.</summary>
    public long SessionsReused { get; init; }
}
