using System.Collections.Generic;

namespace SmbClient.EmbeddedTests.Torture;

/// <summary>A suite of Samba's smbtorture.</summary>
/// <param name="Name">As <c>smbtorture --list-suites</c> has it.</param>
/// <param name="Tests">The tests of it that are run; all of them where none are named.</param>
internal sealed record TortureSuite(string Name, params string[] Tests)
{
    /// <summary>What smbtorture is told to run.</summary>
    public IEnumerable<string> Arguments
    {
        get
        {
            if (Tests.Length == 0)
            {
                yield return Name;
            }

            foreach (string test in Tests)
            {
                yield return $"{Name}.{test}";
            }
        }
    }

    /// <summary>The name in the list of a test that smbtorture's output calls <paramref name="test"/>; a suite of one test gives it its own name.</summary>
    public string NameOf(string test) => Name.EndsWith($".{test}", System.StringComparison.Ordinal) ? Name : $"{Name}.{test}";
}
