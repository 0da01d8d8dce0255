using System;

namespace SmbClient.Gss.Kerberos.Sspi;

/// <summary>The server's side through SSPI, as the account of the process. It names the client; the PAC stays inside Windows.</summary>
internal sealed unsafe class SspiAcceptor : SspiContext
{
    /// <summary>ASC_REQ_INTEGRITY.</summary>
    private const uint Integrity = 0x20000;

    /// <summary>ASC_REQ_MUTUAL_AUTH, REPLAY_DETECT, SEQUENCE_DETECT and CONFIDENTIALITY.</summary>
    private const uint Requested = 0x2 | 0x4 | 0x8 | 0x10 | Integrity;

    /// <summary>SECPKG_ATTR_NAMES.</summary>
    private const uint NamesAttribute = 1;

    private readonly SspiCredential _credential;
    private readonly GssAcceptorOptions _options;
    private GssPeer? _peer;

    public SspiAcceptor(SspiFunctions functions, SspiCredential credential, GssAcceptorOptions options)
        : base(functions)
    {
        _credential = credential;
        _options = options;
    }

    public override GssPeer? Peer => IsComplete ? _peer : null;

    public override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        if (HasFailed || IsComplete || inputToken.IsEmpty)
        {
            return NotDue();
        }

        byte[] output = [];
        try
        {
            uint attributes = 0;
            int code = Call(
                inputToken,
                _options.ChannelBindings.Span,
                "AcceptSecurityContext",
                (context, inputs, newContext, outputs) =>
                    Functions.AcceptSecurityContext(ref _credential.Handle, context, inputs, Requested, 0, newContext, outputs, out attributes, out _),
                out output);
            if (code == ContinueNeeded)
            {
                return GssStep.Continue(output);
            }

            string name = QueryText(NamesAttribute);
            int separator = name.IndexOf('\\');
            Establish(FlagsOf(attributes, Integrity));
            _peer = new GssPeer { User = name.Substring(separator + 1), Domain = separator < 0 ? "" : name.Substring(0, separator) };
            return GssStep.Complete(output);
        }
        catch (SspiException e)
        {
            return Fail(e.Status, e.Message, output);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _credential.Dispose();
    }
}
