using System;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>The client's side through SSPI. Windows itself forwards tickets only to servers that the domain trusts ([MS-KILE] 3.2.5.1).</summary>
internal sealed unsafe class SspiInitiator : SspiContext
{
    /// <summary>ISC_REQ_DELEGATE.</summary>
    private const uint Delegate = 1;

    /// <summary>ISC_REQ_INTEGRITY.</summary>
    private const uint Integrity = 0x10000;

    /// <summary>ISC_REQ_MUTUAL_AUTH, REPLAY_DETECT, SEQUENCE_DETECT and CONFIDENTIALITY.</summary>
    private const uint Always = 0x2 | 0x4 | 0x8 | 0x10 | Integrity;

    private readonly SspiCredential _credential;
    private readonly GssInitiatorOptions _options;

    private SspiInitiator(SspiFunctions functions, SspiCredential credential, GssInitiatorOptions options)
        : base(functions)
    {
        _credential = credential;
        _options = options;
    }

    /// <summary>Gets the ticket and makes the first token. It may block for long.</summary>
    public static SspiInitiator Create(SspiFunctions functions, SspiCredential credential, GssInitiatorOptions options)
    {
        SspiInitiator initiator = new(functions, credential, options);
        try
        {
            initiator.Call(default, out byte[] token, out _);
            initiator.FirstToken = token;
            return initiator;
        }
        catch
        {
            initiator.Dispose();
            throw;
        }
    }

    public override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        if (StepWithoutSystem(inputToken) is { } step)
        {
            return step;
        }

        try
        {
            return Call(inputToken, out byte[] output, out uint attributes) == ContinueNeeded
                ? GssStep.Continue(output)
                : FinishInitiator(FlagsOf(attributes, Integrity), output);
        }
        catch (SspiException e)
        {
            return Fail(e.Status, "the server's answer is refused: " + e.Message);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _credential.Dispose();
    }

    private int Call(ReadOnlySpan<byte> input, out byte[] output, out uint attributes)
    {
        uint requested = Always | (_options.Delegation == GssDelegationPolicy.None ? 0 : Delegate);
        uint returned = 0;
        int code = Call(
            input,
            _options.ChannelBindings.Span,
            "InitializeSecurityContext",
            (context, inputs, newContext, outputs) =>
            {
                fixed (char* target = _options.TargetName)
                {
                    return Functions.InitializeSecurityContext(ref _credential.Handle, context, target, requested, 0, 0, inputs, 0, newContext, outputs, out returned, out _);
                }
            },
            out output);
        attributes = returned;
        return code;
    }
}
