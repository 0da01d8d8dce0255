using System;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using Xunit;

namespace SmbClient.Tests.Gss.Ntlm;

/// <summary>Responses of an SMB1 sign-in without extended security, with the inputs of [MS-NLMP] 4.2.</summary>
public class NtlmLegacyResponseTests
{
    private static readonly byte[] Challenge = Convert.FromHexString("0123456789abcdef");
    private static readonly GssCredential Credential = GssCredential.Password("User", "Password", "Domain");

    [Fact]
    public void V1_with_lan_manager_is_what_the_specification_prints()
    {
        NtlmLegacyResponse response = NtlmLegacyResponse.Create(Credential, Challenge, Options(v1: true, lanManager: true));
        AssertHex("98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13", response.LmResponse);
        AssertHex("67c43011f30298a2ad35ece64f16331c44bdbed927841f94", response.NtResponse);
        AssertHex("d87262b0cde4b1cb7499becccdf10784", response.SessionKey);
        AssertHex("e52cac67419a9a220000000000000000", response.LmSessionKey);
    }

    [Fact]
    public void Lan_manager_is_left_out_where_it_is_not_allowed_or_cannot_be()
    {
        Assert.Empty(NtlmLegacyResponse.Create(Credential, Challenge, Options(v1: true, lanManager: false)).LmResponse);
        NtlmLegacyResponse hash = NtlmLegacyResponse.Create(GssCredential.NtHash("User", Credential.CopyNtHash()!), Challenge, Options(v1: true, lanManager: true));
        Assert.Empty(hash.LmResponse);
        AssertHex("67c43011f30298a2ad35ece64f16331c44bdbed927841f94", hash.NtResponse);
    }

    [Fact]
    public void V2_is_the_default()
    {
        NtlmLegacyResponse response = NtlmLegacyResponse.Create(Credential, Challenge, Options());
        AssertHex("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa", response.LmResponse);

        byte[] key = NtlmKeys.NtOwfV2(Credential.CopyNtHash()!, "User", "Domain");
        byte[] temp = response.NtResponse[16..];
        Assert.Equal(NtlmKeys.NtProof(key, Challenge, temp), response.NtResponse[..16]);
        AssertHex("0101000000000000", temp[..8]);
        AssertHex("aaaaaaaaaaaaaaaa" + "00000000" + "00000000" + "00000000", temp[16..]);
        Assert.Equal(NtlmKeys.SessionBaseKeyV2(key, response.NtResponse[..16]), response.SessionKey);
        Assert.Equal(NtlmKeys.SessionBaseKeyV2(key, response.LmResponse[..16]), response.LmSessionKey);
    }

    [Fact]
    public void Nobody_has_no_response() =>
        Assert.Throws<InvalidOperationException>(() => NtlmLegacyResponse.Create(GssCredential.Anonymous, Challenge, Options()));

    private static GssInitiatorOptions Options(bool v1 = false, bool lanManager = false) => new()
    {
        Credential = Credential,
        TargetName = "cifs/server",
        AllowNtlmV1 = v1,
        AllowLanManager = lanManager,
        TimeProvider = new FakeTimeProvider(Exchange.Now),
        Random = new FixedRandom("aaaaaaaaaaaaaaaa"),
    };

    private static void AssertHex(string expected, byte[] actual) => Assert.Equal(expected, Convert.ToHexStringLower(actual));
}
