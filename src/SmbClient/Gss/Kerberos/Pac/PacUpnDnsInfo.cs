namespace SmbClient.Gss;

/// <summary>Other names of the user, UPN_DNS_INFO, [MS-PAC] 2.10.</summary>
public sealed class PacUpnDnsInfo
{
    /// <summary>The user principal name, such as <c>alice@lab.test</c>.</summary>
    public string UserPrincipalName { get; internal init; } = "";

    /// <summary>The DNS name of the account's domain.</summary>
    public string DnsDomain { get; internal init; } = "";

    /// <summary>True where the account has no user principal name, and <see cref="UserPrincipalName"/> is made of its name and domain.</summary>
    public bool IsUpnConstructed { get; internal init; }

    /// <summary>The sAMAccountName; null where the domain controller does not tell.</summary>
    public string? SamAccountName { get; internal init; }

    /// <summary>The account's security identifier; null where the domain controller does not tell.</summary>
    public string? Sid { get; internal init; }
}
