using System.Threading.Tasks;

namespace SmbClient.Benchmarks.Scenarios;

/// <summary>One thing to measure, with one profile.</summary>
internal abstract class Scenario
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>False for what is measured in this process alone, once and without a profile.</summary>
    public virtual bool NeedsServer => true;

    public abstract Task RunAsync(Settings settings, Profile profile, Comparison comparison);
}
