using System;

namespace SmbClient.Gss;

/// <summary>What an acceptor context is made of. The defaults are strict.</summary>
public sealed class GssAcceptorOptions
{
    /// <summary>The acceptor's NetBIOS name.</summary>
    public required string NetBiosComputerName { get; init; }

    /// <summary>The NetBIOS name of its domain; the computer's own where it is in none.</summary>
    public required string NetBiosDomainName { get; init; }

    /// <summary>The acceptor's DNS name; may be empty.</summary>
    public string DnsComputerName { get; init; } = "";

    /// <summary>The DNS name of its domain; may be empty.</summary>
    public string DnsDomainName { get; init; } = "";

    /// <summary>The names before which <c>cifs/</c> or <c>host/</c> is accepted as target; null accepts any target name.</summary>
    public Predicate<string>? AcceptTarget { get; init; }

    /// <summary>Refuses initiators without a message integrity code.</summary>
    public bool RequireMic { get; init; } = true;

    /// <summary>Accepts NTLMv1 responses.</summary>
    public bool AllowNtlmV1 { get; init; }

    /// <summary>Accepts initiators who do not say who they are.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Application data of the channel ([RFC5056]); empty for none.</summary>
    public ReadOnlyMemory<byte> ChannelBindings { get; init; }

    /// <summary>Refuses initiators that are not bound to the channel.</summary>
    public bool RequireChannelBindings { get; init; }

    /// <summary>How long a challenge may be answered.</summary>
    public TimeSpan ChallengeLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal GssRandom Random { get; init; } = GssRandom.System;
}
