using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;

namespace SmbClient.Tests.Gss;

/// <summary>An initiator and an acceptor in memory; what goes between them can be changed on the way.</summary>
internal sealed class Exchange
{
    public const string User = "alice";
    public const string Password = "Secret-42";

    public static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    public static byte[] Hash { get; } = GssCredential.Password(User, Password).CopyNtHash()!;

    public static GssMechanism Ntlm { get; } = new NtlmMechanism();

    public static GssMechanism Spnego { get; } = new SpnegoMechanism([Ntlm]);

    public GssMechanism InitiatorMechanism { get; init; } = Spnego;

    public GssMechanism AcceptorMechanism { get; init; } = Spnego;

    /// <summary>Receives each token with its number, from 0, and gives what arrives.</summary>
    public Func<int, byte[], byte[]> OnTheWay { get; init; } = (_, token) => token;

    public bool StartWithHint { get; init; }

    public List<byte[]> Tokens { get; } = [];

    public GssContext Initiator { get; private set; } = null!;

    public GssContext Acceptor { get; private set; } = null!;

    public GssStep InitiatorStep { get; private set; }

    public GssStep AcceptorStep { get; private set; }

    public bool BothComplete => Initiator.IsComplete && Acceptor.IsComplete;

    public static GssInitiatorOptions Initiating(GssCredential? credential = null) =>
        new() { Credential = credential ?? GssCredential.Password(User, Password), TargetName = "cifs/server", TimeProvider = new FakeTimeProvider(Now) };

    public static GssAcceptorOptions Accepting() =>
        new() { NetBiosComputerName = "SERVER", NetBiosDomainName = "LAB", DnsComputerName = "server.lab.test", DnsDomainName = "lab.test", TimeProvider = new FakeTimeProvider(Now) };

    public async Task<Exchange> RunAsync(GssInitiatorOptions? initiating = null, GssAcceptorOptions? accepting = null)
    {
        Initiator = (await InitiatorMechanism.CreateInitiatorAsync(initiating ?? Initiating(), CancellationToken.None)).Context ?? throw new InvalidOperationException("No initiator.");
        Acceptor = AcceptorMechanism.CreateAcceptor(accepting ?? Accepting()) ?? throw new InvalidOperationException("No acceptor.");
        ReadOnlyMemory<byte> token = StartWithHint ? Acceptor.Step(default).Token : default;
        while (true)
        {
            InitiatorStep = Initiator.Step(token.Span);
            if (!InitiatorStep.IsSuccess || InitiatorStep.Token.IsEmpty)
            {
                return this;
            }

            AcceptorStep = Acceptor.Step(Deliver(InitiatorStep.Token));
            if (AcceptorStep.Status == GssStatus.NeedsAccount)
            {
                AcceptorStep = Acceptor.SupplyAccount(AcceptorStep.User == User ? Hash : default);
            }

            if (!AcceptorStep.IsSuccess || AcceptorStep.Token.IsEmpty)
            {
                return this;
            }

            token = Deliver(AcceptorStep.Token);
        }
    }

    private byte[] Deliver(ReadOnlyMemory<byte> token)
    {
        byte[] delivered = OnTheWay(Tokens.Count, token.ToArray());
        Tokens.Add(delivered);
        return delivered;
    }
}
