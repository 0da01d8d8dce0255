using System;
using System.Threading;
using System.Threading.Tasks;

namespace SmbClient.Gss.Ntlm;

/// <summary>NTLMSSP, [MS-NLMP]. Used without SPNEGO it is the raw NTLMSSP that SMB servers accept too.</summary>
internal sealed class NtlmMechanism : GssMechanism
{
    public const string MechanismOid = "1.3.6.1.4.1.311.2.2.10";
    public const string MechanismName = "NTLMSSP";

    public override string Name => MechanismName;

    public override string Oid => MechanismOid;

    public override ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) =>
        new(NtlmInitiator.Create(options) is { } context ? GssInitiation.Ready(context) : GssInitiation.CannotServe("NTLM needs a password or its hash"));

    public override GssContext? CreateAcceptor(GssAcceptorOptions options) => new NtlmAcceptor(options);

    public override bool Recognizes(ReadOnlySpan<byte> token) => NtlmMessage.HasSignature(token);
}
