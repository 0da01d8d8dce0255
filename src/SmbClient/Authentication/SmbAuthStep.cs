using System;

namespace SmbClient.Authentication;

/// <summary>The outcome of one step of a conversation.</summary>
public sealed class SmbAuthStep
{
    private SmbAuthStep(SmbAuthState state, NtStatus status)
    {
        State = state;
        Status = status;
    }

    /// <summary>Where the conversation stands.</summary>
    public SmbAuthState State { get; }

    /// <summary>What the client is told: Success, MoreProcessingRequired, or why not.</summary>
    public NtStatus Status { get; }

    /// <summary>What goes into the security blob of the response; may be empty. It is the caller's.</summary>
    public ReadOnlyMemory<byte> Token { get; private init; }

    /// <summary>With <see cref="SmbAuthState.Complete"/>: who the client is.</summary>
    public SmbIdentity? Identity { get; private init; }

    /// <summary>
    /// With <see cref="SmbAuthState.Complete"/>: the key that both sides share, whole, whatever its length. It is the caller's. Empty for guests and
    /// anonymous, with whom nothing can be signed or sealed.
    /// </summary>
    public ReadOnlyMemory<byte> SessionKey { get; private init; }

    /// <summary>
    /// With <see cref="SmbAuthState.Complete"/>: when the proof ends, and the client must sign in again: the end of the ticket, or the time at which the
    /// domain wants the user off, whichever is first. Null where it does not end: NTLM, guests, anonymous.
    /// </summary>
    public DateTimeOffset? Expires { get; private init; }

    /// <summary>
    /// With <see cref="SmbAuthState.Complete"/>: a credential that the client has delegated, with which the host may act in its name; null for none.
    /// It is the host's, who disposes of it.
    /// </summary>
    public SmbCredential? DelegatedCredential { get; private init; }

    /// <summary>With <see cref="SmbAuthState.Failed"/>: why, for logs only. The client must not learn it. It contains no secret.</summary>
    public string? Reason { get; private init; }

    /// <summary>The state and the status; no token, no key.</summary>
    public override string ToString() => $"{State} {NtStatusText.Name(Status)}";

    internal static SmbAuthStep Continue(ReadOnlyMemory<byte> token) => new(SmbAuthState.Continue, NtStatus.MoreProcessingRequired) { Token = token };

    internal static SmbAuthStep Complete(ReadOnlyMemory<byte> token, SmbIdentity identity, byte[] sessionKey, DateTimeOffset? expires = null, SmbCredential? delegated = null) =>
        new(SmbAuthState.Complete, NtStatus.Success) { Token = token, Identity = identity, SessionKey = sessionKey, Expires = expires, DelegatedCredential = delegated };

    internal static SmbAuthStep Failed(NtStatus status, string reason, ReadOnlyMemory<byte> token = default) =>
        new(SmbAuthState.Failed, status) { Token = token, Reason = reason };
}
