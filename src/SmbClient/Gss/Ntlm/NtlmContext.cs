using System;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>What both roles of NTLM share: the key at the end, integrity codes, and that a failure is final.</summary>
internal abstract class NtlmContext : GssContext
{
    private const NtlmFlags MicFlags = NtlmFlags.Sign | NtlmFlags.ExtendedSessionSecurity;

    private readonly bool _isInitiator;

    protected NtlmContext(bool isInitiator)
    {
        _isInitiator = isInitiator;
    }

    public sealed override string MechanismName => NtlmMechanism.MechanismName;

    /// <summary>Nobody has no key, and signatures without extended session security protect nothing worth the name.</summary>
    public sealed override bool SupportsMic => IsComplete && !IsAnonymous && (NegotiatedFlags & MicFlags) == MicFlags;

    public sealed override GssContextFlags Flags => !IsComplete ? GssContextFlags.None
        : IsAnonymous ? GssContextFlags.Anonymous
        : (SupportsMic ? GssContextFlags.Integrity | GssContextFlags.Replay | GssContextFlags.Sequence : 0)
            | (IsChannelBound ? GssContextFlags.ChannelBound : 0)
            | ((NegotiatedFlags & NtlmFlags.Identify) != 0 ? GssContextFlags.Identify : 0);

    /// <summary>ExportedSessionKey, 16 octets.</summary>
    protected byte[] SessionKey { get; set; } = new byte[NtlmKeys.KeySize];

    protected NtlmFlags NegotiatedFlags { get; set; }

    protected bool IsAnonymous { get; set; }

    protected bool IsChannelBound { get; set; }

    public sealed override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        try
        {
            return Advance(inputToken.ToArray());
        }
        catch (MalformedMessageException e)
        {
            return Fail(GssStatus.DefectiveToken, e.Message);
        }
    }

    /// <summary>[MS-NLMP] has zeros as the key of nobody; none at all is what nobody can sign with by mistake.</summary>
    public sealed override byte[] ExportSessionKey() =>
        !IsComplete ? throw new InvalidOperationException("The context is not established.") : IsAnonymous ? [] : (byte[])SessionKey.Clone();

    public sealed override byte[] GetMic(ReadOnlySpan<byte> message) => NtlmMic.Compute(MicKey(), NegotiatedFlags, _isInitiator, message);

    public sealed override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic) =>
        NtlmMic.Verify(MicKey(), NegotiatedFlags, !_isInitiator, message, mic);

    protected abstract GssStep Advance(byte[] token);

    /// <summary>Moves to the failed state for good, and forgets keys.</summary>
    protected abstract GssStep Fail(GssStatus status, string reason);

    protected override void Dispose(bool disposing)
    {
        SessionKey.AsSpan().Clear();
        base.Dispose(disposing);
    }

    private byte[] MicKey() => SupportsMic ? SessionKey : throw new InvalidOperationException("There is no key for integrity codes.");
}
