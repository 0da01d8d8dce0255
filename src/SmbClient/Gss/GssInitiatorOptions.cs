using System;

namespace SmbClient.Gss;

/// <summary>What an initiator context is made of.</summary>
public sealed class GssInitiatorOptions
{
    /// <summary>Who signs in.</summary>
    public required GssCredential Credential { get; init; }

    /// <summary>The acceptor as the caller means it, such as <c>cifs/files.example.com</c>. It goes into the proof, so that nobody can relay it elsewhere.</summary>
    public required string TargetName { get; init; }

    /// <summary>What is asked for. MutualAuth is what [MS-SMB] 3.2.4.2.4 demands; Delegate is <see cref="Delegation"/>.</summary>
    public GssContextFlags Flags { get; init; } =
        GssContextFlags.MutualAuth | GssContextFlags.Replay | GssContextFlags.Sequence | GssContextFlags.Integrity | GssContextFlags.Confidentiality;

    /// <summary>Whether the acceptor may get a credential.</summary>
    public GssDelegationPolicy Delegation { get; init; } = GssDelegationPolicy.WhenTrusted;

    /// <summary>Application data of the channel ([RFC5056]); empty for none.</summary>
    public ReadOnlyMemory<byte> ChannelBindings { get; init; }

    /// <summary>Lets NTLMv1 responses go out to servers that cannot do better, and lifts <see cref="NtlmRequirements"/>.</summary>
    public bool AllowNtlmV1 { get; init; }

    /// <summary>NTLM: what the server must agree to.</summary>
    public NtlmRequirements NtlmRequirements { get; init; } = NtlmRequirements.Default;

    /// <summary>NTLM: true where nobody but the network says that <see cref="TargetName"/> is whom the user means; the acceptor is told so.</summary>
    public bool IsTargetNameUntrusted { get; init; }

    /// <summary>Lets LM responses go out beside NTLMv1.</summary>
    public bool AllowLanManager { get; init; }

    /// <summary>SPNEGO: whether the acceptor's first token may order the mechanisms. It never brings one in.</summary>
    public bool UseServerHint { get; init; } = true;

    /// <summary>
    /// SPNEGO: the acceptor's first token, if it is known before the first step; empty otherwise. With <see cref="UseServerHint"/>, mechanisms that it does not
    /// name are not even asked, so that no KDC is troubled for a server that takes no tickets. If it names none of ours, all are.
    /// </summary>
    public ReadOnlyMemory<byte> AcceptorHint { get; init; }

    /// <summary>
    /// SPNEGO: refuses an acceptor that takes our first mechanism and does not confirm the list although we sent its integrity code. Where it takes
    /// another mechanism, the confirmation is always needed.
    /// </summary>
    public bool RequireMechListMic { get; init; }

    /// <summary>The name of this machine that NTLM tells; null for none.</summary>
    public string? Workstation { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What is asked for, with the delegation that the policy means.</summary>
    public GssContextFlags RequestedFlags => Flags | Delegation switch
    {
        GssDelegationPolicy.WhenTrusted => GssContextFlags.DelegatePolicy,
        GssDelegationPolicy.Always => GssContextFlags.Delegate,
        _ => GssContextFlags.None,
    };

    internal GssRandom Random { get; init; } = GssRandom.System;

    /// <summary>What NTLM says of this machine; replaced only by tests that repeat captured exchanges.</summary>
    internal byte[] NtlmVersion { get; init; } = Ntlm.NtlmMessage.OwnVersion;
}
