using SmbClient.Server.Files;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Which names get through, and as what.</summary>
public class StorePathTests
{
    [Theory]
    [InlineData("", "", false, false)]
    [InlineData("a", "a", false, false)]
    [InlineData(@"a\b.txt", @"a\b.txt", false, false)]
    [InlineData(@"a\b\", @"a\b", true, false)]
    [InlineData("a::$DATA", "a", false, true)]
    [InlineData(@"d\a::$data", @"d\a", false, true)]
    [InlineData("...", "...", false, false)]
    [InlineData("ä \u4E2D", "ä \u4E2D", false, false)]
    public void Good_names(string name, string path, bool isDirectory, bool isData)
    {
        Assert.Equal(NtStatus.Success, StorePath.Parse(name, out StorePath parsed));
        Assert.Equal(new StorePath(path, isDirectory, isData), parsed);
    }

    [Theory]
    [InlineData(@"\", NtStatus.InvalidParameter)]
    [InlineData(@"\a", NtStatus.InvalidParameter)]
    [InlineData(".", NtStatus.ObjectPathSyntaxBad)]
    [InlineData("..", NtStatus.ObjectPathSyntaxBad)]
    [InlineData(@"a\..", NtStatus.ObjectPathSyntaxBad)]
    [InlineData(@"a\..\..\b", NtStatus.ObjectPathSyntaxBad)]
    [InlineData(@"..\a", NtStatus.ObjectPathSyntaxBad)]
    [InlineData(@"a\.\b", NtStatus.ObjectPathSyntaxBad)]
    [InlineData(@"..\", NtStatus.ObjectPathSyntaxBad)]
    [InlineData("..::$DATA", NtStatus.ObjectPathSyntaxBad)]
    [InlineData(@"a\\b", NtStatus.ObjectNameInvalid)]
    [InlineData(@"a\\", NtStatus.ObjectNameInvalid)]
    [InlineData("a/b", NtStatus.ObjectNameInvalid)]
    [InlineData("../a", NtStatus.ObjectNameInvalid)]
    [InlineData("a*", NtStatus.ObjectNameInvalid)]
    [InlineData("a?b", NtStatus.ObjectNameInvalid)]
    [InlineData("a<", NtStatus.ObjectNameInvalid)]
    [InlineData("a>", NtStatus.ObjectNameInvalid)]
    [InlineData("a\"", NtStatus.ObjectNameInvalid)]
    [InlineData("a|b", NtStatus.ObjectNameInvalid)]
    [InlineData("a\tb", NtStatus.ObjectNameInvalid)]
    [InlineData("a\0", NtStatus.ObjectNameInvalid)]
    [InlineData("a:s", NtStatus.ObjectNameInvalid)]
    [InlineData("a:s:$DATA", NtStatus.ObjectNameInvalid)]
    [InlineData("a:", NtStatus.ObjectNameInvalid)]
    [InlineData("::$DATA", NtStatus.ObjectNameInvalid)]
    [InlineData(@"a\::$DATA", NtStatus.ObjectNameInvalid)]
    [InlineData("C:", NtStatus.ObjectNameInvalid)]
    public void Bad_names(string name, NtStatus status) => Assert.Equal(status, StorePath.Parse(name, out _));

    [Theory]
    [InlineData(255, NtStatus.Success)]
    [InlineData(256, NtStatus.ObjectNameInvalid)]
    public void One_name_has_255_characters_at_most(int length, NtStatus status) =>
        Assert.Equal(status, StorePath.Parse(@"d\" + new string('a', length), out _));

    [Theory]
    [InlineData(16 * 1024, NtStatus.Success)]
    [InlineData((16 * 1024) + 1, NtStatus.NameTooLong)]
    public void A_path_has_32_KiB_at_most(int length, NtStatus status)
    {
        string path = string.Join('\\', System.Linq.Enumerable.Repeat(new string('a', 127), 128));
        Assert.Equal(status, StorePath.Parse((path + "bcd")[..length], out _));
    }

    [Theory]
    [InlineData(@"a\b", "a", true)]
    [InlineData(@"A\b", "a", true)]
    [InlineData(@"a\b\c", "a", true)]
    [InlineData("a", "a", false)]
    [InlineData("ab", "a", false)]
    [InlineData(@"b\a", "a", false)]
    [InlineData("a", "", true)]
    [InlineData("", "", false)]
    public void What_is_below_what(string path, string directory, bool isBelow) => Assert.Equal(isBelow, StorePath.IsBelow(path, directory));
}
