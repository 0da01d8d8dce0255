using System;
using Xunit;

namespace SmbClient.Tests;

public class SmbPathTests
{
    [Theory]
    [InlineData("files", "files", 0, null, "")]
    [InlineData(@"\\files", "files", 0, null, "")]
    [InlineData(@"\\files\share", "files", 0, "share", "")]
    [InlineData(@"\\files\share\dir\a.txt", "files", 0, "share", @"dir\a.txt")]
    [InlineData("//files/share/dir/", "files", 0, "share", "dir")]
    [InlineData("smb://files", "files", 0, null, "")]
    [InlineData("SMB://files:4450/share/dir%20one/a%25b.txt", "files", 4450, "share", @"dir one\a%b.txt")]
    [InlineData("smb://[::1]:4450/share", "::1", 4450, "share", "")]
    [InlineData("::1", "::1", 0, null, "")]
    [InlineData("127.0.0.1:4450", "127.0.0.1", 4450, null, "")]
    [InlineData(@"\\files\share\dir%20one", "files", 0, "share", "dir%20one")]
    public void Every_way_of_writing_a_place_is_understood(string text, string server, int port, string? share, string path)
    {
        SmbPath parsed = SmbPath.Parse(text);

        Assert.Equal(server, parsed.Server);
        Assert.Equal(port, parsed.Port);
        Assert.Equal(share, parsed.Share);
        Assert.Equal(path, parsed.Path);
    }

    [Theory]
    [InlineData("")]
    [InlineData(@"\\")]
    [InlineData("smb:///share")]
    [InlineData("smb://files:0/share")]
    [InlineData("smb://files:99999/share")]
    [InlineData("smb://alice:secret@files/share")]
    public void What_names_no_server_is_refused(string text) => Assert.Throws<FormatException>(() => SmbPath.Parse(text));

    [Fact]
    public void A_secret_in_an_address_is_not_repeated_in_the_error()
    {
        FormatException e = Assert.Throws<FormatException>(() => SmbPath.Parse("smb://alice:s3cret@files/share"));

        Assert.DoesNotContain("s3cret", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("a/b\\c", @"a\b\c")]
    [InlineData(@"\a\\b\", @"a\b")]
    [InlineData("a/./b/../c", @"a\c")]
    public void Paths_below_a_share_take_the_form_of_the_wire(string path, string expected) =>
        Assert.Equal(expected, SmbPath.NormalizeRelative(path));

    [Theory]
    [InlineData("..")]
    [InlineData("a/../../b")]
    [InlineData("a\0b")]
    public void Paths_that_leave_the_share_are_refused(string path) =>
        Assert.Throws<ArgumentException>(() => SmbPath.NormalizeRelative(path));
}
