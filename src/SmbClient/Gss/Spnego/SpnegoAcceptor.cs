using System;
using System.Collections.Generic;
using System.Linq;

namespace SmbClient.Gss.Spnego;

/// <summary>
/// The server's side of SPNEGO, [RFC4178] 4.2 and 5, and of mechanisms whose tokens come without it, such as raw NTLMSSP
/// (gss-spnego-ntlm SV1–SV11).
/// </summary>
internal sealed class SpnegoAcceptor : SpnegoContext
{
    private readonly IReadOnlyList<SpnegoCandidate> _candidates;
    private readonly GssAcceptorOptions _options;
    private readonly TokenAssembler _assembler;
    private ReadOnlyMemory<byte> _mechTypesDer;
    private ReadOnlyMemory<byte>? _clientMic;
    private string? _supportedMech;
    private bool _isRaw;
    private bool _micRequired;
    private bool _micSent;

    public SpnegoAcceptor(IReadOnlyList<SpnegoCandidate> candidates, GssAcceptorOptions options)
        : base(candidates, [])
    {
        _candidates = candidates;
        _options = options;
        _assembler = new TokenAssembler(options.MaxTokenLength);
    }

    public override NtlmAccountRequest? AccountRequest => Chosen?.Context.AccountRequest;

    public override GssStep SupplyAccount(ReadOnlySpan<byte> ntHash, ReadOnlySpan<byte> lmHash = default) =>
        State is SpnegoState.InMechanism or SpnegoState.Raw
            ? Wrap(Chosen!.Context.SupplyAccount(ntHash, lmHash))
            : throw new InvalidOperationException("No account was asked for.");

    public override GssStep SupplyVerdict(ReadOnlySpan<byte> sessionBaseKey) =>
        State is SpnegoState.InMechanism or SpnegoState.Raw
            ? Wrap(Chosen!.Context.SupplyVerdict(sessionBaseKey))
            : throw new InvalidOperationException("No account was asked for.");

    protected override GssStep Advance(byte[] token)
    {
        switch (State)
        {
            case SpnegoState.Start when token.Length == 0:
                State = SpnegoState.Hinted;
                return GssStep.Continue(SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes(_candidates.SelectMany(c => c.Oids)), null, withHint: true));
            case SpnegoState.Start or SpnegoState.Hinted when _candidates.FirstOrDefault(c => c.Recognizes(token)) is { } raw:
                return BeginRaw(raw, token);
            case SpnegoState.Raw:
                return Wrap(Chosen!.Context.Step(token));
            case SpnegoState.Complete or SpnegoState.Failed:
                return Fail(GssStatus.DefectiveToken, "a token came that was not due");
        }

        if (_assembler.Add(token) is not { } whole)
        {
            return GssStep.Continue(default);
        }

        return State switch
        {
            SpnegoState.InMechanism => Continue(SpnegoTokens.DecodeResp(whole)),
            SpnegoState.AwaitMic => TakeMic(SpnegoTokens.DecodeResp(whole)),
            _ => Begin(SpnegoTokens.DecodeInit(whole)),
        };
    }

    protected override GssStep Fail(in GssStep cause)
    {
        // What the mechanism has to say goes along: Kerberos tells a client with a wrong clock the time.
        ReadOnlyMemory<byte> reject = _isRaw
            ? cause.Token
            : SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.Reject, ResponseToken = NegTokenResp.OrAbsent(cause.Token) });
        return base.Fail(GssStep.Fail(cause.Status, cause.Reason ?? "the mechanism failed", reject));
    }

    private GssStep BeginRaw(SpnegoCandidate mechanism, byte[] token)
    {
        Log.Add($"client began with {mechanism.Mechanism.Name} without SPNEGO");
        _isRaw = true;
        Chosen = mechanism;
        State = SpnegoState.Raw;
        return Wrap(mechanism.Context.Step(token));
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
        Log.Add($"client offered {string.Join(", ", init.MechTypes)}; {Chosen.Mechanism.Name} chosen");
        State = SpnegoState.InMechanism;
        if (!Chosen.Answers(init.MechTypes[0]))
        {
            // The optimistic token is for a mechanism that we do not have; whoever took ours out of first place must not go unnoticed (SV4).
            _micRequired = true;
            return GssStep.Continue(Respond(NegState.RequestMic, default, withMic: false));
        }

        return init.MechToken is { IsEmpty: false } first
            ? Wrap(Chosen.Context.Step(first.Span))
            : GssStep.Continue(Respond(NegState.AcceptIncomplete, default, withMic: false));
    }

    private GssStep Continue(NegTokenResp response)
    {
        _clientMic = response.MechListMic;
        return Wrap(Chosen!.Context.Step((response.ResponseToken ?? default).Span));
    }

    private GssStep TakeMic(NegTokenResp response)
    {
        _clientMic = response.MechListMic;
        return response.ResponseToken is { IsEmpty: false }
            ? Fail(GssStatus.DefectiveToken, "a token came after the mechanism had finished")
            : Finish(default);
    }

    private GssStep Wrap(in GssStep step)
    {
        switch (step.Status)
        {
            case GssStatus.NeedsAccount:
                return step;
            case GssStatus.ContinueNeeded:
                return _isRaw ? step : GssStep.Continue(Respond(NegState.AcceptIncomplete, step.Token, withMic: false));
            case GssStatus.Complete when _isRaw:
                State = SpnegoState.Complete;
                return step;
            case GssStatus.Complete:
                return Finish(step.Token);
            default:
                return Fail(step);
        }
    }

    private GssStep Finish(ReadOnlyMemory<byte> token)
    {
        GssContext context = Chosen!.Context;
        bool isAnonymous = (context.Flags & GssContextFlags.Anonymous) != 0;
        if (_clientMic is { } mic)
        {
            // Over the octets that came (SV7); written anew they might be other ones.
            if (!context.SupportsMic || !context.VerifyMic(_mechTypesDer.Span, mic.Span))
            {
                return Fail(GssStatus.BadMic, "the client's integrity code over the list of mechanisms is wrong: someone may have changed the list");
            }
        }
        else if (!isAnonymous && (_micRequired || (_options.RequireMechListMic && context.ProtectsMechList)))
        {
            // Only a client whose mechanism waits for our last token may send its code after it ([RFC4178] 5).
            if (State == SpnegoState.AwaitMic || !context.SupportsMic || token.IsEmpty)
            {
                return Fail(GssStatus.BadMic, "the client's integrity code over the list of mechanisms is missing");
            }

            State = SpnegoState.AwaitMic;
            return GssStep.Continue(Respond(NegState.AcceptIncomplete, token, withMic: true));
        }

        byte[] last = Respond(NegState.AcceptCompleted, token, withMic: _clientMic is not null && !_micSent);
        State = SpnegoState.Complete;
        return GssStep.Complete(last);
    }

    /// <summary>supportedMech goes into the first answer only (SV6).</summary>
    private byte[] Respond(NegState state, ReadOnlyMemory<byte> token, bool withMic)
    {
        _micSent |= withMic;
        byte[] response = SpnegoTokens.EncodeResp(new NegTokenResp
        {
            NegState = state,
            SupportedMech = _supportedMech,
            ResponseToken = NegTokenResp.OrAbsent(token),
            MechListMic = NegTokenResp.OrAbsent(withMic ? Chosen!.Context.GetMic(_mechTypesDer.Span) : default),
        });
        _supportedMech = null;
        return response;
    }
}
