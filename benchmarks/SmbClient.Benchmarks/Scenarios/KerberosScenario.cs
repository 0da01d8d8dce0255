using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>
/// Sign-ins by Kerberos in this process, with tickets of a real KDC: the server's side with a keytab beside the one of the system's library, and both
/// sides, whose tickets are there after the first one.
/// </summary>
internal sealed class KerberosScenario : Scenario
{
    private const int Count = 2000;
    private const string Service = "cifs/pac.mit.test";

    private static readonly GssCredential Alice = GssCredential.Password("alice@MIT.TEST", "alice-Pw1");
    private static readonly GssMechanism Spnego = GssMechanism.Spnego([GssMechanism.Kerberos]);

    public override string Name => "kerberos";

    public override bool NeedsServer => false;

    public override async Task RunAsync(Settings settings, Profile profile, Comparison comparison)
    {
        if (Environment.GetEnvironmentVariable("KRB5_KTNAME") is not { } path)
        {
            Console.WriteLine("kerberos: left out, since no KDC was started (benchmarks/run.sh does)");
            return;
        }

        using KerberosKeytab keytab = KerberosKeytab.FromFile(path);
        using SmbServerAuthenticator managed = Authenticator(new KerberosMechanism(new KerberosOptions { Keytab = keytab }));
        using SmbServerAuthenticator library = Authenticator(GssMechanism.Kerberos);
        await ReportLeaksAsync(managed);
        await comparison.RunAsync(
            "Kerberos, server's side", "one core", Count, "sign-in", new Contender("ours", () => AcceptAsync(managed)), new Contender("library", () => AcceptAsync(library)));
        await comparison.RunAsync("Kerberos, both sides", "one core", Count, "sign-in", new Contender("ours", async () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Count; i++)
            {
                using GssContext client = await InitiateAsync();
                await CompleteAsync(managed, client, client.Step(default).Token);
            }

            return Stopwatch.GetElapsedTime(start);
        }));
    }

    private static SmbServerAuthenticator Authenticator(GssMechanism mechanism) =>
        new(new SmbAuthenticatorOptions { Mechanisms = [mechanism], FailureDelay = SmbFailureDelay.None });

    /// <summary>What both sides keep of sign-ins that are over: memory and handles, native ones too, after each thousand.</summary>
    private static async Task ReportLeaksAsync(SmbServerAuthenticator authenticator)
    {
        const int Thousands = 5;
        for (int i = 0; i <= Thousands; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using Process self = Process.GetCurrentProcess();
            Console.WriteLine($"after {i * 1000} sign-ins: {self.WorkingSet64 / 1e6:0.0} MB resident, {GC.GetTotalMemory(forceFullCollection: true) / 1e6:0.0} MB managed, {self.HandleCount} handles");
            for (int j = 0; j < 1000 && i < Thousands; j++)
            {
                using GssContext client = await InitiateAsync();
                await CompleteAsync(authenticator, client, client.Step(default).Token);
            }
        }
    }

    /// <summary>The server's side alone: nobody may come twice with the same request, so that they are all made before.</summary>
    private static async Task<TimeSpan> AcceptAsync(SmbServerAuthenticator authenticator)
    {
        List<(GssContext Client, ReadOnlyMemory<byte> Token)> requests = [];
        for (int i = 0; i < Count; i++)
        {
            GssContext client = await InitiateAsync();
            requests.Add((client, client.Step(default).Token));
        }

        TimeSpan taken = TimeSpan.Zero;
        foreach ((GssContext client, ReadOnlyMemory<byte> token) in requests)
        {
            long start = Stopwatch.GetTimestamp();
            using SmbAuthConversation conversation = authenticator.Begin(new SmbAuthPeer());
            SmbAuthStep step = await conversation.StepAsync(token);
            taken += Stopwatch.GetElapsedTime(start);
            Check(step);
            client.Dispose();
        }

        return taken;
    }

    private static async Task CompleteAsync(SmbServerAuthenticator authenticator, GssContext client, ReadOnlyMemory<byte> token)
    {
        using SmbAuthConversation conversation = authenticator.Begin(new SmbAuthPeer());
        SmbAuthStep step = await conversation.StepAsync(token);
        Check(step);
        if (client.Step(step.Token.Span).Status != GssStatus.Complete)
        {
            throw new InvalidOperationException("The client did not take the server's answer.");
        }
    }

    private static async Task<GssContext> InitiateAsync()
    {
        GssInitiatorOptions options = new() { Credential = Alice, TargetName = Service, Delegation = GssDelegationPolicy.None };
        GssInitiation initiation = await Spnego.CreateInitiatorAsync(options, CancellationToken.None);
        return initiation.Context ?? throw new InvalidOperationException(initiation.Reason);
    }

    private static void Check(SmbAuthStep step)
    {
        if (step.State != SmbAuthState.Complete)
        {
            throw new InvalidOperationException(step.Reason);
        }
    }
}
