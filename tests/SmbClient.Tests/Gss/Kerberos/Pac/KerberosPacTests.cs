using System;
using System.Linq;
using SmbClient.Gss;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos.Pac;

/// <summary>What is in a PAC, those of domain controllers and some of our own.</summary>
public class KerberosPacTests
{
    private const string SambaDomain = "S-1-5-21-844188481-1533167349-3177022021";
    private const string WindowsDomain = "S-1-5-21-4049358707-1015322381-1548963507";

    [Fact]
    public void Sambas()
    {
        KerberosPac pac = KerberosPac.Decode(VectorFile.Pac["samba"]);
        PacLogonInfo logon = pac.LogonInfo!;

        Assert.Equal(DateTimeOffset.FromFileTime(134398406166353220), logon.LogonTime);
        Assert.Equal((null, null, null), (logon.LogoffTime, logon.KickOffTime, logon.PasswordMustChange));
        Assert.Equal(DateTimeOffset.FromFileTime(134398391547573130), logon.PasswordLastSet);
        Assert.Equal(logon.PasswordLastSet, logon.PasswordCanChange);
        Assert.Equal(("alice", "Alice Tester", "DC1", "LAB"), (logon.EffectiveName, logon.FullName, logon.LogonServer, logon.LogonDomainName));
        Assert.Equal(("", "", "", ""), (logon.LogonScript, logon.ProfilePath, logon.HomeDirectory, logon.HomeDirectoryDrive));
        Assert.Equal((31, 0, 1103u, 513u, 0x20u, 0x10u), (logon.LogonCount, logon.BadPasswordCount, logon.UserId, logon.PrimaryGroupId, logon.UserFlags, logon.UserAccountControl));
        Assert.Equal(SambaDomain, logon.LogonDomainSid);
        Assert.Equal(new[] { 513, 1108, 1107, 1109 }.Select(g => new PacGroup($"{SambaDomain}-{g}", 7)), logon.Groups);
        Assert.Equal([new PacGroup("S-1-18-1", 7)], logon.ExtraSids);
        Assert.Empty(logon.ResourceGroups);
        Assert.Equal((new DateTimeOffset(2026, 11, 22, 17, 7, 15, TimeSpan.Zero), "alice"), (pac.ClientInfo!.AuthenticationTime, pac.ClientInfo.Name));
        PacUpnDnsInfo names = pac.UpnDnsInfo!;
        Assert.Equal(("alice@lab.test", "LAB.TEST", false, "alice", $"{SambaDomain}-1103"), (names.UserPrincipalName, names.DnsDomain, names.IsUpnConstructed, names.SamAccountName, names.Sid));
        Assert.Equal((null, null, null), (pac.RequestorSid, pac.Attributes, pac.DelegationInfo));
        Assert.Equal(
            new[] { PacSignatureKind.Server, PacSignatureKind.Kdc, PacSignatureKind.Ticket, PacSignatureKind.Full }.Select(k => new PacSignature(k, 16, 12)), pac.Signatures);
        Assert.Equal(($"{SambaDomain}-1103", $"{SambaDomain}-513"), (pac.UserSid, pac.PrimaryGroupSid));
        Assert.Equal([$"{SambaDomain}-513", $"{SambaDomain}-1108", $"{SambaDomain}-1107", $"{SambaDomain}-1109", "S-1-18-1"], pac.GroupSids);
    }

    [Theory]
    [InlineData("windows aes", 16, 12)]
    [InlineData("windows rc4", -138, 16)]
    public void Windows(string vector, int algorithm, int size)
    {
        KerberosPac pac = KerberosPac.Decode(VectorFile.Pac[vector]);
        PacLogonInfo logon = pac.LogonInfo!;

        Assert.Equal(("mbechler", "Moritz Bechler", "ADW2K8TEST", "W2K8AD"), (logon.EffectiveName, logon.FullName, logon.LogonServer, logon.LogonDomainName));
        Assert.Equal(($"{WindowsDomain}-1103", $"{WindowsDomain}-513"), (pac.UserSid, pac.PrimaryGroupSid));
        Assert.Equal([$"{WindowsDomain}-513"], pac.GroupSids);
        Assert.Equal(0x210u, logon.UserAccountControl);
        Assert.Equal(("mbechler@w2k8ad.test.agno3.eu", "W2K8AD.TEST.AGNO3.EU", null), (pac.UpnDnsInfo!.UserPrincipalName, pac.UpnDnsInfo.DnsDomain, pac.UpnDnsInfo.Sid));
        Assert.Equal([new PacSignature(PacSignatureKind.Server, algorithm, size), new PacSignature(PacSignatureKind.Kdc, -138, 16)], pac.Signatures);
    }

    [Fact]
    public void Groups_come_in_the_order_of_a_token_and_each_once()
    {
        LogonInfoData logon = new()
        {
            Flags = LogonInfoData.ExtraSidsFlag | LogonInfoData.ResourceGroupsFlag,
            PrimaryGroupId = 600,
            Groups = [513, 600, 513],
            ExtraSids = [LogonInfoData.AssertedIdentity, null, LogonInfoData.Domain, LogonInfoData.AssertedIdentity],
            ResourceDomainSid = LogonInfoData.ResourceDomain,
            ResourceGroups = [7, 7, 8],
        };

        KerberosPac pac = KerberosPac.Decode(PacData.Of(logon));

        Assert.Equal("S-1-5-21-1-2-3-1000", pac.UserSid);
        Assert.Equal("S-1-5-21-1-2-3-600", pac.PrimaryGroupSid);
        Assert.Equal(["S-1-5-21-1-2-3-600", "S-1-5-21-1-2-3-513", "S-1-18-1", "S-1-5-21-1-2-3", "S-1-5-21-9-9-9-7", "S-1-5-21-9-9-9-8"], pac.GroupSids);
    }

    [Fact]
    public void Without_their_flags_extra_SIDs_and_resource_groups_do_not_count()
    {
        LogonInfoData logon = new() { ExtraSids = [LogonInfoData.AssertedIdentity], ResourceDomainSid = LogonInfoData.ResourceDomain, ResourceGroups = [7] };

        KerberosPac pac = KerberosPac.Decode(PacData.Of(logon));

        Assert.Equal(["S-1-5-21-1-2-3-513"], pac.GroupSids);
        Assert.Single(pac.LogonInfo!.ExtraSids);
        Assert.Single(pac.LogonInfo.ResourceGroups);
    }

    [Fact]
    public void A_user_of_no_domain_is_the_first_extra_SID()
    {
        LogonInfoData logon = new()
        {
            Flags = LogonInfoData.ExtraSidsFlag,
            UserId = 0,
            ExtraSids = [Convert.FromHexString("01020000000000057800000001000000"), LogonInfoData.AssertedIdentity],
        };

        KerberosPac pac = KerberosPac.Decode(PacData.Of(logon));

        Assert.Equal("S-1-5-120-1", pac.UserSid);
        Assert.Equal(["S-1-5-21-1-2-3-513", "S-1-18-1"], pac.GroupSids);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(LogonInfoData.ExtraSidsFlag)]
    public void A_user_of_no_domain_and_no_extra_SID_is_nobody(uint flags) =>
        Assert.Null(KerberosPac.Decode(PacData.Of(new LogonInfoData { UserId = 0, Flags = flags })).UserSid);

    [Theory]
    [InlineData(1015)]
    [InlineData(10_000)]
    public void Users_of_many_groups(int count)
    {
        KerberosPac pac = KerberosPac.Decode(PacData.Of(new LogonInfoData { Groups = [.. Enumerable.Range(2000, count).Select(i => (uint)i)] }));

        Assert.Equal(count + 1, pac.GroupSids.Count);
        Assert.Equal($"S-1-5-21-1-2-3-{1999 + count}", pac.GroupSids[^1]);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(uint.MaxValue)]
    public void Pointers_lead_nowhere_whatever_they_are(uint referent) =>
        Assert.Equal("bob", KerberosPac.Decode(PacData.Of(new LogonInfoData { Referent = referent })).LogonInfo!.EffectiveName);

    [Fact]
    public void Without_logon_information_it_is_a_value_too()
    {
        KerberosPac pac = KerberosPac.Decode(PacData.Of((PacData.ClientInfo, PacData.Client("bob"))));

        Assert.Equal("bob", pac.ClientInfo!.Name);
        Assert.Equal((null, null), (pac.LogonInfo, pac.UserSid));
        Assert.Empty(pac.GroupSids);
        Assert.Empty(KerberosPac.Decode(PacData.Of()).Signatures);
    }

    [Fact]
    public void What_nobody_knows_is_left_alone_even_twice() =>
        Assert.NotNull(KerberosPac.Decode(PacData.Of((13, []), (13, [1, 2, 3]), (99, new byte[5]), (PacData.LogonInfo, new LogonInfoData().ToArray()))).LogonInfo);

    [Fact]
    public void Who_asked_how_and_through_whom()
    {
        byte[] delegation = new NdrObject().Text("cifs/files.lab.test").UInt32(2).Pointer(w =>
        {
            w.Write(2);
            foreach (string service in new[] { "http/web@LAB.TEST", "x/y@LAB.TEST" })
            {
                w.Write((ushort)(2 * service.Length));
                w.Write((ushort)(2 * service.Length));
                w.Write(4);
            }

            NdrObject.Characters(w, "http/web@LAB.TEST");
            NdrObject.Characters(w, "x/y@LAB.TEST");
        }).ToArray();

        KerberosPac pac = KerberosPac.Decode(PacData.Of(
            (PacData.DelegationInfo, delegation), (PacData.RequestorSid, LogonInfoData.Domain), (PacData.AttributesInfo, [2, 0, 0, 0, 1, 0, 0, 0])));

        Assert.Equal("cifs/files.lab.test", pac.DelegationInfo!.ProxyTarget);
        Assert.Equal(["http/web@LAB.TEST", "x/y@LAB.TEST"], pac.DelegationInfo.TransitedServices);
        Assert.Equal("S-1-5-21-1-2-3", pac.RequestorSid);
        Assert.Equal(PacAttributes.Requested, pac.Attributes);
    }
}
