using System;
using System.Linq;
using SmbClient;
using SmbClient.Benchmarks;
using SmbClient.Benchmarks.Scenarios;

Settings settings;
try
{
    settings = Settings.Parse(args, Environment.GetEnvironmentVariable("SMB_PASSWORD"));
}
catch (Exception e) when (e is ArgumentException or FormatException)
{
    Console.Error.WriteLine($"{e.Message}\n{Settings.Usage}");
    return 2;
}

Scenario[] scenarios = [new TransferScenario(), new SmallFilesScenario(), new ListingScenario(), new SignInScenario(), new LongLineScenario(), new ServerScenario(), new AuthenticateScenario(), new KerberosScenario()];
Report report = new();
Comparison comparison = new(settings.Rounds, report);
foreach (Profile profile in settings.Profiles)
{
    await using OurClient ours = new(settings.TargetOf(profile), profile);
    await using SmbConnection connection = await ours.SignInAsync();
    Console.WriteLine($"{profile}: ours signs with {connection.SigningAlgorithm?.ToString() ?? "nothing"}, seals with {(connection.IsEncrypted ? $"{connection.Cipher}" : "nothing")}");
}

foreach (Scenario scenario in scenarios.Where(s => settings.Only is null || s.Name == settings.Only))
{
    foreach (Profile profile in scenario.NeedsServer ? settings.Profiles : [new Profile(Profile.DefaultDialect, Protection.Unsigned)])
    {
        await scenario.RunAsync(settings, profile, comparison);
    }
}

report.PrintAll();
return 0;
