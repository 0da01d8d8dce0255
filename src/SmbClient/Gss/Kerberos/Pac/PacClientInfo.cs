using System;

namespace SmbClient.Gss;

/// <summary>Whose ticket the PAC belongs to, PAC_CLIENT_INFO, [MS-PAC] 2.7.</summary>
public sealed class PacClientInfo
{
    /// <summary>When the client was authenticated first: the authtime of the ticket. Null where no calendar has that time.</summary>
    public DateTimeOffset? AuthenticationTime { get; internal init; }

    /// <summary>The client's name in the ticket, without its realm.</summary>
    public string Name { get; internal init; } = "";
}
