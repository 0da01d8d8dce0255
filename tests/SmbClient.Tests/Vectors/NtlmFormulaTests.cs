using System;
using System.Linq;
using System.Text;
using SmbClient.Crypto;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using Xunit;

namespace SmbClient.Tests.Vectors;

/// <summary>
/// [MS-NLMP] 4.2: user "User", domain "Domain", password "Password", server challenge 0123456789abcdef, client challenge aa × 8, time 0,
/// session key 55 × 16; and the same formulas with other inputs, recomputed by other programs.
/// </summary>
public class NtlmFormulaTests
{
    private static readonly byte[] ServerChallenge = Convert.FromHexString("0123456789abcdef");
    private static readonly byte[] ClientChallenge = [.. Enumerable.Repeat((byte)0xaa, 8)];
    private static readonly byte[] RandomSessionKey = [.. Enumerable.Repeat((byte)0x55, 16)];
    private static readonly byte[] Plaintext = Encoding.Unicode.GetBytes("Plaintext");
    private static readonly byte[] NtHash = GssCredential.Password("User", "Password").CopyNtHash()!;
    private static readonly byte[] LmHash = GssCredential.Password("User", "Password").LmHash()!;
    private static readonly byte[] NtOwfV2 = NtlmKeys.NtOwfV2(NtHash, "User", "Domain");
    private static readonly byte[] AvPairOctets = Convert.FromHexString("02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000");

    [Theory]
    [InlineData("Password", "a4f49c406510bdcab6824ee7c30fd852")]
    [InlineData("password", "8846f7eaee8fb117ad06bdd830b7586c")]
    [InlineData("Password01!", "7c4fe5eada682714a036e39378362bab")]
    [InlineData("foo", "ac8e657f83df82beea5d43bdaf7800cc")]
    [InlineData("Pässwörd€1", "0b765aea283c632ee215ceab79053add")]
    [InlineData("", "31d6cfe0d16ae931b73c59d7e0c089c0")]
    public void NtOwfV1(string password, string expected) => AssertHex(expected, GssCredential.Password("u", password).CopyNtHash()!);

    [Theory]
    [InlineData("Password", "e52cac67419a9a224a3b108f3fa6cb6d")]
    [InlineData("admin", "f0d412bd764ffe81aad3b435b51404ee")]
    [InlineData("", "aad3b435b51404eeaad3b435b51404ee")]
    public void LmOwfV1(string password, string expected) => AssertHex(expected, GssCredential.Password("u", password).LmHash()!);

    [Theory]
    [InlineData("Passwörd")]
    [InlineData("fifteen letters")]
    public void Passwords_without_an_lm_hash_have_none(string password) => Assert.Null(GssCredential.Password("u", password).LmHash());

    [Fact]
    public void NtOwfV2_upper_cases_the_user_and_not_the_domain()
    {
        AssertHex("0c868a403bfd7a93a3001ef22ef02e3f", NtOwfV2);
        AssertHex("15041a6b3903ab1e0ddd03d350a789f9", NtlmKeys.NtOwfV2(GssCredential.Password("u", "Pässwörd€1").CopyNtHash()!, "ünï", "LAB"));
        Assert.NotEqual(NtOwfV2, NtlmKeys.NtOwfV2(NtHash, "User", "DOMAIN"));
    }

    [Fact]
    public void V1_responses_and_keys()
    {
        byte[] baseKey = NtlmKeys.SessionBaseKeyV1(NtHash);
        byte[] lm = NtlmKeys.NtlmV1Response(LmHash, ServerChallenge);

        AssertHex("d87262b0cde4b1cb7499becccdf10784", baseKey);
        AssertHex("67c43011f30298a2ad35ece64f16331c44bdbed927841f94", NtlmKeys.NtlmV1Response(NtHash, ServerChallenge));
        AssertHex("98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13", lm);
        AssertHex("518822b1b3f350c8958682ecbb3e3cb7", Rc4.Transform(baseKey, RandomSessionKey));

        byte[] lmKey = NtlmKeys.KeyExchangeKeyV1(NtlmFlags.LmKey, baseKey, LmHash, lm);
        AssertHex("b09e379f7fbecb1eaf0afdcb0383c8a0", lmKey);
        AssertHex("4cd7bb57d697ef9b549f02b8f9b37864", Rc4.Transform(lmKey, RandomSessionKey));

        byte[] nonNtKey = NtlmKeys.KeyExchangeKeyV1(NtlmFlags.RequestNonNtSessionKey, baseKey, LmHash, lm);
        AssertHex("e52cac67419a9a220000000000000000", nonNtKey);
        AssertHex("7452ca55c225a1ca04b48fae32cf56fc", Rc4.Transform(nonNtKey, RandomSessionKey));
        Assert.Equal(baseKey, NtlmKeys.KeyExchangeKeyV1(NtlmFlags.None, baseKey, LmHash, lm));
    }

    [Fact]
    public void V1_responses_and_keys_with_extended_session_security()
    {
        byte[] lm = NtlmKeys.LmExtendedResponse(ClientChallenge);
        byte[] key = NtlmKeys.KeyExchangeKeyExtended(NtlmKeys.SessionBaseKeyV1(NtHash), ServerChallenge, lm);

        AssertHex("aaaaaaaaaaaaaaaa00000000000000000000000000000000", lm);
        AssertHex("7537f803ae367128ca458204bde7caf81e97ed2683267232", NtlmKeys.NtlmV1ExtendedResponse(NtHash, ServerChallenge, ClientChallenge));
        AssertHex("eb93429a8bd952f8b89c55b87f475edc", key);

        AssertHex("60e799be5c72fc92922ae8ebe961fb8d", NtlmMic.SignKey(key, fromClient: true));
        AssertHex("04dd7f014d8504d265a25cc86a3a7c06", NtlmMic.SealKey(key, NtlmFlags.Key56, fromClient: true));
        AssertHex("a02372f6530273f3aa1eb90190ce5200c99d", Rc4.Transform(NtlmMic.SealKey(key, NtlmFlags.Key56, fromClient: true), Plaintext));
        AssertHex("01000000ff2aeb52f681793a00000000", NtlmMic.Compute(key, NtlmFlags.Key56, fromClient: true, Plaintext));
    }

    [Fact]
    public void V1_sealing_without_extended_session_security() =>
        AssertHex("56fe04d861f9319af0d7238a2e3b4d457fb8", Rc4.Transform(RandomSessionKey, Plaintext));

    [Fact]
    public void V2_responses_and_keys()
    {
        byte[] temp = NtlmKeys.Temp(0, ClientChallenge, AvPairOctets);
        byte[] proof = NtlmKeys.NtProof(NtOwfV2, ServerChallenge, temp);
        byte[] key = NtlmKeys.SessionBaseKeyV2(NtOwfV2, proof);

        AssertHex("01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000", temp);
        AssertHex("68cd0ab851e51c96aabc927bebef6a1c", proof);
        AssertHex("8de40ccadbc14a82f15cb0ad0de95ca3", key);
        AssertHex("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa", NtlmKeys.LmV2Response(NtOwfV2, ServerChallenge, ClientChallenge));
        AssertHex("c5dad2544fc9799094ce1ce90bc9d03e", Rc4.Transform(key, RandomSessionKey));
    }

    [Theory]
    [InlineData(0x20000000u, "59f600973cc4960a25480a7c196e4c58", "9355f3a957c1583d25c4c2f11e40390e")]
    [InlineData(0x80000000u, "a5f7253c1065e8d3d68642040e71cfe0", "583e2f98959b385cd158f3734b5f5d3f")]
    [InlineData(0u, "42f964a471091a02ff4a77455366e4e5", "c5d3853b406b7c1241c595f0ce0750e2")]
    public void Seal_keys_of_every_strength(uint flags, string client, string server)
    {
        AssertHex(client, NtlmMic.SealKey(RandomSessionKey, (NtlmFlags)flags, fromClient: true));
        AssertHex(server, NtlmMic.SealKey(RandomSessionKey, (NtlmFlags)flags, fromClient: false));
    }

    [Fact]
    public void V2_signing_and_sealing()
    {
        const NtlmFlags Flags = NtlmFlags.Key128 | NtlmFlags.KeyExchange;
        AssertHex("4788dc861b4782f35d43fd98fe1a2d39", NtlmMic.SignKey(RandomSessionKey, fromClient: true));
        AssertHex("d04d6f10741041d1d246d64188d7a8ad", NtlmMic.SignKey(RandomSessionKey, fromClient: false));
        AssertHex("0100000074d045342c4f1cd500000000", NtlmMic.Compute(RandomSessionKey, Flags, fromClient: true, Plaintext));
        AssertHex("0100000070352851f256430900000000", NtlmMic.Compute(RandomSessionKey, NtlmFlags.Key128, fromClient: true, Plaintext));

        // Sealing runs the cipher over the message first and over its checksum then.
        byte[] sealedOctets = Rc4.Transform(NtlmMic.SealKey(RandomSessionKey, Flags, fromClient: true), [.. Plaintext, .. Convert.FromHexString("70352851f2564309")]);
        AssertHex("54e50165bf1936dc996020c1811b0f06fb5f" + "7fb38ec5c55d4976", sealedOctets);
    }

    [Fact]
    public void Channel_bindings_are_hashed_in_their_frame()
    {
        Assert.Equal(new byte[16], NtlmKeys.ChannelBindingHash([]));
        byte[] frame = [.. new byte[16], 3, 0, 0, 0, 0x61, 0x62, 0x63];
        Assert.Equal(Md5.Hash(frame), NtlmKeys.ChannelBindingHash("abc"u8));
        AssertHex("2640d8ebdc6ad357b5206fd6d639b25f", Md5.Hash(Convert.FromHexString("02000000040000000102030400000000040000000506070805000000636166c3a9")));
    }

    private static void AssertHex(string expected, byte[] actual) => Assert.Equal(expected, Convert.ToHexStringLower(actual));
}
