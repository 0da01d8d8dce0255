using System;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>The client's side through SSPI. Windows itself forwards tickets only to servers that the domain trusts ([MS-KILE] 3.2.5.1).</summary>
internal sealed unsafe class SspiInitiator : SspiContext
{
    private const uint Delegate = 1;
    private const uint MutualAuth = 2;
    private const uint ReplayDetect = 4;
    private const uint SequenceDetect = 8;
    private const uint Confidentiality = 0x10;
    private const uint Integrity = 0x10000;

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
                : FinishInitiator(FlagsOf(attributes), output);
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

    internal static GssContextFlags FlagsOf(uint attributes) =>
        (GssContextFlags)(attributes & (Delegate | MutualAuth | ReplayDetect | SequenceDetect | Confidentiality))
        | ((attributes & Integrity) != 0 ? GssContextFlags.Integrity : GssContextFlags.None);

    private int Call(ReadOnlySpan<byte> input, out byte[] output, out uint attributes)
    {
        uint requested = MutualAuth | ReplayDetect | SequenceDetect | Confidentiality | Integrity
            | (_options.Delegation == GssDelegationPolicy.None ? 0 : Delegate);
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
