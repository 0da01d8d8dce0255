using System;
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

    /// <summary>
    /// The identifiers of the groups, as far as they are known; by Kerberos those that the domain controller has put into the ticket, the primary one
    /// first, each once. Those that every user has, such as Everyone (S-1-1-0), are never among them.
    /// </summary>
    public IReadOnlyList<string> GroupSids { get; init; } = [];

    /// <summary>The names of the groups, as far as they are known.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The user principal name, such as <c>alice@lab.test</c>; null where nobody knows it.</summary>
    public string? UserPrincipalName { get; init; }

    /// <summary>
    /// All that the domain controller says of the user, by Kerberos. Null where the ticket has no PAC, and where nobody has verified the one that it
    /// has: whatever is here may be believed as far as <see cref="AuthorizationDataStatus"/> goes.
    /// </summary>
    public KerberosPac? Pac { get; init; }

    /// <summary>Who has verified the signature of the ticket's PAC.</summary>
    public GssAuthorizationDataStatus AuthorizationDataStatus { get; init; }

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
    /// The same for .NET's authorization: Name, Upn, PrimarySid, PrimaryGroupSid, one GroupSid a group and one Role a group name. Guests and anonymous
    /// are not authenticated.
    /// </summary>
    public ClaimsPrincipal ToPrincipal()
    {
        List<Claim> claims = [new Claim(ClaimTypes.Name, Name)];
        Add(claims, ClaimTypes.Upn, UserPrincipalName);
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

    /// <summary>Whoever a mechanism has established, with what the account store or the domain controller knows of it.</summary>
    internal static SmbIdentity Of(GssPeer peer, string mechanism, SmbAccount? account, KerberosPac? pac) => peer.IsAnonymous
        ? new() { User = "", Domain = "", Sid = AnonymousSid, Mechanism = mechanism, Workstation = peer.Workstation, IsAnonymous = true }
        : new()
        {
            User = account?.User ?? NotEmpty(pac?.LogonInfo?.EffectiveName) ?? peer.User,
            Domain = NotEmpty(account?.Domain) ?? NotEmpty(pac?.LogonInfo?.LogonDomainName) ?? peer.Domain,
            Sid = account?.Sid ?? pac?.UserSid,
            PrimaryGroupSid = account?.PrimaryGroupSid ?? pac?.PrimaryGroupSid,
            GroupSids = account?.GroupSids ?? pac?.GroupSids ?? [],
            Groups = account?.Groups ?? [],
            UserPrincipalName = NotEmpty(pac?.UpnDnsInfo?.UserPrincipalName),
            Pac = pac,
            AuthorizationDataStatus = peer.AuthorizationDataStatus,
            Mechanism = mechanism,
            Workstation = peer.Workstation,
        };

    /// <summary>True for the same user under another proof: the same names, and the same identifiers where both are known.</summary>
    internal bool IsSameUser(SmbIdentity other) =>
        IsAnonymous == other.IsAnonymous && IsGuest == other.IsGuest
        && string.Equals(User, other.User, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Domain, other.Domain, StringComparison.OrdinalIgnoreCase)
        && (Sid is null || other.Sid is null || Sid == other.Sid);

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static void Add(List<Claim> claims, string type, string? value)
    {
        if (value is not null)
        {
            claims.Add(new Claim(type, value));
        }
    }
}
