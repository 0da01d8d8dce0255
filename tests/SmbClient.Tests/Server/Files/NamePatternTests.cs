using SmbClient.Server.Files;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>The wild cards of [MS-FSCC] 2.1.4.4.</summary>
public class NamePatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "a", true)]
    [InlineData("*", "..", true)]
    [InlineData("*.*", "a", true)]
    [InlineData("*.*", "a.b", true)]
    [InlineData("a", "A", true)]
    [InlineData("a", "ab", false)]
    [InlineData("A*C", "abbc", true)]
    [InlineData("a*c", "abbcd", false)]
    [InlineData("*.txt", "x.TXT", true)]
    [InlineData("*.txt", "x.y.txt", true)]
    [InlineData("*.txt", "x.txt.y", false)]
    [InlineData("*.", "a.", true)]
    [InlineData("*.", "a", false)]
    [InlineData("?", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("?", "ab", false)]
    [InlineData("??", "ab", true)]
    [InlineData("a?c", "a.c", true)]
    [InlineData("*a*b*c*", "xxaxxbxxcxx", true)]
    [InlineData("*a*b*c*", "xxaxxcxxbxx", false)]
    [InlineData("ä*", "Äpfel", true)]

    // DOS_QM: one character, or none at a dot or the end.
    [InlineData(">", "a", true)]
    [InlineData(">>>", "a", true)]
    [InlineData(">>>", "abcd", false)]
    [InlineData(">>>.txt", "a.txt", true)]
    [InlineData(">>>.txt", "abcd.txt", false)]
    [InlineData("a>", "a.", false)]

    // DOS_DOT: a dot, or nothing at the end.
    [InlineData("a\"b", "a.b", true)]
    [InlineData("a\"b", "ab", false)]
    [InlineData("a\"", "a", true)]
    [InlineData("a\"", "a.", true)]
    [InlineData("a\"", "ax", false)]
    [InlineData("<\"", "abc", true)]

    // DOS_STAR: everything up to the last dot.
    [InlineData("<.txt", "a.txt", true)]
    [InlineData("<.txt", "a.b.txt", true)]
    [InlineData("<.t", "a.t.x", false)]
    [InlineData("<", "abc", true)]
    [InlineData("<", "a.b", false)]
    [InlineData("<\"*", "abc", true)]
    [InlineData("<\"*", "a.b.c", true)]
    public void Matches(string pattern, string name, bool matches) => Assert.Equal(matches, new NamePattern(pattern).Matches(name));

    /// <summary>A pattern that is made to be slow is not.</summary>
    [Fact]
    public void Takes_no_more_steps_than_both_lengths_multiplied() =>
        Assert.False(new NamePattern(string.Concat(System.Linq.Enumerable.Repeat("*a", 2000)) + "b").Matches(new string('a', 255)));
}
