using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;

namespace SmbClient.Tests.Gss;

/// <summary>An initiator and an acceptor in one process, and what may be done to the tokens on their way.</summary>
internal sealed class GssPair : IDisposable
{
    public const string User = "alice";
    public const string Domain = "LAB";
    public const string Password = "Pässw0rd";

    private readonly GssContext _initiator;
    private readonly GssContext _acceptor;

    public GssPair(GssMechanism initiator, GssMechanism acceptor, GssCredential? credential = null, Func<GssInitiatorOptions, GssInitiatorOptions>? initiate = null, GssAcceptorOptions? accept = null)
    {
        GssInitiatorOptions options = new() { Credential = credential ?? Alice, TargetName = "cifs/server", TimeProvider = Clock };
        _initiator = initiator.CreateInitiatorAsync(initiate?.Invoke(options) ?? options, CancellationToken.None).AsTask().GetAwaiter().GetResult().Context!;
        _acceptor = acceptor.CreateAcceptor(accept ?? AcceptorOptions())!;
    }

    public static FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public static GssCredential Alice => GssCredential.Password(User, Password, Domain);

    public static GssMechanism Ntlm { get; } = new NtlmMechanism();

    public static GssMechanism Spnego { get; } = new SpnegoMechanism([Ntlm]);

    public GssContext Initiator => _initiator;

    public GssContext Acceptor => _acceptor;

    /// <summary>Changes a token on its way: leg from 0, token, result.</summary>
    public Func<int, byte[], byte[]> OnTheWay { get; set; } = (_, token) => token;

    /// <summary>The NT hash that the account store has; empty for nobody.</summary>
    public byte[] StoredHash { get; set; } = Alice.CopyNtHash()!;

    /// <summary>Tokens as they were sent.</summary>
    public List<byte[]> Tokens { get; } = [];

    public GssStep InitiatorEnd { get; private set; }

    public GssStep AcceptorEnd { get; private set; }

    public bool BothComplete => _initiator.IsComplete && _acceptor.IsComplete;

    public static GssAcceptorOptions AcceptorOptions(bool requireMic = true, bool allowNtlmV1 = false, bool allowAnonymous = false, byte[]? bindings = null, bool requireBindings = false, string? targetHost = null) => new()
    {
        NetBiosComputerName = "SERVER",
        NetBiosDomainName = "LAB",
        DnsComputerName = "server.lab.test",
        DnsDomainName = "lab.test",
        RequireMic = requireMic,
        AllowNtlmV1 = allowNtlmV1,
        AllowAnonymous = allowAnonymous,
        ChannelBindings = bindings,
        RequireChannelBindings = requireBindings,
        TargetHosts = targetHost is null ? null : [targetHost],
        TimeProvider = Clock,
    };

    /// <summary>Exchanges tokens until one side fails or neither has anything to say.</summary>
    public GssPair Run(ReadOnlySpan<byte> hint = default)
    {
        InitiatorEnd = _initiator.Step(hint);
        for (int leg = 0; !InitiatorEnd.Token.IsEmpty && leg < 20; leg += 2)
        {
            AcceptorEnd = Accept(Send(leg, InitiatorEnd.Token));
            if (AcceptorEnd.Token.IsEmpty || AcceptorEnd.Status is not (GssStatus.Complete or GssStatus.ContinueNeeded))
            {
                return this;
            }

            InitiatorEnd = _initiator.Step(Send(leg + 1, AcceptorEnd.Token));
            if (InitiatorEnd.Status is not (GssStatus.Complete or GssStatus.ContinueNeeded))
            {
                return this;
            }
        }

        return this;
    }

    public GssStep Accept(byte[] token)
    {
        GssStep step = _acceptor.Step(token);
        return step.Status == GssStatus.NeedsAccount
            ? _acceptor.SupplyAccount(string.Equals(step.User, User, StringComparison.OrdinalIgnoreCase) ? StoredHash : [])
            : step;
    }

    public void Dispose()
    {
        _initiator.Dispose();
        _acceptor.Dispose();
    }

    private byte[] Send(int leg, ReadOnlyMemory<byte> token)
    {
        byte[] sent = OnTheWay(leg, token.ToArray());
        Tokens.Add(sent);
        return sent;
    }

    /// <summary>A mechanism that nobody has on the other side.</summary>
    internal sealed class Unknown : GssMechanism
    {
        public override string Name => "Unknown";

        public override string Oid => "1.2.3.4.5";

        public override System.Threading.Tasks.ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) => new(GssInitiation.Ready(new Context()));

        public override GssContext? CreateAcceptor(GssAcceptorOptions options) => null;

        private sealed class Context : GssContext
        {
            public override string MechanismName => "Unknown";

            public override bool IsComplete => false;

            public override GssContextFlags Flags => GssContextFlags.None;

            public override GssStep Step(ReadOnlySpan<byte> inputToken) => GssStep.Continue(new byte[] { 1, 2, 3 });

            public override byte[] ExportSessionKey() => throw new InvalidOperationException();
        }
    }
}
