using System;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos.Pac;
using SmbClient.Wire;

namespace SmbClient.Authentication;

/// <summary>
/// What the PAC of a ticket decides at a sign-in: nothing where nobody has checked its signature, who the user is where somebody has, and that the
/// sign-in fails where a signed one makes no sense.
/// </summary>
internal readonly record struct PacVerdict
{
    /// <summary>The PAC that is believed; null for none.</summary>
    public KerberosPac? Pac { get; private init; }

    /// <summary>Why the sign-in fails; null where it does not.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Why a PAC that is there counts for nothing; null where none was left out.</summary>
    public string? Notice { get; private init; }

    /// <param name="peer">Who a mechanism has established.</param>
    /// <param name="mechanism">The mechanism, with what is around it: authorization data are a PAC only in Kerberos.</param>
    /// <param name="requirePac">Fails without one that says who the user is.</param>
    public static PacVerdict Of(GssPeer peer, string mechanism, bool requirePac)
    {
        if (peer.IsAnonymous || !mechanism.EndsWith(KerberosMechanism.MechanismName, StringComparison.Ordinal))
        {
            return default;
        }

        if (peer.AuthorizationData.IsEmpty || peer.AuthorizationDataStatus == GssAuthorizationDataStatus.None)
        {
            return requirePac ? Refuse("the ticket has no PAC") : default;
        }

        if (peer.AuthorizationDataStatus == GssAuthorizationDataStatus.Unverified)
        {
            const string Unverified = "nobody has verified the PAC's signature";
            return requirePac ? Refuse(Unverified) : new PacVerdict { Notice = Unverified };
        }

        try
        {
            return Judge(PacDecoder.Decode(peer.AuthorizationData), peer.User, requirePac);
        }
        catch (MalformedMessageException e)
        {
            return Refuse($"the PAC is malformed: {e.Message}");
        }
    }

    private static PacVerdict Judge(KerberosPac pac, string client, bool requirePac)
    {
        if (pac.ClientInfo is { } info && !IsName(info.Name, client, pac))
        {
            return Refuse($"the PAC is of {info.Name} and the ticket of {client}");
        }

        return requirePac && pac.UserSid is null ? Refuse("the PAC does not say who the user is") : new PacVerdict { Pac = pac };
    }

    /// <summary>An enterprise name in the ticket, <c>user@suffix</c>, is another name of the account ([MS-PAC] 2.7; kerberos-pac §9).</summary>
    private static bool IsName(string name, string client, KerberosPac pac) =>
        Same(name, client) || (AccountNames.SplitPrincipal(client) is { } principal && (Same(name, principal.User) || Same(client, pac.UpnDnsInfo?.UserPrincipalName)));

    private static bool Same(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static PacVerdict Refuse(string reason) => new() { Refusal = reason };
}
