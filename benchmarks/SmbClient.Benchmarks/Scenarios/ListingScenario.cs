using System;
using System.Threading.Tasks;
using SmbClient.Benchmarks.Peers;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>A directory of ten thousand files, listed with names, sizes and times.</summary>
internal sealed class ListingScenario : Scenario
{
    private const int Entries = 10_000;

    public override string Name => "listing";

    public override async Task RunAsync(Settings settings, Profile profile, Comparison comparison)
    {
        Target target = settings.TargetOf(profile);
        await using OurClient ours = new(target, profile);
        Smbclient smbclient = new(target, profile);
        await comparison.RunAsync(
            "list 10,000",
            profile,
            Entries,
            "entry",
            new Contender("ours", () => ours.TimeAsync(Target.LargeDirectory, ListAsync)),
            new Contender("smbclient", () => smbclient.RunNetAsync(Target.LargeDirectory, ["ls"])));
    }

    private static async Task ListAsync(SmbShare share)
    {
        int count = 0;
        await foreach (SmbDirectoryEntry _ in share.EnumerateAsync())
        {
            count++;
        }

        if (count != Entries)
        {
            throw new InvalidOperationException($"{Target.LargeDirectory} has {count} files instead of {Entries}.");
        }
    }
}
