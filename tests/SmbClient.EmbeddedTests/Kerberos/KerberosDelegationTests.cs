using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;
using SmbClient.InteropTests.Lab;
using SmbClient.InteropTests.Lab.Kerberos;
using Xunit;

namespace SmbClient.InteropTests.Kerberos;

/// <summary>Who gets a credential of the user, and that it serves for a second hop in the user's name.</summary>
public sealed class KerberosDelegationTests(KerberosLab lab)
{
    private static readonly string[] Acceptors = [KerberosServices.Managed, KerberosServices.Mit, KerberosServices.Heimdal];

    /// <summary>svc is trusted for delegation, nodeleg is not; bob is too sensitive to be delegated to anybody.</summary>
    private static readonly (string User, string Service, GssDelegationPolicy Policy, bool IsDelegated)[] Rows =
    [
        ("alice", "svc.lab.test", GssDelegationPolicy.None, false),
        ("alice", "svc.lab.test", GssDelegationPolicy.WhenTrusted, true),
        ("alice", "svc.lab.test", GssDelegationPolicy.Always, true),
        ("alice", "nodeleg.lab.test", GssDelegationPolicy.None, false),
        ("alice", "nodeleg.lab.test", GssDelegationPolicy.WhenTrusted, false),
        ("alice", "nodeleg.lab.test", GssDelegationPolicy.Always, true),
        ("bob", "svc.lab.test", GssDelegationPolicy.WhenTrusted, false),
        ("bob", "svc.lab.test", GssDelegationPolicy.Always, false),
    ];

    public static TheoryData<string> All => [.. Acceptors];

    public static TheoryData<string, string, string, GssDelegationPolicy, bool> Policies
    {
        get
        {
            TheoryData<string, string, string, GssDelegationPolicy, bool> all = [];
            foreach (string acceptor in Acceptors)
            {
                foreach ((string user, string service, GssDelegationPolicy policy, bool isDelegated) in Rows)
                {
                    all.Add(acceptor, user, service, policy, isDelegated);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task A_second_hop(string acceptor, string user, string service, GssDelegationPolicy policy, bool isDelegated)
    {
        KerberosServer files = await lab.StartMemberOnceAsync();
        using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions { Mechanisms = [await KerberosServices.CreateAcceptorAsync(lab, acceptor)] });
        using GssCredential credential = GssCredential.Password($"{user}@{KerberosLab.Domain}", KerberosLab.PasswordOf(user, KerberosLab.Domain), null);

        SmbAuthStep step = await SignInAsync(authenticator, credential, $"cifs/{service}", policy);

        using SmbCredential? delegated = step.DelegatedCredential;
        Assert.Equal(user, step.Identity!.User);
        Assert.Equal(isDelegated, delegated is not null);
        if (delegated is not null)
        {
            await WriteAsync(files, delegated, $"{acceptor}-{service}-{policy}.txt");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task From_a_share_in_the_name_of_whoever_opens_it(string acceptor)
    {
        KerberosServer files = await lab.StartMemberOnceAsync();
        string[] names = ["smbclient", "own"];
        Queue<string> next = new(names.Select(n => $"{acceptor}-from-{n}.txt"));
        await using KerberosServices server = await KerberosServices.StartAsync(
            lab, acceptor, session => Task.Run(() => WriteAsync(files, session.DelegatedCredential!, next.Dequeue())).GetAwaiter().GetResult());

        KerberosProgram run = await server.SmbclientAsync(lab, "svc.lab.test", "ls", "SMB3_11", await lab.KinitAsync("carol", KerberosLab.Domain), "-N");
        Assert.True(run.ExitCode == 0, run.Everything);
        await using (SmbClientContext context = new())
        {
            using SmbCredential carol = files.Password("carol");
            await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context, "svc.lab.test"), carol);
            await using SmbShare share = await connection.OpenShareAsync("share");
        }

        string expected = await Shell.RunAsync("sed", ["-n", "s/^LAB.carol:x:\\([0-9]*\\):.*/\\1/p", Path.Combine(files.Folder, "..", "passwd")]);
        foreach (string name in names)
        {
            Assert.Equal(expected, await Shell.RunAsync("stat", ["--format=%u", files.PathOf($"{acceptor}-from-{name}.txt")]));
        }
    }

    /// <summary>A context has its own hold on what it was made from, whoever disposes of it meanwhile; afterwards nothing is made from it any more.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public async Task A_delegated_credential_that_is_disposed_of_in_the_middle(string acceptor)
    {
        KerberosMechanism services = await KerberosServices.CreateAcceptorAsync(lab, acceptor);
        using SmbServerAuthenticator authenticator = new(new SmbAuthenticatorOptions { Mechanisms = [services] });
        using GssCredential alice = GssCredential.Password($"alice@{KerberosLab.Domain}", KerberosLab.PasswordOf("alice", KerberosLab.Domain), null);
        SmbAuthStep step = await SignInAsync(authenticator, alice, "cifs/svc.lab.test", GssDelegationPolicy.WhenTrusted);
        GssInitiatorOptions options = new() { Credential = step.DelegatedCredential!.Gss, TargetName = "cifs/nodeleg.lab.test", Delegation = GssDelegationPolicy.None };
        using GssContext hop = (await GssMechanism.Kerberos.CreateInitiatorAsync(options, CancellationToken.None)).Context!;
        using GssContext second = services.CreateAcceptor(new GssAcceptorOptions { NetBiosComputerName = "NODELEG", NetBiosDomainName = "LAB" })!;

        step.DelegatedCredential.Dispose();
        step.DelegatedCredential.Dispose();

        Assert.Equal(GssStatus.Complete, hop.Step(second.Step(hop.Step([]).Token.Span).Token.Span).Status);
        Assert.Equal("alice", second.Peer!.User);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => GssMechanism.Kerberos.CreateInitiatorAsync(options, CancellationToken.None).AsTask());
        hop.Dispose();
        hop.Dispose();
        Assert.False(hop.Step([]).IsSuccess);
    }

    private static async Task WriteAsync(KerberosServer server, SmbCredential credential, string file)
    {
        await using SmbClientContext context = new();
        await using SmbConnection connection = await SmbConnection.OpenAsync(server.Options(context), credential);
        await using SmbShare share = await connection.OpenShareAsync("share");
        await share.WriteAllBytesAsync(file, "a second hop"u8.ToArray());
    }

    /// <summary>The last step of a sign-in, from the first token to the last.</summary>
    private static async Task<SmbAuthStep> SignInAsync(SmbServerAuthenticator authenticator, GssCredential credential, string target, GssDelegationPolicy policy)
    {
        GssInitiatorOptions options = new() { Credential = credential, TargetName = target, Delegation = policy };
        GssInitiation initiation = await GssMechanism.Spnego([GssMechanism.Kerberos]).CreateInitiatorAsync(options, CancellationToken.None);
        using GssContext initiator = initiation.Context ?? throw new InvalidOperationException(initiation.Reason);
        using SmbAuthConversation conversation = authenticator.Begin(new SmbAuthPeer());
        GssStep mine = initiator.Step([]);
        while (true)
        {
            SmbAuthStep step = await conversation.StepAsync(mine.Token);
            Assert.True(step.State != SmbAuthState.Failed, step.Reason);
            mine = step.Token.IsEmpty ? mine : initiator.Step(step.Token.Span);
            if (step.State == SmbAuthState.Complete)
            {
                Assert.True(initiator.IsComplete, mine.Reason);
                Assert.Equal(initiator.ExportSessionKey(), step.SessionKey.ToArray());
                return step;
            }
        }
    }
}
