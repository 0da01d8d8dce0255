using System;

namespace SmbClient.Gss;

/// <summary>
/// What an NTLM client sent to prove who it is, as those need it who check the proof elsewhere: a domain controller, winbind. The responses are worth
/// nothing without the challenge, but a password can be guessed by them: they do not belong into logs.
/// </summary>
public sealed class NtlmAccountRequest
{
    /// <summary>The user name as the client sent it.</summary>
    public required string User { get; init; }

    /// <summary>The domain as the client sent it; may be empty.</summary>
    public required string Domain { get; init; }

    /// <summary>The machine that the client says it is on. Nothing proves it.</summary>
    public string Workstation { get; init; } = "";

    /// <summary>
    /// The 8 octets that the responses answer. Where an NTLMv1 response was made with extended session security, this is the challenge that follows from
    /// both sides' ones, [MS-NLMP] 3.3.1, as domain controllers expect it.
    /// </summary>
    public required ReadOnlyMemory<byte> Challenge { get; init; }

    /// <summary>The LM or LMv2 response; may be empty.</summary>
    public required ReadOnlyMemory<byte> LmResponse { get; init; }

    /// <summary>The NTLM or NTLMv2 response; may be empty.</summary>
    public required ReadOnlyMemory<byte> NtResponse { get; init; }

    /// <summary>The user and the domain, no response.</summary>
    public override string ToString() => Domain.Length == 0 ? User : Domain + "\\" + User;
}
