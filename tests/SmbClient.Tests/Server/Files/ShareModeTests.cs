using System.Threading.Tasks;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>Who may open a file beside whom, [MS-FSA] 2.1.5.1.2.2. R reads, X executes, W writes, A appends, D deletes, a only looks at attributes.</summary>
public class ShareModeTests
{
    [Theory]
    [InlineData("R", "R", "R", "R", true)]
    [InlineData("R", "R", "X", "R", true)]
    [InlineData("R", "", "R", "R", false)]
    [InlineData("R", "R", "R", "", false)]
    [InlineData("X", "W", "R", "R", false)]
    [InlineData("R", "RWD", "X", "W", false)]
    [InlineData("W", "R", "R", "W", true)]
    [InlineData("W", "R", "R", "R", false)]
    [InlineData("W", "W", "R", "W", false)]
    [InlineData("A", "R", "R", "R", false)]
    [InlineData("A", "R", "R", "W", true)]
    [InlineData("D", "R", "R", "D", true)]
    [InlineData("D", "R", "R", "R", false)]
    [InlineData("R", "R", "D", "R", false)]
    [InlineData("R", "D", "D", "R", true)]
    [InlineData("RWD", "RWD", "RWD", "RWD", true)]
    [InlineData("RW", "RW", "RWD", "RWD", false)]
    [InlineData("a", "", "RWD", "", true)]
    [InlineData("RWD", "", "a", "", true)]
    [InlineData("a", "", "a", "", true)]
    public async Task Both_must_share(string firstAccess, string firstShare, string secondAccess, string secondShare, bool agree)
    {
        TestTree share = new();
        share.Store.AddFile("f", [1]);
        FileOpen first = await share.OpenAsync("f", Access(firstAccess), Share(firstShare));

        NtStatus status = await share.TryAsync("F", Access(secondAccess), Share(secondShare));
        await first.CloseAsync();

        Assert.Equal(agree ? NtStatus.Success : NtStatus.SharingViolation, status);
        Assert.Equal(NtStatus.Success, await share.TryAsync("f", Access(secondAccess), Share(secondShare)));
    }

    [Theory]
    [InlineData("R", "RW", true)]
    [InlineData("R", "R", false)]
    [InlineData("a", "", true)]
    public async Task Overwriting_writes(string access, string sharing, bool agree)
    {
        TestTree share = new();
        share.Store.AddFile("f", [1]);
        await share.OpenAsync("f", Access(access), Share(sharing));

        NtStatus status = await share.TryAsync("f", AccessMask.ReadAttributes, TestTree.Everything, CreateDisposition.OverwriteIf);

        Assert.Equal(agree ? NtStatus.Success : NtStatus.SharingViolation, status);
        Assert.Equal(agree ? 0 : 1, share.Store.ReadAllBytes("f").Length);
    }

    [Fact]
    public async Task Directories_have_share_modes_too()
    {
        TestTree share = new();
        share.Store.AddDirectory("d");
        await share.OpenAsync("d", AccessMask.ReadData, ShareAccess.Read);

        Assert.Equal(NtStatus.SharingViolation, await share.TryAsync("d", AccessMask.Delete));
        Assert.Equal(NtStatus.Success, await share.TryAsync("d", AccessMask.ReadData));
    }

    private static AccessMask Access(string letters)
    {
        AccessMask access = AccessMask.None;
        foreach (char letter in letters)
        {
            access |= letter switch
            {
                'R' => AccessMask.ReadData,
                'W' => AccessMask.WriteData,
                'A' => AccessMask.AppendData,
                'X' => AccessMask.Execute,
                'D' => AccessMask.Delete,
                _ => AccessMask.ReadAttributes | AccessMask.Synchronize,
            };
        }

        return access;
    }

    private static ShareAccess Share(string letters)
    {
        ShareAccess share = ShareAccess.None;
        foreach (char letter in letters)
        {
            share |= letter switch { 'R' => ShareAccess.Read, 'W' => ShareAccess.Write, _ => ShareAccess.Delete };
        }

        return share;
    }
}
