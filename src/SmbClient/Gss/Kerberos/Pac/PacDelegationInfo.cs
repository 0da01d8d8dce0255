using System.Collections.Generic;

namespace SmbClient.Gss;

/// <summary>
/// How a service came to act for the user by constrained delegation, S4U_DELEGATION_INFO, [MS-PAC] 2.9. It is there where the user did not come itself.
/// </summary>
public sealed class PacDelegationInfo
{
    /// <summary>The service that the ticket was made for.</summary>
    public string ProxyTarget { get; internal init; } = "";

    /// <summary>The services through which the user came, the first one first.</summary>
    public IReadOnlyList<string> TransitedServices { get; internal init; } = [];
}
