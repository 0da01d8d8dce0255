using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using SmbClient.InteropTests.Lab;
using Xunit;

namespace SmbClient.InteropTests;

/// <summary>Names of every kind, in every dialect.</summary>
public sealed class NameTests(LabFixture servers)
{
    /// <summary>Combining and right-to-left characters, others outside the first plane, and everything that only some programs find hard.</summary>
    private static readonly string[] Strange =
        ["e\u0301 not \u00e9.txt", "\u00e9 not e\u0301.txt", "שלום עולם.txt", "𝄞𝔘𝔫𝔦.txt", "👩‍👩‍👧‍👦.txt", "two  spaces", " leading", "#%&{}$!'@+`=;,[]~.txt", "no dot", ".hidden", "a.b.c.d"];

    public static TheoryData<string> Dialects => [.. LabRows.Dialects];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Strange_names_come_back_as_they_went(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        await lab.Share.CreateDirectoryAsync("strange");
        foreach (string name in Strange)
        {
            await lab.Share.WriteAllBytesAsync("strange/" + name, System.Text.Encoding.UTF8.GetBytes(name));
        }

        Assert.Equal(Strange.Order(StringComparer.Ordinal), (await lab.Share.EnumerateAsync("strange").Select(e => e.Name).ToArrayAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(Strange.Order(StringComparer.Ordinal), Directory.GetFiles(server.PathOf("share", "strange")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string name in Strange)
        {
            Assert.Equal(name, System.Text.Encoding.UTF8.GetString(await lab.Share.ReadAllBytesAsync("strange/" + name)));
            Assert.Equal("strange\\" + name, (await lab.Share.GetInfoAsync("strange/" + name)).Path);
            await lab.Share.RenameAsync("strange/" + name, "strange/renamed " + name);
            await lab.Share.DeleteFileAsync("strange/renamed " + name);
        }

        await lab.Share.DeleteDirectoryAsync("strange");
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Long_names_and_long_paths(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        string longest = new('n', 255);
        string directory = "long";
        await lab.Share.CreateDirectoryAsync(directory);
        for (int i = 0; i < 3; i++)
        {
            directory += $"/{i}{new string('d', 200)}";
            await lab.Share.CreateDirectoryAsync(directory);
        }

        string path = $"{directory}/{longest}";
        await lab.Share.WriteAllBytesAsync(path, "deep"u8.ToArray());

        Assert.Equal("deep"u8.ToArray(), await lab.Share.ReadAllBytesAsync(path));
        Assert.Equal(longest, Assert.Single(await lab.Share.EnumerateAsync(directory).ToArrayAsync()).Name);
        Assert.Equal(path.Replace('/', '\\'), (await lab.Share.GetInfoAsync(path)).Path);
        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => lab.Share.CreateFileAsync(path + "n"));
        Assert.Contains(e.Status, new[] { NtStatus.ObjectNameInvalid, NtStatus.NameTooLong, NtStatus.ObjectPathNotFound, NtStatus.ObjectNameNotFound });
        Assert.Contains(longest + "n", e.Message, StringComparison.Ordinal);
        Directory.Delete(server.PathOf("share", "long"), recursive: true);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Names_are_found_without_regard_to_case(string row)
    {
        LabServer server = await servers.StartAsync(row);
        await using LabShare lab = await LabShare.OpenAsync(server.Options);
        await lab.Share.WriteAllBytesAsync("Ärger mit Case.TXT", "1"u8.ToArray());

        Assert.Equal("1"u8.ToArray(), await lab.Share.ReadAllBytesAsync("äRGER MIT cASE.txt"));
        await lab.Share.RenameAsync("ärger mit case.txt", "Ärger Mit Case.txt", replaceExisting: true);
        Assert.Equal("Ärger Mit Case.txt", Assert.Single(await lab.Share.EnumerateAsync("", "ärger*").ToArrayAsync()).Name);
        await lab.Share.DeleteFileAsync("ÄRGER MIT CASE.TXT");
    }

    [Fact]
    public async Task Named_streams_are_refused_by_a_share_without_them()
    {
        LabServer server = await servers.StartAsync("smb3_11");
        await using LabShare lab = await LabShare.OpenAsync(server.Options);

        SmbStatusException e = await Assert.ThrowsAsync<SmbStatusException>(() => lab.Share.WriteAllBytesAsync("hello.txt:second", "x"u8.ToArray()));

        Assert.Contains("hello.txt:second", e.Message, StringComparison.Ordinal);
        Assert.Equal("hello\n"u8.ToArray(), await lab.Share.ReadAllBytesAsync("hello.txt"));
    }
}
