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

    protected SpnegoContext(IReadOnlyList<SpnegoCandidate> candidates, List<string> log)
    {
        _candidates = candidates;
        Log = log;
    }

    public override string MechanismName => Chosen is { } chosen ? "SPNEGO/" + chosen.Context.MechanismName : "SPNEGO";

    public override GssContextFlags Flags => IsComplete ? Chosen!.Context.Flags : GssContextFlags.None;

    public override bool SupportsMic => IsComplete && Chosen!.Context.SupportsMic;

    public override GssPeer? Peer => IsComplete ? Chosen!.Context.Peer : null;

    public override bool IsComplete => State == SpnegoState.Complete;

    public override IReadOnlyList<string> NegotiationLog => Log;

    protected SpnegoCandidate? Chosen { get; set; }

    protected SpnegoState State { get; set; } = SpnegoState.Start;

    protected List<string> Log { get; }

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

    public override byte[] GetMic(ReadOnlySpan<byte> message) => IsComplete ? Chosen!.Context.GetMic(message) : base.GetMic(message);

    public override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic) =>
        IsComplete ? Chosen!.Context.VerifyMic(message, mic) : base.VerifyMic(message, mic);

    protected abstract GssStep Advance(byte[] token);

    /// <summary>Moves to the failed state for good.</summary>
    protected GssStep Fail(GssStatus status, string reason) => Fail(GssStep.Fail(status, "SPNEGO: " + reason));

    /// <summary>The mechanism's failure is ours, for good.</summary>
    protected virtual GssStep Fail(in GssStep cause)
    {
        State = SpnegoState.Failed;
        Log.Add($"failed, {cause.Status}: {cause.Reason}");
        return cause;
    }

    protected override void Dispose(bool disposing)
    {
        State = SpnegoState.Failed;
        foreach (SpnegoCandidate candidate in _candidates)
        {
            candidate.Dispose();
        }

        base.Dispose(disposing);
    }
}
