using System;
using System.Diagnostics;
using System.Threading.Tasks;
using SmbClient.Benchmarks.Peers;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>Connect, negotiate, sign in and leave, one after the other. The peer needs a process for each, and connects to a share.</summary>
internal sealed class SignInScenario : Scenario
{
    private const int SignIns = 50;

    public override string Name => "signin";

    public override async Task RunAsync(Settings settings, Profile profile, Comparison comparison)
    {
        Target target = settings.TargetOf(profile);
        await using OurClient ours = new(target, profile);
        Smbclient smbclient = new(target, profile);
        await comparison.RunAsync(
            "sign in",
            profile,
            SignIns,
            "sign-in",
            new Contender("ours", async () =>
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < SignIns; i++)
                {
                    await using SmbConnection connection = await ours.SignInAsync();
                }

                return Stopwatch.GetElapsedTime(start);
            }),
            new Contender("smbclient, a process each", async () =>
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < SignIns; i++)
                {
                    await smbclient.SignInAsync();
                }

                return Stopwatch.GetElapsedTime(start);
            }));
    }
}
