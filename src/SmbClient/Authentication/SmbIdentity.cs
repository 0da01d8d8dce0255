using System.Collections.Generic;
using System.Security.Claims;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>Who a client has proven to be. It holds no secret and may be kept, logged and handed on.</summary>
public sealed class SmbIdentity
{
    internal const string GuestUser = "Guest";

    private const string AnonymousSid = "S-1-5-7";

    /// <summary>The user's name; empty for anonymous.</summary>
    public required string User { get; init; }

    /// <summary>The domain of the account, or the realm; may be empty.</summary>
    public required string Domain { get; init; }

    /// <summary>The user's security identifier as text ([MS-DTYP] 2.4.2.1); null where nobody knows it.</summary>
    public string? Sid { get; init; }

    /// <summary>The identifier of the primary group; null where nobody knows it.</summary>
    public string? PrimaryGroupSid { get; init; }

    /// <summary>The identifiers of the groups, as far as they are known.</summary>
    public IReadOnlyList<string> GroupSids { get; init; } = [];

    /// <summary>The names of the groups, as far as they are known.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>How the client has proven it, such as <c>SPNEGO/NTLMSSP</c>.</summary>
    public required string Mechanism { get; init; }

    /// <summary>The machine that the client says it is on; may be empty. Nothing proves it.</summary>
    public string Workstation { get; init; } = "";

    /// <summary>True for somebody who has proven nothing and was let in as a guest.</summary>
    public bool IsGuest { get; init; }

    /// <summary>True for somebody who did not say who it is.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>The user with the domain before it, if there is one: <c>DOMAIN\user</c>.</summary>
    public string Name => IsAnonymous ? "anonymous" : Domain.Length == 0 ? User : Domain + "\\" + User;

    /// <summary>
    /// The same for .NET's authorization: Name, PrimarySid, PrimaryGroupSid, one GroupSid a group and one Role a group name. Guests and anonymous are
    /// not authenticated.
    /// </summary>
    public ClaimsPrincipal ToPrincipal()
    {
        List<Claim> claims = [new Claim(ClaimTypes.Name, Name)];
        Add(claims, ClaimTypes.PrimarySid, Sid);
        Add(claims, ClaimTypes.PrimaryGroupSid, PrimaryGroupSid);
        foreach (string sid in GroupSids)
        {
            claims.Add(new Claim(ClaimTypes.GroupSid, sid));
        }

        foreach (string group in Groups)
        {
            claims.Add(new Claim(ClaimTypes.Role, group));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, IsGuest || IsAnonymous ? null : Mechanism));
    }

    /// <summary>The user and the domain.</summary>
    public override string ToString() => Name;

    internal static SmbIdentity Guest(string domain, string mechanism, string workstation) =>
        new() { User = GuestUser, Domain = domain, Mechanism = mechanism, Workstation = workstation, IsGuest = true };

    /// <summary>Whoever a mechanism has established, with what the account store knows of it.</summary>
    internal static SmbIdentity Of(GssPeer peer, string mechanism, SmbAccount? account) => peer.IsAnonymous
        ? new() { User = "", Domain = "", Sid = AnonymousSid, Mechanism = mechanism, Workstation = peer.Workstation, IsAnonymous = true }
        : new()
        {
            User = account?.User ?? peer.User,
            Domain = account is { Domain.Length: > 0 } ? account.Domain : peer.Domain,
            Sid = account?.Sid,
            PrimaryGroupSid = account?.PrimaryGroupSid,
            GroupSids = account?.GroupSids ?? [],
            Groups = account?.Groups ?? [],
            Mechanism = mechanism,
            Workstation = peer.Workstation,
        };

    private static void Add(List<Claim> claims, string type, string? value)
    {
        if (value is not null)
        {
            claims.Add(new Claim(type, value));
        }
    }
}
