using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;

namespace SmbClient.Tests.Gss;

/// <summary>A mechanism as simple as can be: one token each way, the acceptor's last, and integrity codes by hash.</summary>
internal sealed class FakeMechanism : GssMechanism
{
    private readonly string _oid;

    public FakeMechanism(string oid)
    {
        _oid = oid;
    }

    public override string Name => "Fake " + _oid;

    public override string Oid => _oid;

    public override IReadOnlyList<string> AliasOids => Aliases;

    public string[] Aliases { get; init; } = [];

    public bool CanServe { get; init; } = true;

    /// <summary>Those who issue the credential refuse it.</summary>
    public bool Refuses { get; init; }

    /// <summary>Octets of the initiator's token.</summary>
    public int RequestLength { get; init; } = 3;

    public bool FailsAtOnce { get; init; }

    public bool HasMic { get; init; } = true;

    public override ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) =>
        new(Refuses ? GssInitiation.Refused(GssStatus.DefectiveCredential, "the password is wrong") : CanServe ? GssInitiation.Ready(new Context(this, isInitiator: true)) : GssInitiation.CannotServe("it was told not to"));

    public override GssContext? CreateAcceptor(GssAcceptorOptions options) => CanServe ? new Context(this, isInitiator: false) : null;

    private sealed class Context : GssContext
    {
        private static readonly byte[] Reply = [2, 2, 2];

        private readonly FakeMechanism _mechanism;
        private readonly bool _isInitiator;
        private readonly byte[] _request;
        private bool _isComplete;

        public Context(FakeMechanism mechanism, bool isInitiator)
        {
            _mechanism = mechanism;
            _isInitiator = isInitiator;
            _request = [.. Enumerable.Repeat((byte)1, mechanism.RequestLength)];
        }

        public override string MechanismName => _mechanism.Name;

        public override bool IsComplete => _isComplete;

        public override bool SupportsMic => _isComplete && _mechanism.HasMic;

        public override GssContextFlags Flags => _isComplete ? GssContextFlags.MutualAuth : GssContextFlags.None;

        public override GssStep Step(ReadOnlySpan<byte> inputToken)
        {
            if (_mechanism.FailsAtOnce)
            {
                return GssStep.Fail(GssStatus.Failure, "it was told to fail");
            }

            if (_isInitiator && inputToken.IsEmpty)
            {
                return GssStep.Continue(_request);
            }

            if (_isComplete || !inputToken.SequenceEqual(_isInitiator ? Reply : _request))
            {
                return GssStep.Fail(GssStatus.DefectiveToken, "not its token");
            }

            _isComplete = true;
            return GssStep.Complete(_isInitiator ? default : Reply);
        }

        public override byte[] ExportSessionKey() => [.. Enumerable.Repeat((byte)7, 32)];

        public override byte[] GetMic(ReadOnlySpan<byte> message) => Mic(message, _isInitiator);

        public override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic) => mic.SequenceEqual(Mic(message, !_isInitiator));

        private static byte[] Mic(ReadOnlySpan<byte> message, bool fromInitiator) => SHA256.HashData([(byte)(fromInitiator ? 1 : 0), .. message]);
    }
}
