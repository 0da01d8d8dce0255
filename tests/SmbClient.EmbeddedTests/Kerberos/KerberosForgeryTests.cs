using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>Real tickets, tampered with on their way: whatever is changed, neither side believes it, and neither breaks.</summary>
public sealed class KerberosForgeryTests(KerberosLab lab)
{
    private const string Service = "cifs/svc.lab.test";

    public static TheoryData<string> Acceptors => [KerberosServices.Managed, KerberosServices.Mit, KerberosServices.Heimdal];

    /// <summary>Heimdal 7 keeps no record of what it has accepted.</summary>
    public static TheoryData<string> AcceptorsThatRemember => [KerberosServices.Managed, KerberosServices.Mit];

    [Theory]
    [MemberData(nameof(Acceptors))]
    public async Task A_request_with_one_octet_changed(string acceptor)
    {
        KerberosMechanism server = await KerberosServices.CreateAcceptorAsync(lab, acceptor);
        using GssContext client = await InitiatorAsync();
        byte[] request = client.Step([]).Token.ToArray();
        int indifferent = 0;
        for (int i = 0; i < request.Length; i++)
        {
            byte[] changed = (byte[])request.Clone();
            changed[i] ^= 0x40;
            using GssContext context = Accept(server);
            GssStep step = context.Step(changed);

            // Around what is encrypted there are octets that mean nothing to the one or the other, such as options that nobody has.
            indifferent += context.IsComplete ? 1 : 0;
            Assert.True(context.IsComplete ? context.Peer!.User == "alice" : step.Status == GssStatus.ContinueNeeded || step.Reason is { Length: > 0 });
        }

        Assert.InRange(indifferent, 0, acceptor == KerberosServices.Managed ? 8 : 50);
        for (int length = 0; length < request.Length; length += 7)
        {
            using GssContext context = Accept(server);
            Assert.False(context.Step(request.AsSpan(0, length)).IsSuccess);
        }
    }

    [Theory]
    [MemberData(nameof(AcceptorsThatRemember))]
    public async Task A_request_a_second_time(string acceptor)
    {
        KerberosMechanism server = await KerberosServices.CreateAcceptorAsync(lab, acceptor);
        using GssContext client = await InitiatorAsync();
        byte[] request = client.Step([]).Token.ToArray();

        using GssContext first = Accept(server);
        using GssContext second = Accept(server);
        Assert.Equal(GssStatus.Complete, first.Step(request).Status);
        Assert.Equal(GssStatus.DuplicateToken, second.Step(request).Status);
    }

    [Theory]
    [MemberData(nameof(Acceptors))]
    public async Task A_request_for_another_service(string acceptor)
    {
        KerberosMechanism server = await KerberosServices.CreateAcceptorAsync(lab, acceptor);
        using GssContext client = await InitiatorAsync();
        using GssContext context = server.CreateAcceptor(new GssAcceptorOptions { NetBiosComputerName = "OTHER", NetBiosDomainName = "LAB", TargetHosts = ["other.lab.test"] })!;
        GssStep step = context.Step(client.Step([]).Token.Span);

        Assert.Equal(GssStatus.Unauthorized, step.Status);
        Assert.Contains(Service, step.Reason, StringComparison.Ordinal);
        Assert.Null(context.Peer);
    }

    [Fact]
    public async Task An_answer_with_one_octet_changed()
    {
        KerberosMechanism server = await KerberosServices.CreateAcceptorAsync(lab, KerberosServices.Managed);
        int length = 1;
        int indifferent = 0;
        for (int i = 0; i < length; i++)
        {
            using GssContext client = await InitiatorAsync();
            using GssContext context = Accept(server);
            byte[] answer = context.Step(client.Step([]).Token.Span).Token.ToArray();
            length = answer.Length;
            answer[i] ^= 0x40;

            // MIT does not look at the version that stands before what is encrypted.
            GssStep step = client.Step(answer);
            indifferent += client.IsComplete ? 1 : 0;
            Assert.Equal(step.IsSuccess, client.IsComplete);
            Assert.True(!client.IsComplete || client.ExportSessionKey().AsSpan().SequenceEqual(context.ExportSessionKey()));
        }

        Assert.InRange(length, 100, 300);
        Assert.InRange(indifferent, 0, 4);
    }

    [Fact]
    public async Task An_answer_to_somebody_else()
    {
        KerberosMechanism server = await KerberosServices.CreateAcceptorAsync(lab, KerberosServices.Managed);
        using GssContext one = await InitiatorAsync();
        using GssContext other = await InitiatorAsync();
        using GssContext context = Accept(server);
        other.Step([]);

        Assert.False(other.Step(context.Step(one.Step([]).Token.Span).Token.Span).IsSuccess);
        Assert.False(other.IsComplete);
    }

    /// <summary>Whoever cannot open the ticket can still say that all is well.</summary>
    [Fact]
    public async Task A_server_that_does_not_prove_itself()
    {
        GssInitiation initiation = await GssMechanism.Spnego([GssMechanism.Kerberos]).CreateInitiatorAsync(Options(), CancellationToken.None);
        using GssContext client = initiation.Context!;
        client.Step([]);
        byte[] acceptCompleted = Convert.FromHexString("A1073005A0030A0100");
        GssStep step = client.Step(acceptCompleted);

        Assert.False(step.IsSuccess);
        Assert.False(client.IsComplete);
        Assert.Contains("mutual authentication is missing", step.Reason, StringComparison.Ordinal);
    }

    /// <summary>Somebody takes Kerberos out of the offer, to get an NTLM exchange that can be guessed at.</summary>
    [Fact]
    public async Task A_stripped_list_of_mechanisms()
    {
        KerberosMechanism kerberos = await KerberosServices.CreateAcceptorAsync(lab, KerberosServices.Managed);
        GssInitiation initiation = await GssMechanism.Spnego([GssMechanism.Kerberos, GssMechanism.Ntlm]).CreateInitiatorAsync(Options(), CancellationToken.None);
        using GssContext client = initiation.Context!;
        using GssContext server = GssMechanism.Spnego([kerberos, GssMechanism.Ntlm]).CreateAcceptor(AcceptorOptions())!;
        using GssContext attacker = (await GssMechanism.Spnego([GssMechanism.Ntlm]).CreateInitiatorAsync(Options(), CancellationToken.None)).Context!;
        client.Step([]);

        // The server sees an offer of NTLM alone; the client is told that NTLM was taken.
        GssStep challenge = server.Step(attacker.Step([]).Token.Span);
        Assert.Equal(GssStatus.ContinueNeeded, challenge.Status);
        Assert.False(client.Step(challenge.Token.Span).IsSuccess);
        Assert.False(client.IsComplete);
    }

    private static GssContext Accept(KerberosMechanism server) => server.CreateAcceptor(AcceptorOptions())!;

    private static GssAcceptorOptions AcceptorOptions() => new() { NetBiosComputerName = "SVC", NetBiosDomainName = "LAB" };

    private static GssInitiatorOptions Options() => new()
    {
        Credential = GssCredential.Password($"alice@{KerberosLab.Domain}", KerberosLab.PasswordOf("alice", KerberosLab.Domain), null),
        TargetName = Service,
        Delegation = GssDelegationPolicy.None,
    };

    private static async Task<GssContext> InitiatorAsync()
    {
        GssInitiation initiation = await GssMechanism.Kerberos.CreateInitiatorAsync(Options(), CancellationToken.None);
        return initiation.Context ?? throw new InvalidOperationException(initiation.Reason);
    }
}
