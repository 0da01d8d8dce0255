using System;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>What both roles of NTLM share: the key at the end, integrity codes, and that a failure is final.</summary>
internal abstract class NtlmContext : GssContext
{
    private readonly bool _isInitiator;

    protected NtlmContext(bool isInitiator)
    {
        _isInitiator = isInitiator;
    }

    public sealed override string MechanismName => NtlmMechanism.MechanismName;

    public sealed override bool SupportsMic => (NegotiatedFlags & (NtlmFlags.Sign | NtlmFlags.ExtendedSessionSecurity)) == (NtlmFlags.Sign | NtlmFlags.ExtendedSessionSecurity) && SessionKey.Length > 0;

    protected byte[] SessionKey { get; set; } = [];

    protected NtlmFlags NegotiatedFlags { get; set; }

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

    public sealed override byte[] ExportSessionKey() =>
        IsComplete ? (byte[])SessionKey.Clone() : throw new InvalidOperationException("The context is not established.");

    public sealed override byte[] GetMic(ReadOnlySpan<byte> message) => NtlmMic.Compute(Key, NegotiatedFlags, _isInitiator, message);

    public sealed override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic) =>
        NtlmMic.Verify(Key, NegotiatedFlags, !_isInitiator, message, mic);

    protected abstract GssStep Advance(byte[] token);

    /// <summary>Moves to the failed state for good.</summary>
    protected abstract GssStep Fail(GssStatus status, string reason);

    protected override void Dispose(bool disposing)
    {
        SessionKey.AsSpan().Clear();
        base.Dispose(disposing);
    }

    private byte[] Key => SessionKey.Length > 0 ? SessionKey : throw new InvalidOperationException("There is no key yet.");
}
