using System;
using System.Collections.Generic;

namespace SmbClient.Gss;

/// <summary>
/// One exchange of one side: tokens in, tokens out, no I/O. One thread at a time. A failure is final, and comes as a status, never as an exception.
/// </summary>
public abstract class GssContext : IDisposable
{
    /// <summary>The mechanism that does the work; behind SPNEGO, the chosen one.</summary>
    public abstract string MechanismName { get; }

    /// <summary>True once the context is established, and never before the last check.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>What the context has; final once it is established.</summary>
    public abstract GssContextFlags Flags { get; }

    /// <summary>True where <see cref="GetMic"/> and <see cref="VerifyMic"/> work once the mechanism is done.</summary>
    public virtual bool SupportsMic => false;

    /// <summary>Who is on the other side; null for initiators and before the end.</summary>
    public virtual GssPeer? Peer => null;

    /// <summary>What was offered, dropped, chosen and checked, for people. It contains no secret.</summary>
    public virtual IReadOnlyList<string> NegotiationLog => [];

    /// <summary>
    /// True where the mechanism protects SPNEGO's list of mechanisms even if its own first choice was taken: NTLM, as Windows since Vista does
    /// (gss-spnego-ntlm SP8, SV8). Initiators then send the code, acceptors expect it.
    /// </summary>
    protected internal virtual bool ProtectsMechList => false;

    /// <summary>Takes the other side's token, empty for the first of an initiator, and gives the next one.</summary>
    public abstract GssStep Step(ReadOnlySpan<byte> inputToken);

    /// <summary>
    /// Answers <see cref="GssStatus.NeedsAccount"/>: the NT hash of the account, or empty where there is none, which costs the same time and ends
    /// the same way as a wrong password.
    /// </summary>
    /// <param name="ntHash">16 octets, or none for an account that does not exist.</param>
    /// <param name="lmHash">16 octets, or none: only needed for LM responses that come alone.</param>
    /// <exception cref="InvalidOperationException">No account was asked for.</exception>
    public virtual GssStep SupplyAccount(ReadOnlySpan<byte> ntHash, ReadOnlySpan<byte> lmHash = default) => throw new InvalidOperationException("No account was asked for.");

    /// <summary>After <see cref="GssStatus.NeedsAccount"/>: what the initiator proves itself with, for those who check it elsewhere; null otherwise.</summary>
    public virtual NtlmAccountRequest? AccountRequest => null;

    /// <summary>
    /// Answers <see cref="GssStatus.NeedsAccount"/> where someone else has checked the proof in <see cref="AccountRequest"/>. All that the proof vouches
    /// for is still checked here.
    /// </summary>
    /// <param name="sessionBaseKey">The 16 octets of SessionBaseKey ([MS-NLMP] 3.3; a domain controller's UserSessionKey), or none: the proof is wrong.</param>
    /// <exception cref="InvalidOperationException">No account was asked for.</exception>
    public virtual GssStep SupplyVerdict(ReadOnlySpan<byte> sessionBaseKey) => throw new InvalidOperationException("No account was asked for.");

    /// <summary>The key that both sides share, whole; a copy, which is the caller's. Its length is the mechanism's; empty for anonymous.</summary>
    /// <exception cref="InvalidOperationException">The context is not established.</exception>
    public abstract byte[] ExportSessionKey();

    /// <summary>An integrity code over a message, number 0, from this side: what SPNEGO protects its list of mechanisms with.</summary>
    /// <exception cref="InvalidOperationException">The mechanism has no key (yet).</exception>
    public virtual byte[] GetMic(ReadOnlySpan<byte> message) => throw new InvalidOperationException("This mechanism has no integrity codes.");

    /// <summary>True if an integrity code of the other side, number 0, is right. Constant time.</summary>
    /// <exception cref="InvalidOperationException">The mechanism has no key (yet).</exception>
    public virtual bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic) => throw new InvalidOperationException("This mechanism has no integrity codes.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Clears keys and gives handles back.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
