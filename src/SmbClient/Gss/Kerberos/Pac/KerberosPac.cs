using System;
using System.Collections.Generic;
using SmbClient.Gss.Kerberos.Pac;
using SmbClient.Wire;

namespace SmbClient.Gss;

/// <summary>
/// What the domain controller says of the user in a Kerberos ticket: the privilege attribute certificate, [MS-PAC]. Decoding one proves nothing of it;
/// whether its signature was checked is a matter of the mechanism that found it.
/// </summary>
public sealed class KerberosPac
{
    private readonly Lazy<PacSids> _sids;

    internal KerberosPac() => _sids = new Lazy<PacSids>(() => PacSids.Of(LogonInfo));

    /// <summary>What the domain knows of the user; null in the tickets of realms that have no SIDs.</summary>
    public PacLogonInfo? LogonInfo { get; internal init; }

    /// <summary>Whose ticket it belongs to.</summary>
    public PacClientInfo? ClientInfo { get; internal init; }

    /// <summary>Other names of the user.</summary>
    public PacUpnDnsInfo? UpnDnsInfo { get; internal init; }

    /// <summary>The security identifier of whoever asked for the ticket, PAC_REQUESTOR, [MS-PAC] 2.15. Tickets for services do not have it.</summary>
    public string? RequestorSid { get; internal init; }

    /// <summary>Whether the client wanted a PAC. Tickets for services do not have it.</summary>
    public PacAttributes? Attributes { get; internal init; }

    /// <summary>The services that act for the user; null where the user came itself.</summary>
    public PacDelegationInfo? DelegationInfo { get; internal init; }

    /// <summary>The signatures that are there, in the order of the buffers.</summary>
    public IReadOnlyList<PacSignature> Signatures { get; internal init; } = [];

    /// <summary>The user's security identifier, from <see cref="LogonInfo"/>; null where that has none.</summary>
    public string? UserSid => _sids.Value.User;

    /// <summary>The security identifier of the primary group; null where there is none.</summary>
    public string? PrimaryGroupSid => _sids.Value.PrimaryGroup;

    /// <summary>
    /// The user's groups, each once: the primary one, those of the domain, then the extra SIDs and the resource groups where their flags are set
    /// ([MS-PAC] 2.5). Those that every user has, such as Everyone, are not among them.
    /// </summary>
    public IReadOnlyList<string> GroupSids => _sids.Value.Groups;

    /// <summary>Reads a PAC.</summary>
    /// <param name="pac">A whole PACTYPE, [MS-PAC] 2.3, as <see cref="GssPeer.AuthorizationData"/> has it. It is not kept.</param>
    /// <exception cref="FormatException">It is no PAC, has a part twice, or contradicts itself.</exception>
    public static KerberosPac Decode(ReadOnlyMemory<byte> pac)
    {
        try
        {
            return PacDecoder.Decode(pac);
        }
        catch (MalformedMessageException e)
        {
            throw new FormatException($"The PAC is malformed: {e.Message}.", e);
        }
    }
}
