using System.Collections.Generic;

namespace SmbClient.EmbeddedTests.Torture;

/// <summary>The suites that are run: those of the file protocol, but for the ones that docs/torture.md leaves out.</summary>
internal static class TortureSuites
{
    public static IReadOnlyList<TortureSuite> All { get; } =
    [
        new("smb2.connect"),
    ];
}
