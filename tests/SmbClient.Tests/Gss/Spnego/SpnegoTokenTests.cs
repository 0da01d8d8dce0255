using System;
using System.Linq;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Wire;
using Xunit;

namespace SmbClient.Tests.Gss.Spnego;

/// <summary>SPNEGO tokens of Samba and Windows, [RFC4178] 4.2 and [MS-SPNG] 2.2.</summary>
public class SpnegoTokenTests
{
    public const string NtlmHint =
        "604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b246e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265";

    public const string DomainHint =
        "605e06062b0601050502a0543052a024302206092a864882f71201020206092a864886f712010202060a2b06010401823702020aa32a3028a0261b246e6f745f646566696e65645f696e5f5246433431"
        + "373840706c656173655f69676e6f7265";

    private const string Kerberos = "1.2.840.113554.1.2.2";
    private const string MsKerberos = "1.2.840.48018.1.2.2";

    [Theory]
    [InlineData("1.3.6.1.5.5.2", "06062b0601050502")]
    [InlineData(Kerberos, "06092a864886f712010202")]
    [InlineData(MsKerberos, "06092a864882f712010202")]
    [InlineData("1.2.840.113554.1.2.2.3", "060a2a864886f71201020203")]
    [InlineData(NtlmMechanism.MechanismOid, "060a2b06010401823702020a")]
    [InlineData("1.3.6.1.4.1.311.2.2.30", "060a2b06010401823702021e")]
    [InlineData("1.3.6.1.5.2.5", "06062b0601050205")]
    public void Object_identifiers(string oid, string der) =>
        Assert.Equal("30" + (der.Length / 2).ToString("x2", null) + der, Convert.ToHexStringLower(SpnegoTokens.EncodeMechTypes([oid])));

    [Fact]
    public void Hints_are_written_as_samba_does_and_read()
    {
        byte[] ntlm = SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes([NtlmMechanism.MechanismOid]), null, withHint: true);
        byte[] domain = SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes([MsKerberos, Kerberos, NtlmMechanism.MechanismOid]), null, withHint: true);
        Assert.Equal(NtlmHint, Convert.ToHexStringLower(ntlm));
        Assert.Equal(DomainHint, Convert.ToHexStringLower(domain));

        NegTokenInit read = SpnegoTokens.DecodeInit(domain);
        Assert.Equal([MsKerberos, Kerberos, NtlmMechanism.MechanismOid], read.MechTypes);
        Assert.Equal("302206092a864882f71201020206092a864886f712010202060a2b06010401823702020a", Convert.ToHexStringLower(read.MechTypesDer.Span));
        Assert.Null(read.MechListMic);
        Assert.Null(read.MechToken);
    }

    [Fact]
    public void An_init_without_a_token()
    {
        byte[] token = SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes([NtlmMechanism.MechanismOid]), null);
        Assert.Equal("601c06062b0601050502a0123010a00e300c060a2b06010401823702020a", Convert.ToHexStringLower(token));
        Assert.Null(SpnegoTokens.DecodeInit(token).MechToken);
    }

    [Theory]
    [InlineData(0, null, "a1073005a0030a0100")]
    [InlineData(2, null, "a1073005a0030a0102")]
    [InlineData(3, NtlmMechanism.MechanismOid, "a1153013a0030a0103a10c060a2b06010401823702020a")]
    public void Responses(int state, string? mech, string expected)
    {
        byte[] token = SpnegoTokens.EncodeResp(new NegTokenResp { NegState = (NegState)state, SupportedMech = mech });
        Assert.Equal(expected, Convert.ToHexStringLower(token));
        NegTokenResp read = SpnegoTokens.DecodeResp(token);
        Assert.Equal((NegState)state, read.NegState);
        Assert.Equal(mech, read.SupportedMech);
    }

    [Theory]
    [InlineData("a00e300c" + "a00a3008" + "06062b0601050205", true)] // bare, without its frame
    [InlineData("a1083006a0040a020000", false)] // a negState of two octets
    [InlineData("a1073005a0030a0104", false)] // a negState that is none
    [InlineData("a1803005a0030a01000000", false)] // indefinite length
    [InlineData("a1093080a0030a01000000", false)]
    [InlineData("a1073005a0030a010000", false)] // something behind it
    [InlineData("a1053003020100", true)] // a field that is none is skipped
    [InlineData("a1073005a7030a0100", true)] // a field that nobody knows
    [InlineData("a181073005a0030a0100", true)] // a long length
    [InlineData("a18400000007308103a00100", false)]
    [InlineData("a109a2072480040141000000", false)]
    [InlineData("", false)]
    public void Odd_tokens(string hex, bool isRead)
    {
        byte[] token = Convert.FromHexString(hex);
        Exception? error = Record.Exception(() => token.Length > 0 && token[0] == 0xA0 ? (object)SpnegoTokens.DecodeInit(token) : SpnegoTokens.DecodeResp(token));
        Assert.Equal(isRead ? null : typeof(MalformedMessageException), error?.GetType());
    }

    [Fact]
    public void Tag_three_is_the_code_or_the_hint()
    {
        byte[] withMic = Convert.FromHexString("6021" + "06062b0601050502" + "a0173015" + "a00a3008" + "06062b0601050205" + "a3070405" + "0102030405");
        Assert.Equal([1, 2, 3, 4, 5], SpnegoTokens.DecodeInit(withMic).MechListMic!.Value.ToArray());
        Assert.Null(SpnegoTokens.DecodeInit(Convert.FromHexString(NtlmHint)).MechListMic);
    }

    [Fact]
    public void Windows_hints_carry_a_token_of_a_mechanism_that_is_ignored()
    {
        byte[] magic = "NEGOEXTS"u8.ToArray();
        byte[] token = SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes(["1.3.6.1.4.1.311.2.2.30", NtlmMechanism.MechanismOid]), magic, withHint: true);
        NegTokenInit read = SpnegoTokens.DecodeInit(token);
        Assert.Equal(magic, read.MechToken!.Value.ToArray());
        Assert.Equal("1.3.6.1.4.1.311.2.2.30", read.MechTypes[0]);
    }

    [Fact]
    public void Lists_have_an_end()
    {
        byte[] token = SpnegoTokens.EncodeInit(SpnegoTokens.EncodeMechTypes(Enumerable.Range(0, 33).Select(i => "1.3." + i)), null);
        Assert.Throws<MalformedMessageException>(() => SpnegoTokens.DecodeInit(token));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("4e544c4d53535000", null)]
    [InlineData("600b06092a864886f712010202", Kerberos)]
    [InlineData(NtlmHint, "1.3.6.1.5.5.2")]
    public void Mechanisms_of_bare_tokens(string hex, string? expected) => Assert.Equal(expected, SpnegoTokens.MechanismOf(Convert.FromHexString(hex)));
}
