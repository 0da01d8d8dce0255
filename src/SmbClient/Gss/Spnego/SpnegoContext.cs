using System;
using System.Collections.Generic;
using SmbClient.Wire;

namespace SmbClient.Gss.Spnego;

/// <summary>What both roles of SPNEGO share: the chosen mechanism's properties, and that a failure is final.</summary>
internal abstract class SpnegoContext : GssContext
{
    /// <summary>Round trips that any mechanism may need.</summary>
    private const int MaxSteps = 10;

    private readonly IReadOnlyList<SpnegoCandidate> _candidates;
    private int _steps;

    protected SpnegoContext(IReadOnlyList<SpnegoCandidate> candidates)
    {
        _candidates = candidates;
    }

    public override string MechanismName => Chosen is { } chosen ? "SPNEGO/" + chosen.Context.MechanismName : "SPNEGO";

    public override GssContextFlags Flags => IsComplete ? Chosen!.Context.Flags : GssContextFlags.None;

    public override bool SupportsMic => Chosen?.Context.SupportsMic ?? false;

    public override GssPeer? Peer => IsComplete ? Chosen!.Context.Peer : null;

    protected SpnegoCandidate? Chosen { get; set; }

    public sealed override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        if (++_steps > MaxSteps)
        {
            return Fail(GssStatus.DefectiveToken, $"no end after {MaxSteps} tokens");
        }

        try
        {
            return Advance(inputToken.ToArray());
        }
        catch (MalformedMessageException e)
        {
            return Fail(GssStatus.DefectiveToken, e.Message);
        }
    }

    public override byte[] ExportSessionKey() =>
        IsComplete ? Chosen!.Context.ExportSessionKey() : throw new InvalidOperationException("The context is not established.");

    public override byte[] GetMic(ReadOnlySpan<byte> message) => Chosen is { } chosen ? chosen.Context.GetMic(message) : base.GetMic(message);

    public override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic) =>
        Chosen is { } chosen ? chosen.Context.VerifyMic(message, mic) : base.VerifyMic(message, mic);

    protected abstract GssStep Advance(byte[] token);

    /// <summary>Moves to the failed state for good.</summary>
    protected abstract GssStep Fail(GssStatus status, string reason);

    protected override void Dispose(bool disposing)
    {
        foreach (SpnegoCandidate candidate in _candidates)
        {
            candidate.Context.Dispose();
        }

        base.Dispose(disposing);
    }
}
