using System;
using System.Collections.Generic;
using System.Linq;

namespace SmbClient.Gss.Spnego;

/// <summary>The client's side of SPNEGO, [RFC4178] 4.2 and 5 (gss-spnego-ntlm SP1–SP11).</summary>
internal sealed class SpnegoInitiator : SpnegoContext
{
    private readonly GssInitiatorOptions _options;
    private List<SpnegoCandidate> _candidates;
    private SpnegoCandidate _first = null!;
    private byte[] _mechTypesDer = [];
    private bool _micRequired;
    private bool _mechanismDone;
    private bool _micSent;
    private bool _micVerified;

    public SpnegoInitiator(List<SpnegoCandidate> candidates, GssInitiatorOptions options, List<string> log)
        : base([.. candidates], log)
    {
        _candidates = candidates;
        _options = options;
    }

    protected override GssStep Advance(byte[] token) => State switch
    {
        SpnegoState.Start => Begin(token),
        SpnegoState.Offered or SpnegoState.InMechanism => Continue(SpnegoTokens.DecodeResp(token)),
        _ => Fail(GssStatus.DefectiveToken, "a token came that was not due"),
    };

    private GssStep Begin(byte[] hint)
    {
        if (hint.Length > 0)
        {
            TakeHint(hint);
        }

        GssStep step = GssStep.Fail(GssStatus.NoCredential, "no mechanism is left");
        while (_candidates.Count > 0)
        {
            Chosen = _first = _candidates[0];
            step = _first.Context.Step(default);
            if (TakeStep(step))
            {
                _mechTypesDer = SpnegoTokens.EncodeMechTypes(_candidates.SelectMany(c => c.Oids));
                State = SpnegoState.Offered;
                return GssStep.Continue(SpnegoTokens.EncodeInit(_mechTypesDer, NegTokenResp.OrAbsent(step.Token)));
            }

            Log.Add($"{_first.Mechanism.Name} dropped: {step.Status}, {step.Reason}");
            _candidates.RemoveAt(0);
        }

        return Fail(step);
    }

    /// <summary>
    /// Puts first what the server can do too. Nothing protects the hint, so it never adds a mechanism: the table of mechanisms is the policy, and an
    /// attacker's hint can do no more than an attacker who cuts the way to the KDC (SP3).
    /// </summary>
    private void TakeHint(byte[] hint)
    {
        if (!_options.UseServerHint)
        {
            Log.Add("server's hint ignored");
            return;
        }

        NegTokenInit decoded = SpnegoTokens.DecodeInit(hint);
        _candidates = [.. _candidates.OrderByDescending(c => decoded.MechTypes.Any(c.Answers))];
        IEnumerable<string> common = _candidates.Where(c => decoded.MechTypes.Any(c.Answers)).Select(c => c.Mechanism.Name);
        Log.Add($"server's hint taken: it knows {string.Join(", ", common.DefaultIfEmpty("none of ours"))}");
    }

    private GssStep Continue(NegTokenResp response)
    {
        bool isFirst = State == SpnegoState.Offered;
        State = SpnegoState.InMechanism;
        if (response.NegState == NegState.Reject)
        {
            return Rejected(response, isFirst);
        }

        if (isFirst && TakeChoice(response) is { } failure)
        {
            return failure;
        }

        // Windows 2000 repeats the token in the place of the integrity code (SP10).
        bool repeats = response is { ResponseToken: { } token, MechListMic: { } copy } && token.Span.SequenceEqual(copy.Span);
        ReadOnlyMemory<byte>? mic = repeats ? null : response.MechListMic;
        ReadOnlyMemory<byte> output = default;
        if (!_mechanismDone)
        {
            GssStep step = Chosen!.Context.Step((response.ResponseToken ?? default).Span);
            if (!TakeStep(step))
            {
                return Fail(step);
            }

            output = step.Token;
        }
        else if (response.ResponseToken is { IsEmpty: false } && !repeats)
        {
            return Fail(GssStatus.DefectiveToken, "a token came after the mechanism had finished");
        }

        if (mic is { } code && !TakeMic(code))
        {
            return Fail(GssStatus.BadMic, "the server's integrity code over the list of mechanisms is wrong: someone may have changed the list");
        }

        return response.NegState == NegState.AcceptCompleted ? Finish(output) : Answer(output);
    }

    /// <summary>A mechanism's own error token says more than the reject around it, and proves no more either.</summary>
    private GssStep Rejected(NegTokenResp response, bool isFirst)
    {
        if (response.ResponseToken is { IsEmpty: false } token && !_mechanismDone
            && Chosen!.Context.Step(token.Span) is { IsSuccess: false, Reason: { } reason } said)
        {
            return Fail(said.Status, $"the server rejected the negotiation: {reason}");
        }

        return isFirst && response.SupportedMech is null
            ? Fail(GssStatus.BadMechanism, "the server takes none of the mechanisms")
            : Fail(GssStatus.DefectiveCredential, "the server rejected the negotiation");
    }

    /// <summary>What the server chose; later answers do not say (SP5). Another mechanism than our first makes the code over the list mandatory (SP4).</summary>
    private GssStep? TakeChoice(NegTokenResp response)
    {
        _micRequired = response.NegState == NegState.RequestMic;
        if (response.SupportedMech is not { } oid || _first.Answers(oid))
        {
            Log.Add($"server took {_first.Mechanism.Name}");
            return null;
        }

        if (_candidates.Find(c => c.Answers(oid)) is not { } chosen)
        {
            return Fail(GssStatus.BadMechanism, $"the server chose {oid}, which was not offered");
        }

        Chosen = chosen;
        Log.Add($"server chose {chosen.Mechanism.Name} in place of {_first.Mechanism.Name}");
        _micRequired = true;
        _mechanismDone = false;
        return response.ResponseToken is { IsEmpty: false }
            ? Fail(GssStatus.DefectiveToken, "the server answered a mechanism that has not begun")
            : null;
    }

    private bool TakeStep(in GssStep step)
    {
        _mechanismDone |= step.Status == GssStatus.Complete;
        return step.Status is GssStatus.Complete or GssStatus.ContinueNeeded;
    }

    private bool TakeMic(ReadOnlyMemory<byte> mic)
    {
        GssContext context = Chosen!.Context;
        _micVerified = _mechanismDone && context.SupportsMic && context.VerifyMic(_mechTypesDer, mic.Span);
        return _micVerified;
    }

    private GssStep Answer(ReadOnlyMemory<byte> output)
    {
        GssContext context = Chosen!.Context;
        bool sendMic = _mechanismDone && !_micSent && context.SupportsMic && (_micRequired || _micVerified || context.ProtectsMechList);
        if (output.IsEmpty && !sendMic)
        {
            return Fail(GssStatus.DefectiveToken, "the server wants to go on, but there is nothing left to say");
        }

        _micSent |= sendMic;
        return GssStep.Continue(SpnegoTokens.EncodeResp(new NegTokenResp
        {
            ResponseToken = NegTokenResp.OrAbsent(output),
            MechListMic = NegTokenResp.OrAbsent(sendMic ? context.GetMic(_mechTypesDer) : default),
        }));
    }

    private GssStep Finish(ReadOnlyMemory<byte> output)
    {
        if (!_mechanismDone || !output.IsEmpty)
        {
            return Fail(GssStatus.DefectiveToken, "the server declares success before the mechanism has finished");
        }

        // Nobody has no key to protect a list with, and nothing to lose.
        GssContext context = Chosen!.Context;
        bool isAnonymous = (context.Flags & GssContextFlags.Anonymous) != 0;

        // Deviation: where our first choice was taken nobody can have downgraded it, and some servers confirm nothing then. [RFC4178] 5 does not
        // ask for it either, and gss-spnego-ntlm SP9 lists the peers; RequireMechListMic is for callers who know theirs.
        bool isRequired = _micRequired || (_micSent && _options.RequireMechListMic);
        if (isRequired && !_micVerified && !isAnonymous)
        {
            return Fail(GssStatus.BadMic, "the server's integrity code over the list of mechanisms is missing: someone may have changed the list");
        }

        Log.Add($"{Chosen.Mechanism.Name} complete, list of mechanisms {(_micVerified ? "verified" : "not confirmed")}");
        State = SpnegoState.Complete;
        return GssStep.Complete();
    }
}
