using System.Threading.Tasks;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>One thing to measure, with one profile.</summary>
internal abstract class Scenario
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    public abstract Task RunAsync(Settings settings, Profile profile, Comparison comparison);
}
