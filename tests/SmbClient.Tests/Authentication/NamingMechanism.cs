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

    public override string Name => "Naming";

    public override string Oid => "1.2.3.4.9";

    public override ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) =>
        new(GssInitiation.Ready(new Context(null, isInitiator: true)));

    public override GssContext? CreateAcceptor(GssAcceptorOptions options) => new Context(Failure, isInitiator: false);

    private sealed class Context(Exception? failure, bool isInitiator) : GssContext
    {
        private bool _isComplete;

        public override string MechanismName => "Naming";

        public override bool IsComplete => _isComplete;

        public override GssContextFlags Flags => GssContextFlags.MutualAuth;

        public override GssPeer? Peer => isInitiator ? null : new GssPeer { User = "bob", Domain = "REALM" };

        public override GssStep Step(ReadOnlySpan<byte> inputToken)
        {
            if (failure is not null)
            {
                throw failure;
            }

            if (isInitiator && inputToken.IsEmpty)
            {
                return GssStep.Continue(new byte[] { 1 });
            }

            _isComplete = true;
            return GssStep.Complete(isInitiator ? default : new byte[] { 2 });
        }

        public override byte[] ExportSessionKey() => [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    }
}
