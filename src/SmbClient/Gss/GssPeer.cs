using System;

namespace SmbClient.Gss;

/// <summary>Who is on the other side of an established acceptor context.</summary>
public sealed class GssPeer
{
    /// <summary>The user name as the initiator sent it; empty for anonymous.</summary>
    public required string User { get; init; }

    /// <summary>The domain or realm as the initiator sent it; may be empty.</summary>
    public required string Domain { get; init; }

    /// <summary>The machine that the initiator says it is on. Nothing proves it.</summary>
    public string Workstation { get; init; } = "";

    /// <summary>The acceptor that the initiator meant, such as <c>cifs/files.example.com</c>; empty where it did not say.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>True where the initiator did not say who it is.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>What the domain says of the user in the mechanism's own form, a PAC for Kerberos ([MS-PAC]); empty for NTLM.</summary>
    public ReadOnlyMemory<byte> AuthorizationData { get; init; }

    /// <summary>Who has checked <see cref="AuthorizationData"/>.</summary>
    public GssAuthorizationDataStatus AuthorizationDataStatus { get; init; }

    /// <summary>When the proof ends: the end of the ticket for Kerberos. Null where it does not.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>A credential that the initiator delegated, to act in its name; null for none. The caller disposes of it.</summary>
    public GssCredential? DelegatedCredential { get; init; }

    /// <summary>The user and the domain.</summary>
    public override string ToString() => IsAnonymous ? "anonymous" : Domain.Length == 0 ? User : Domain + "\\" + User;
}
