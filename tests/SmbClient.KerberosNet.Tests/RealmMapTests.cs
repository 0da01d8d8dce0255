using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SmbClient.KerberosNet.Tests;

public sealed class RealmMapTests
{
    private const string Configuration = """
        includedir /etc/krb5.conf.d/
        # a comment
        [libdefaults]
          default_realm = LAB.TEST
          unknown_setting = whatever
        [realms]
          LAB.TEST = {
            kdc = tcp/10.0.0.1:8888
            kdc = dc2.lab.test
            kdc = https://proxy.lab.test/KdcProxy
          }
          SIX.TEST = {
            kdc = [2001:db8::1]:750
          }
        [domain_realm]
          .lab.test = LAB.TEST
          lab.test = LAB.TEST
          special.lab.test = OTHER.TEST
          bare.test = BARE.TEST
        """;

    private static RealmMap Map(string configuration = Configuration, KerberosNetOptions? options = null) => new(options ?? new KerberosNetOptions(), configuration);

    [Theory]
    [InlineData("files.lab.test", "LAB.TEST")]
    [InlineData("FILES.deep.LAB.test", "LAB.TEST")]
    [InlineData("lab.test", "LAB.TEST")]
    [InlineData("special.lab.test", "OTHER.TEST")]
    [InlineData("host.bare.test", "BARE.TEST")]
    [InlineData("files.elsewhere.test", null)]
    [InlineData("files", null)]
    public void RealmsOfHosts(string host, string? realm) => Assert.Equal(realm, Map().RealmOfHost(host));

    [Theory]
    [InlineData("", "LAB.TEST")]
    [InlineData("lab.test", "LAB.TEST")]
    [InlineData("LAB", "LAB.TEST")]
    [InlineData("elsewhere.test", "ELSEWHERE.TEST")]
    [InlineData("ELSE", null)]
    [InlineData(".", null)]
    public void RealmsOfDomains(string domain, string? realm) => Assert.Equal(realm, Map().RealmOfDomain(domain));

    [Theory]
    [InlineData("LAB.TEST", "10.0.0.1:8888 dc2.lab.test:88")]
    [InlineData("lab.test", "10.0.0.1:8888 dc2.lab.test:88")]
    [InlineData("SIX.TEST", "2001:db8::1:750")]
    [InlineData("UNKNOWN.TEST", "unknown.test:88")]
    public void KdcsOfRealms(string realm, string expected) =>
        Assert.Equal(expected, string.Join(' ', Map().KdcsOf(realm).Select(k => $"{k.Key}:{k.Value}")));

    [Fact]
    public void OptionsComeFirst()
    {
        KerberosNetOptions options = new() { DefaultRealm = "MINE.TEST", Kdcs = new Dictionary<string, IReadOnlyList<string>> { ["lab.test"] = ["other:99"], ["MINE.TEST"] = ["mine"] } };
        RealmMap map = Map(options: options);
        Assert.Equal("MINE.TEST", map.DefaultRealm);
        Assert.Equal(new KeyValuePair<string, int>("other", 99), map.KdcsOf("LAB.TEST").Single());
        Assert.Equal(new KeyValuePair<string, int>("mine", 88), map.KdcsOf("mine.test").Single());
    }

    [Fact]
    public void WithoutAFileThereIsNoRealm()
    {
        RealmMap map = Map("");
        Assert.Null(map.DefaultRealm);
        Assert.Null(map.RealmOfDomain(""));
        Assert.Equal("", RealmMap.ReadConfiguration("/nowhere/krb5.conf"));
    }
}
