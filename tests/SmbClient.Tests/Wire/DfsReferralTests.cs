using System;
using System.Linq;
using System.Text;
using SmbClient.Tests.Properties;
using SmbClient.Wire;
using SmbClient.Wire.Dfsc;
using Xunit;

namespace SmbClient.Tests.Wire;

/// <summary>Referrals as [MS-DFSC] 2.2 lays them out, made by hand.</summary>
public class DfsReferralTests
{
    private static readonly byte[] TwoTargets =
    [
        .. U16(22, 2), 2, 0, 0, 0,
        .. U16(4, 34, 0, 4), 0x2C, 1, 0, 0, .. U16(68, 68, 92), .. new byte[16],
        .. U16(4, 34, 0, 0), 0x2C, 1, 0, 0, .. U16(34, 34, 76), .. new byte[16],
        .. Text(@"\dom\dfs\ab"),
        .. Text(@"\a\s"),
        .. new byte[8],
        .. Text(@"\b\t"),
    ];

    private static readonly byte[] NameList =
    [
        .. U16(0, 1), 0, 0, 0, 0,
        .. U16(3, 34, 0, 2), 0x2C, 1, 0, 0, .. U16(34, 2, 44), .. new byte[16],
        .. Text(@"\dom"),
        .. Text(@"\dc1"),
        .. Text(@"\dc2"),
    ];

    private static readonly byte[] VersionTwo =
    [
        .. U16(8, 1), 3, 0, 0, 0,
        .. U16(2, 22, 1, 0), 0, 0, 0, 0, 10, 0, 0, 0, .. U16(22, 22, 32),
        .. Text(@"\d\r"),
        .. Text(@"\a\s"),
    ];

    private static readonly byte[] VersionOne = [.. U16(8, 1), 3, 0, 0, 0, .. U16(1, 18, 1, 0), .. Text(@"\a\s")];

    [Fact]
    public void A_request_ends_its_path()
    {
        DfsReferralRequest request = new(4, @"\server\share");
        byte[] octets = new byte[request.Size];
        WireWriter w = new(octets);
        request.Write(ref w);
        WireReader r = new(octets);

        Assert.Equal(octets.Length, w.Position);
        Assert.Equal([4, 0, (byte)'\\', 0, (byte)'s', 0], octets[..6]);
        Assert.Equal([0, 0], octets[^2..]);
        Assert.Equal(request, DfsReferralRequest.Read(ref r));
    }

    [Fact]
    public void Two_targets_share_their_path()
    {
        DfsReferralResponse response = Read(TwoTargets);

        Assert.Equal((22, DfsReferralHeaderFlags.StorageServers), (response.PathConsumed, response.Flags));
        Assert.Equal([@"\a\s", @"\b\t"], response.Entries.Select(e => e.NetworkAddress));
        Assert.All(response.Entries, e => Assert.Equal((@"\dom\dfs\ab", @"\dom\dfs\ab", 300u, false), (e.DfsPath, e.DfsAlternatePath, e.TimeToLive, e.IsRootTarget)));
        Assert.Equal([DfsReferralEntryFlags.TargetSetBoundary, DfsReferralEntryFlags.None], response.Entries.Select(e => e.Flags));
    }

    [Fact]
    public void A_name_list_has_a_domain_and_its_controllers()
    {
        DfsReferralEntry entry = Read(NameList).Entries.Single();

        Assert.Equal(@"\dom", entry.SpecialName);
        Assert.Equal([@"\dc1", @"\dc2"], entry.ExpandedNames);
        Assert.Equal("", entry.NetworkAddress);
    }

    [Fact]
    public void Older_versions_are_read_too()
    {
        DfsReferralEntry two = Read(VersionTwo).Entries.Single();
        DfsReferralEntry one = Read(VersionOne).Entries.Single();

        Assert.Equal((@"\d\r", @"\d\r", @"\a\s", 10u, true), (two.DfsPath, two.DfsAlternatePath, two.NetworkAddress, two.TimeToLive, two.IsRootTarget));
        Assert.Equal((@"\a\s", true), (one.NetworkAddress, one.IsRootTarget));
    }

    [Fact]
    public void Entries_are_of_one_known_version_and_not_too_short()
    {
        byte[] unknown = (byte[])VersionTwo.Clone();
        unknown[8] = 5;
        byte[] mixed = (byte[])TwoTargets.Clone();
        mixed[42] = 3;
        byte[] shorter = (byte[])VersionTwo.Clone();
        shorter[10] = 21;

        Assert.All([unknown, mixed, shorter], octets => Assert.Throws<MalformedMessageException>(() => Read(octets)));
    }

    [Fact]
    public void Many_entries_that_point_to_one_long_text_are_refused()
    {
        byte[] text = Text(new string('a', 2000));
        byte[] entries = [.. Enumerable.Range(0, 100).SelectMany(i => new byte[][] { U16(4, 34, 0, 0), new byte[4], U16([.. Enumerable.Repeat((ushort)(34 * (100 - i)), 3)]), new byte[16] }).SelectMany(part => part)];
        byte[] response = [.. U16(0, 100), 0, 0, 0, 0, .. entries, .. text];

        Assert.Throws<MalformedMessageException>(() => Read(response));
    }

    [Fact]
    public void Every_truncation_and_every_flipped_octet_is_a_value_or_malformed()
    {
        foreach (byte[] sample in new[] { TwoTargets, NameList, VersionTwo, VersionOne })
        {
            Decoders.TryEveryTruncation("DfsReferralResponse", sample, m => Read(m));
            Decoders.TryEveryFlippedOctet("DfsReferralResponse", sample, m => Read(m));
        }
    }

    private static DfsReferralResponse Read(ReadOnlyMemory<byte> octets)
    {
        WireReader reader = new(octets);
        return DfsReferralResponse.Read(ref reader);
    }

    private static byte[] U16(params ushort[] values) => [.. values.SelectMany(v => new[] { (byte)v, (byte)(v >> 8) })];

    private static byte[] Text(string text) => [.. Encoding.Unicode.GetBytes(text), 0, 0];
}
