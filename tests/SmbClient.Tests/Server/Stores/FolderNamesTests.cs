using System;
using System.IO;
using SmbClient.Server.Stores;
using Xunit;

namespace SmbClient.Tests.Server.Stores;

/// <summary>Names that the local system cannot take, and what its failures are called.</summary>
public class FolderNamesTests
{
    [Theory]
    [InlineData("CON", false)]
    [InlineData("con.txt", false)]
    [InlineData("Nul .tar.gz", false)]
    [InlineData("COM1", false)]
    [InlineData("lpt9.log", false)]
    [InlineData("COM\u00B2", false)]
    [InlineData("CONIN$", false)]
    [InlineData("trailing.", false)]
    [InlineData("trailing ", false)]
    [InlineData("CONSOLE", true)]
    [InlineData("COM", true)]
    [InlineData("COM10", true)]
    [InlineData("a.con", true)]
    [InlineData(" leading", true)]
    public void Windows_reserves_names(string name, bool isValid) => Assert.Equal(isValid, FolderNames.IsValidOnWindows(name));

    [Fact]
    public void Every_control_character_and_separator_is_refused()
    {
        for (int i = 0; i < 0x20; i++)
        {
            Assert.False(FolderNames.IsValid("a" + (char)i));
        }

        Assert.All("\"*/:<>?\\|\x7F".ToCharArray(), c => Assert.False(FolderNames.IsValid("a" + c)));
    }

    [Fact]
    public void A_full_disk_is_called_so()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs /dev/full.");
        using var handle = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        Exception failure = Assert.ThrowsAny<IOException>(() => RandomAccess.Write(handle, new byte[1], 0));

        Assert.True(IoStatus.TryGet(failure, out NtStatus status));
        Assert.Equal(NtStatus.DiskFull, status);
    }

    [Theory]
    [InlineData(unchecked((int)0x80070070), NtStatus.DiskFull)]
    [InlineData(unchecked((int)0x80070020), NtStatus.SharingViolation)]
    [InlineData(unchecked((int)0x80070091), NtStatus.DirectoryNotEmpty)]
    [InlineData(unchecked((int)0x80070013), NtStatus.MediaWriteProtected)]
    [InlineData(30, NtStatus.MediaWriteProtected)]
    [InlineData(28, NtStatus.DiskFull)]
    [InlineData(24, NtStatus.TooManyOpenedFiles)]
    [InlineData(9999, NtStatus.Unsuccessful)]
    public void Errors_of_either_system_have_a_status(int code, NtStatus expected)
    {
        Assert.True(IoStatus.TryGet(new IOException("", code), out NtStatus status));
        Assert.Equal(expected, status);
    }

    [Fact]
    public void Bugs_are_not_statuses()
    {
        Assert.False(IoStatus.TryGet(new ArgumentException("bug"), out _));
        Assert.False(IoStatus.TryGet(new InvalidOperationException(), out _));
        Assert.False(IoStatus.TryGet(new OperationCanceledException(), out _));
    }
}
