using System;
using System.Linq;
using Xunit;

namespace SmbClient.Tests;

public class NtStatusTextTests
{
    [Theory]
    [InlineData(NtStatus.AccessDenied, "STATUS_ACCESS_DENIED (0xC0000022)")]
    [InlineData(NtStatus.NoMoreFiles, "STATUS_NO_MORE_FILES (0x80000006)")]
    [InlineData((NtStatus)0xC0001234, "NTSTATUS 0xC0001234")]
    public void A_status_is_shown_by_the_specifications_name(NtStatus status, string text) =>
        Assert.Equal(text, NtStatusText.Name(status));

    [Fact]
    public void An_exception_says_what_was_asked_of_whom_and_what_to_do()
    {
        SmbStatusException e = new(NtStatus.BadNetworkName, "TreeConnectAndX", @"\\files\nope", "files");

        Assert.Contains("files", e.Message, StringComparison.Ordinal);
        Assert.Contains(@"\\files\nope", e.Message, StringComparison.Ordinal);
        Assert.Contains("STATUS_BAD_NETWORK_NAME", e.Message, StringComparison.Ordinal);
        Assert.Contains("no share of this name", e.Message, StringComparison.Ordinal);
        Assert.Equal(NtStatus.BadNetworkName, e.Status);
    }

    [Fact]
    public void No_two_names_have_one_value() =>
        Assert.Equal(Enum.GetNames<NtStatus>().Length, Enum.GetValues<NtStatus>().Distinct().Count());
}
