namespace SmbClient.Gss;

/// <summary>Who is on the other side of an established acceptor context.</summary>
public sealed record GssPeer
{
    internal GssPeer()
    {
    }

    /// <summary>The user name as the initiator sent it; empty for anonymous.</summary>
    public required string User { get; init; }

    /// <summary>The domain as the initiator sent it; may be empty.</summary>
    public required string Domain { get; init; }

    /// <summary>The machine that the initiator says it is on. Nothing proves it.</summary>
    public string Workstation { get; init; } = "";

    /// <summary>True where the initiator did not say who it is.</summary>
    public bool IsAnonymous { get; init; }
}
