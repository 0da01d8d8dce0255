using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>Kerberos whose initiator is the test's own.</summary>
internal sealed class TestKerberosMechanism(TestInitiator initiator) : GssMechanism
{
    public override string Name => "Kerberos";

    public override string Oid => KerberosMechanism.MechanismOid;

    public override IReadOnlyList<string> AliasOids => [KerberosMechanism.MicrosoftOid];

    public override ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) => new(GssInitiation.Ready(initiator));

    public override GssContext? CreateAcceptor(GssAcceptorOptions options) => null;
}
