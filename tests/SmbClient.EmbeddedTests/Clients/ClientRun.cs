using Xunit;

namespace SmbClient.InteropTests.Clients;

/// <summary>What a program said, and how it ended.</summary>
internal sealed record ClientRun(string Program, int ExitCode, string Output, string Error)
{
    /// <summary>Both streams, for programs that complain on either.</summary>
    public string Everything => Output + Error;

    /// <summary>The output of a program that has succeeded.</summary>
    public string AssertSuccess()
    {
        Assert.True(ExitCode == 0, $"{Program} ended with {ExitCode}: {Everything}");
        return Output;
    }

    /// <summary>The program has failed, and said why.</summary>
    public void AssertFailure(string reason)
    {
        Assert.True(ExitCode != 0, $"{Program} succeeded: {Everything}");
        Assert.Contains(reason, Everything);
    }
}
