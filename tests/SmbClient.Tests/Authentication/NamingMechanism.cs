using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.Tests.Authentication;

/// <summary>A mechanism of another package, as simple as can be: one token each way, and a name at the end.</summary>
internal sealed class NamingMechanism : GssMechanism
{
    public Exception? Failure { get; init; }

    /// <summary>What it says of itself: authorization data are a PAC only in Kerberos.</summary>
    public string Called { get; init; } = "Naming";

    /// <summary>Whom each acceptor establishes.</summary>
    public Func<GssPeer> Establish { get; init; } = () => new GssPeer { User = "bob", Domain = "REALM" };

    /// <summary>How acceptors fail; null for those that do not.</summary>
    public GssStatus? Refusal { get; init; }

    public override string Name => Called;

    public override string Oid => "1.2.3.4.9";

    public override ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) =>
        new(GssInitiation.Ready(new Context(this, isInitiator: true)));

    public override GssContext? CreateAcceptor(GssAcceptorOptions options) => new Context(this, isInitiator: false);

    private sealed class Context(NamingMechanism mechanism, bool isInitiator) : GssContext
    {
        private bool _isComplete;
        private GssPeer? _peer;

        public override string MechanismName => mechanism.Called;

        public override bool IsComplete => _isComplete;

        public override GssContextFlags Flags => GssContextFlags.MutualAuth;

        public override GssPeer? Peer => _peer;

        public override GssStep Step(ReadOnlySpan<byte> inputToken)
        {
            if (mechanism.Failure is { } failure && !isInitiator)
            {
                throw failure;
            }

            if (mechanism.Refusal is { } refusal && !isInitiator)
            {
                return GssStep.Fail(refusal, "as it was told");
            }

            if (isInitiator && inputToken.IsEmpty)
            {
                return GssStep.Continue(new byte[] { 1 });
            }

            _isComplete = true;
            _peer = isInitiator ? null : mechanism.Establish();
            return GssStep.Complete(isInitiator ? default : new byte[] { 2 });
        }

        public override byte[] ExportSessionKey() => [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    }
}
