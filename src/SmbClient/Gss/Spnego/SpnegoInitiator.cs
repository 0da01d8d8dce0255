using System;
using System.Collections.Generic;
using System.Linq;

namespace SmbClient.Gss.Spnego;

/// <summary>The client's side of SPNEGO, [RFC4178] 4.2 and 5 (gss-spnego-ntlm SP1–SP11).</summary>
internal sealed class SpnegoInitiator : SpnegoContext
{
    private readonly List<SpnegoCandidate> _candidates;
    private readonly List<string> _log;
    private readonly bool _useServerHint;
    private State _state = State.Start;
    private SpnegoCandidate _first = null!;
    private byte[] _mechTypesDer = [];
    private bool _isFirstResponse = true;
    private bool _micRequired;
    private bool _mechanismDone;
    private bool _micSent;
    private bool _micVerified;

    public SpnegoInitiator(List<SpnegoCandidate> candidates, bool useServerHint, List<string> log)
        : base(candidates)
    {
        _candidates = candidates;
        _useServerHint = useServerHint;
        _log = log;
    }

    private enum State
    {
        Start,
        ExpectResponse,
        Complete,
        Failed,
    }

    public override bool IsComplete => _state == State.Complete;

    public override IReadOnlyList<string> NegotiationLog => _log;

    protected override GssStep Advance(byte[] token) => _state switch
    {
        State.Start => Begin(token),
        State.ExpectResponse => Continue(SpnegoTokens.DecodeResp(token)),
        _ => Fail(GssStatus.DefectiveToken, "a token came that was not due"),
    };

    protected override GssStep Fail(GssStatus status, string reason)
    {
        _state = State.Failed;
        return GssStep.Fail(status, reason.StartsWith("NTLM", StringComparison.Ordinal) ? reason : "SPNEGO: " + reason);
    }

    private GssStep Begin(byte[] hint)
    {
        if (hint.Length > 0 && _useServerHint)
        {
            TakeHint(SpnegoTokens.DecodeInit(hint));
        }

        _first = _candidates[0];
        Chosen = _first;
        _mechTypesDer = SpnegoTokens.EncodeMechTypes(_candidates.SelectMany(c => c.Oids));
        GssStep step = _first.Context.Step(default);
        if (!TakeStep(step))
        {
            return Fail(step.Status, step.Reason ?? "the mechanism failed");
        }

        _state = State.ExpectResponse;
        return GssStep.Continue(SpnegoTokens.EncodeInit(_mechTypesDer, step.Token));
    }

    /// <summary>Puts first what the server can do too. Nothing protects the hint, so it never adds or removes a mechanism.</summary>
    private void TakeHint(NegTokenInit hint)
    {
        List<SpnegoCandidate> common = [.. _candidates.Where(c => hint.MechTypes.Any(c.Answers))];
        _log.Add($"server's hint taken: it knows {string.Join(", ", common.Select(c => c.Mechanism.Name).DefaultIfEmpty("none of ours"))}");
        _candidates.Sort((a, b) => common.Contains(b).CompareTo(common.Contains(a)));
    }

    private GssStep Continue(NegTokenResp response)
    {
        if (response.NegState == NegState.Reject)
        {
            return Fail(GssStatus.Unauthorized, "the server rejected the negotiation");
        }

        if (_isFirstResponse && TakeChoice(response) is { } failure)
        {
            return failure;
        }

        _isFirstResponse = false;
        _micRequired |= response.NegState == NegState.RequestMic;
        ReadOnlyMemory<byte> output = default;
        if (!_mechanismDone)
        {
            GssStep step = Chosen!.Context.Step((response.ResponseToken ?? default).Span);
            if (!TakeStep(step))
            {
                return Fail(step.Status, step.Reason ?? "the mechanism failed");
            }

            output = step.Token;
        }
        else if (response.ResponseToken is { IsEmpty: false } && !RepeatsTokenAsMic(response))
        {
            return Fail(GssStatus.DefectiveToken, "a token came after the mechanism had finished");
        }

        if (response.MechListMic is { } mic && !RepeatsTokenAsMic(response))
        {
            if (!_mechanismDone || !Chosen!.Context.SupportsMic || !Chosen.Context.VerifyMic(_mechTypesDer, mic.Span))
            {
                return Fail(GssStatus.BadMic, "the server's integrity code over the list of mechanisms is wrong: someone may have changed the list");
            }

            _micVerified = true;
        }

        return response.NegState == NegState.AcceptCompleted ? Finish(output) : Answer(output);
    }

    /// <summary>What the server chose. Another mechanism than our first makes the integrity code over the list mandatory.</summary>
    private GssStep? TakeChoice(NegTokenResp response)
    {
        if (response.SupportedMech is not { } oid || _first.Answers(oid))
        {
            return null;
        }

        Chosen = _candidates.FirstOrDefault(c => c.Answers(oid));
        if (Chosen is null)
        {
            return Fail(GssStatus.BadMechanism, $"the server chose {oid}, which was not offered");
        }

        _log.Add($"server chose {Chosen.Mechanism.Name}");
        _micRequired = true;
        _mechanismDone = false;
        return response.ResponseToken is { IsEmpty: false }
            ? Fail(GssStatus.DefectiveToken, "the server answered a mechanism that has not begun")
            : null;
    }

    private bool TakeStep(GssStep step)
    {
        _mechanismDone |= step.Status == GssStatus.Complete;
        return step.Status is GssStatus.Complete or GssStatus.ContinueNeeded;
    }

    private GssStep Answer(ReadOnlyMemory<byte> output)
    {
        // NTLM always protects the list, as Windows since Vista does; others where it was asked for (SP7, SP8).
        bool sendMic = _mechanismDone && !_micSent && Chosen!.Context.SupportsMic
            && (_micRequired || Chosen.Mechanism.Oid == Ntlm.NtlmMechanism.MechanismOid);
        if (output.IsEmpty && !sendMic)
        {
            return Fail(GssStatus.DefectiveToken, "the server wants to go on, but there is nothing left to say");
        }

        _micSent |= sendMic;
        return GssStep.Continue(SpnegoTokens.EncodeResp(new NegTokenResp
        {
            ResponseToken = output.IsEmpty ? default(ReadOnlyMemory<byte>?) : output,
            MechListMic = sendMic ? Chosen!.Context.GetMic(_mechTypesDer) : default(ReadOnlyMemory<byte>?),
        }));
    }

    private GssStep Finish(ReadOnlyMemory<byte> output)
    {
        if (!_mechanismDone || !output.IsEmpty)
        {
            return Fail(GssStatus.DefectiveToken, "the server declares success before the mechanism has finished");
        }

        // Where our first choice was taken nobody can have downgraded it, and some servers send no code then (SP9).
        if (_micRequired && !_micVerified)
        {
            return Fail(GssStatus.BadMic, "the server's integrity code over the list of mechanisms is missing: someone may have changed the list");
        }

        _log.Add(_micVerified ? $"{Chosen!.Mechanism.Name} complete, list of mechanisms verified" : $"{Chosen!.Mechanism.Name} complete");
        _state = State.Complete;
        return GssStep.Complete();
    }

    /// <summary>Windows 2000 repeats the token in the place of the integrity code (SP10).</summary>
    private static bool RepeatsTokenAsMic(NegTokenResp response) =>
        response is { ResponseToken: { } token, MechListMic: { } mic } && token.Span.SequenceEqual(mic.Span);
}
