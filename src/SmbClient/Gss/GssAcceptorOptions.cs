using System;
using System.Collections.Generic;

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

    /// <summary>The DNS name of the forest; null leaves it out.</summary>
    public string? DnsTreeName { get; init; }

    /// <summary>
    /// The host names by which initiators may mean this acceptor, without case; null accepts any. The service must be <c>cifs</c> or <c>host</c>.
    /// An initiator that names another was lured here by someone else.
    /// </summary>
    public IReadOnlyCollection<string>? TargetHosts { get; init; }

    /// <summary>Refuses initiators that do not say whom they mean. It needs <see cref="TargetHosts"/>.</summary>
    public bool RequireTargetName { get; init; }

    /// <summary>Refuses NTLMv2 without a message integrity code.</summary>
    public bool RequireMic { get; init; } = true;

    /// <summary>SPNEGO: refuses initiators that can protect the list of mechanisms and do not ([RFC4178] 5; as Samba does).</summary>
    public bool RequireMechListMic { get; init; } = true;

    /// <summary>Accepts NTLMv1 responses.</summary>
    public bool AllowNtlmV1 { get; init; }

    /// <summary>Accepts LM and LMv2 responses that come alone.</summary>
    public bool AllowLanManager { get; init; }

    /// <summary>Accepts initiators who do not say who they are.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Application data of the channel ([RFC5056]); empty for none.</summary>
    public ReadOnlyMemory<byte> ChannelBindings { get; init; }

    /// <summary>Refuses initiators that are not bound to the channel.</summary>
    public bool RequireChannelBindings { get; init; }

    /// <summary>How long a challenge may be answered.</summary>
    public TimeSpan ChallengeLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far the time in an NTLMv2 response may be from ours, [MS-NLMP] 3.1.1.1 (MaxLifetime).</summary>
    public TimeSpan MaxTimeDifference { get; init; } = TimeSpan.FromHours(36);

    /// <summary>Octets of one token at most, put together from its fragments.</summary>
    public int MaxTokenLength { get; init; } = 65535;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal GssRandom Random { get; init; } = GssRandom.System;

    /// <summary>What NTLM says of this machine; replaced only by tests that repeat captured exchanges.</summary>
    internal byte[] NtlmVersion { get; init; } = Ntlm.NtlmMessage.OwnVersion;

    /// <summary>Behaves like servers before Windows Vista, whose clients send no MIC; only tests do.</summary>
    internal bool OmitTimestamp { get; init; }
}
