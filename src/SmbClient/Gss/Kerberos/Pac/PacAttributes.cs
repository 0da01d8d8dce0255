using System;

namespace SmbClient.Gss;

/// <summary>Whether the client wanted a PAC, PAC_ATTRIBUTES_INFO, [MS-PAC] 2.14. Tickets for services do not have it.</summary>
[Flags]
public enum PacAttributes
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>The client asked for a PAC.</summary>
    Requested = 1,

    /// <summary>The client said nothing, and was given a PAC.</summary>
    GivenImplicitly = 2,
}
