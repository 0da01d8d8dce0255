using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Authentication;
using SmbClient.Gss;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>
/// Whole NTLM conversations of the authenticator in this process, without any server or socket. The server's side alone is given the blobs of one
/// client again and again, for which challenge and clock have to stand still.
/// </summary>
internal sealed class AuthenticateScenario : Scenario
{
    private const int Conversations = 2000;
    private const string Password = "Passw0rd!";

    private static readonly GssMechanism Spnego = GssMechanism.Spnego([GssMechanism.Ntlm]);

    public override string Name => "authenticate";

    public override bool NeedsServer => false;

    public override async Task RunAsync(Settings settings, Profile profile, Comparison comparison)
    {
        StillTime still = new();
        SmbAuthenticatorOptions options = new() { Accounts = new MemoryAccountStore().Add(settings.User, Password), FailureDelay = SmbFailureDelay.None };
        using SmbServerAuthenticator authenticator = new(options);
        using SmbServerAuthenticator repeating = new(options with { Random = new StillRandom(), TimeProvider = still });
        byte[][] blobs = await ConverseAsync(repeating, settings.User, still);
        await ReportHalfOpenAsync(options, blobs[0]);

        await comparison.RunAsync("NTLM, server's side", "one core", Conversations, "sign-in", new Contender("ours", () => TimeAsync(() => RepeatAsync(repeating, blobs, Conversations))));
        int cores = Environment.ProcessorCount;
        await comparison.RunAsync("NTLM, server's side", $"{cores} cores", Conversations, "sign-in", new Contender("ours", () => TimeAsync(() => Task.WhenAll(
            Enumerable.Range(0, cores).Select(_ => Task.Run(() => RepeatAsync(repeating, blobs, Conversations / cores)))))));
        await comparison.RunAsync("NTLM, both sides", "one core", Conversations, "sign-in", new Contender("ours", () => TimeAsync(async () =>
        {
            for (int i = 0; i < Conversations; i++)
            {
                await ConverseAsync(authenticator, settings.User, TimeProvider.System);
            }
        })));
    }

    /// <summary>What conversations keep whose client says no more after its first blob.</summary>
    private static async Task ReportHalfOpenAsync(SmbAuthenticatorOptions options, byte[] init)
    {
        const int Count = 1000;
        using SmbServerAuthenticator authenticator = new(options with { MaxConversations = Count });
        SmbAuthConversation[] conversations = new SmbAuthConversation[Count];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Count; i++)
        {
            conversations[i] = authenticator.Begin(new SmbAuthPeer());
            await conversations[i].StepAsync(init);
        }

        long octets = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        Console.WriteLine($"{Count} half-open conversations keep {octets} octets each");
        foreach (SmbAuthConversation conversation in conversations)
        {
            conversation.Dispose();
        }
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task RepeatAsync(SmbServerAuthenticator authenticator, byte[][] blobs, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using SmbAuthConversation conversation = authenticator.Begin(new SmbAuthPeer());
            SmbAuthStep step = null!;
            foreach (byte[] blob in blobs)
            {
                step = await conversation.StepAsync(blob);
            }

            Check(step);
        }
    }

    /// <summary>The client's blobs of one whole conversation.</summary>
    private static async Task<byte[][]> ConverseAsync(SmbServerAuthenticator authenticator, string user, TimeProvider time)
    {
        using SmbAuthConversation conversation = authenticator.Begin(new SmbAuthPeer());
        using GssContext client = (await Spnego.CreateInitiatorAsync(
            new GssInitiatorOptions { Credential = GssCredential.Password(user, Password), TargetName = "cifs/server", TimeProvider = time }, CancellationToken.None)).Context!;
        byte[] init = client.Step(default).Token.ToArray();
        SmbAuthStep step = await conversation.StepAsync(init);
        byte[] authenticate = client.Step(step.Token.Span).Token.ToArray();
        step = await conversation.StepAsync(authenticate);
        Check(step);
        client.Step(step.Token.Span);
        return [init, authenticate];
    }

    private static void Check(SmbAuthStep step)
    {
        if (step.State != SmbAuthState.Complete)
        {
            throw new InvalidOperationException(step.Reason);
        }
    }

    private sealed class StillRandom : GssRandom
    {
        public override byte[] Next(int count) => new byte[count];
    }

    private sealed class StillTime : TimeProvider
    {
        private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
