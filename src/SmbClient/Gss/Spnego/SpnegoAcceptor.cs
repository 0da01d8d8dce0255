using System;
using System.Collections.Generic;
using System.Linq;
using SmbClient.Gss.Ntlm;

namespace SmbClient.Gss.Spnego;

/// <summary>The server's side of SPNEGO, [RFC4178] 4.2 and 5, and of raw NTLMSSP, which comes without it (gss-spnego-ntlm SV1–SV11).</summary>
internal sealed class SpnegoAcceptor : SpnegoContext
{
    private readonly IReadOnlyList<SpnegoCandidate> _candidates;
    private State _state = State.Start;
    private ReadOnlyMemory<byte> _mechTypesDer;
    private ReadOnlyMemory<byte>? _clientMic;
    private string? _supportedMech;
    private bool _isRaw;
    private bool _micRequired;

    public SpnegoAcceptor(IReadOnlyList<SpnegoCandidate> candidates)
        : base(candidates)
    {
        _candidates = candidates;
    }

    private enum State
    {
        Start,
        Hinted,
        InMechanism,
        AwaitMic,
        Complete,
        Failed,
    }

    public override bool IsComplete => _state == State.Complete;

    public override GssStep SupplyAccount(ReadOnlySpan<byte> ntHash) =>
        _state == State.InMechanism && Chosen is { } chosen
            ? Wrap(chosen.Context.SupplyAccount(ntHash))
            : throw new InvalidOperationException("No account was asked for.");

    protected override GssStep Advance(byte[] token)
    {
        switch (_state)
        {
            case State.Start when token.Length == 0:
                _state = State.Hinted;
                return GssStep.Continue(SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes(_candidates.SelectMany(c => c.Oids)), null, withHint: true));
            case State.Start or State.Hinted:
                return NtlmMessage.HasSignature(token) ? BeginRaw(token) : Begin(SpnegoTokens.DecodeInit(token));
            case State.InMechanism when _isRaw:
                return Wrap(Chosen!.Context.Step(token));
            case State.InMechanism:
                return Continue(SpnegoTokens.DecodeResp(token));
            case State.AwaitMic:
                _clientMic = SpnegoTokens.DecodeResp(token).MechListMic;
                return Finish(default);
            default:
                return Fail(GssStatus.DefectiveToken, "a token came that was not due");
        }
    }

    protected override GssStep Fail(GssStatus status, string reason)
    {
        _state = State.Failed;
        byte[] reject = _isRaw ? [] : SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.Reject });
        return GssStep.Fail(status, reason.StartsWith("NTLM", StringComparison.Ordinal) ? reason : "SPNEGO: " + reason, reject);
    }

    private GssStep BeginRaw(byte[] token)
    {
        _isRaw = true;
        Chosen = _candidates.FirstOrDefault(c => c.Mechanism.Oid == NtlmMechanism.MechanismOid);
        if (Chosen is null)
        {
            return Fail(GssStatus.BadMechanism, "raw NTLMSSP is not served");
        }

        _state = State.InMechanism;
        return Wrap(Chosen.Context.Step(token));
    }

    private GssStep Begin(NegTokenInit init)
    {
        _mechTypesDer = init.MechTypesDer;
        _supportedMech = init.MechTypes.FirstOrDefault(oid => _candidates.Any(c => c.Answers(oid)));
        if (_supportedMech is null)
        {
            return Fail(GssStatus.BadMechanism, "none of the client's mechanisms is served");
        }

        Chosen = _candidates.First(c => c.Answers(_supportedMech));
        _clientMic = init.MechListMic;
        _state = State.InMechanism;
        if (Chosen.Answers(init.MechTypes[0]))
        {
            return Wrap(Chosen.Context.Step((init.MechToken ?? default).Span));
        }

        // The optimistic token is for a mechanism that we do not have; whoever took ours out of first place must not go unnoticed.
        _micRequired = true;
        return GssStep.Continue(Respond(NegState.RequestMic, default, null));
    }

    private GssStep Continue(NegTokenResp response)
    {
        _clientMic = response.MechListMic ?? _clientMic;
        return Wrap(Chosen!.Context.Step((response.ResponseToken ?? default).Span));
    }

    private GssStep Wrap(GssStep step)
    {
        switch (step.Status)
        {
            case GssStatus.NeedsAccount:
                return step;
            case GssStatus.ContinueNeeded:
                return GssStep.Continue(_isRaw ? step.Token : Respond(NegState.AcceptIncomplete, step.Token, null));
            case GssStatus.Complete when _isRaw:
                _state = State.Complete;
                return step;
            case GssStatus.Complete:
                return Finish(step.Token);
            default:
                return Fail(step.Status, step.Reason ?? "the mechanism failed");
        }
    }

    private GssStep Finish(ReadOnlyMemory<byte> token)
    {
        GssContext context = Chosen!.Context;
        if (_clientMic is { } mic)
        {
            if (!context.SupportsMic || !context.VerifyMic(_mechTypesDer.Span, mic.Span))
            {
                return Fail(GssStatus.BadMic, "the client's integrity code over the list of mechanisms is wrong");
            }
        }
        else if (_micRequired)
        {
            if (_state == State.AwaitMic || !context.SupportsMic)
            {
                return Fail(GssStatus.BadMic, "the client's integrity code over the list of mechanisms is missing");
            }

            _state = State.AwaitMic;
            return GssStep.Continue(Respond(NegState.AcceptIncomplete, token, null));
        }

        byte[]? ownMic = _clientMic is not null ? context.GetMic(_mechTypesDer.Span) : null;
        _state = State.Complete;
        return GssStep.Complete(Respond(NegState.AcceptCompleted, token, ownMic));
    }

    /// <summary>supportedMech goes into the first answer only.</summary>
    private byte[] Respond(NegState state, ReadOnlyMemory<byte> token, byte[]? mic)
    {
        byte[] response = SpnegoTokens.EncodeResp(new NegTokenResp
        {
            NegState = state,
            SupportedMech = _supportedMech,
            ResponseToken = token.IsEmpty ? default(ReadOnlyMemory<byte>?) : token,
            MechListMic = mic is null ? default(ReadOnlyMemory<byte>?) : mic,
        });
        _supportedMech = null;
        return response;
    }
}
