using System;
using System.Linq;
using SmbClient.Gss.Ntlm;
using Xunit;

namespace SmbClient.Tests.Vectors;

/// <summary>The messages that [MS-NLMP] 4.2 prints, and short forms that others send.</summary>
public class NtlmMessageTests
{
    public const string V1Challenge =
        "4e544c4d53535000020000000c000c0038000000338202e20123456789abcdef00000000000000000000000000000000060070170000000f530065007200760065007200";

    public const string ExtendedChallenge =
        "4e544c4d53535000020000000c000c003800000033820a820123456789abcdef00000000000000000000000000000000060070170000000f530065007200760065007200";

    public const string V2Challenge =
        "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000060070170000000f53006500720076006500720002000c0044006f006d006100"
        + "69006e0001000c0053006500720076006500720000000000";

    public const string V1Authenticate =
        "4e544c4d5353500003000000180018006c00000018001800840000000c000c00480000000800080054000000100010005c000000100010009c000000358280e20501280a0000000f44006f006d006100"
        + "69006e00550073006500720043004f004d005000550054004500520098def7b87f88aa5dafe2df779688a172def11c7d5ccdef1367c43011f30298a2ad35ece64f16331c44bdbed927841f94518822b1"
        + "b3f350c8958682ecbb3e3cb7";

    public const string ExtendedAuthenticate =
        "4e544c4d5353500003000000180018006c00000018001800840000000c000c00480000000800080054000000100010005c000000000000009c000000358208820501280a0000000f44006f006d006100"
        + "69006e00550073006500720043004f004d0050005500540045005200aaaaaaaaaaaaaaaa000000000000000000000000000000007537f803ae367128ca458204bde7caf81e97ed2683267232";

    public const string V2Authenticate =
        "4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010005c00000010001000d8000000358288e20501280a0000000f44006f006d006100"
        + "69006e00550073006500720043004f004d005000550054004500520086c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa68cd0ab851e51c96aabc927bebef6a1c010100000000000000000000"
        + "00000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000c5dad2544fc9799094ce1ce90bc9d03e";

    [Theory]
    [InlineData(V1Challenge, 0xe2028233u, false)]
    [InlineData(ExtendedChallenge, 0x820a8233u, false)]
    [InlineData(V2Challenge, 0xe28a8233u, true)]
    public void Printed_challenges(string hex, uint flags, bool hasTargetInfo)
    {
        ChallengeMessage challenge = ChallengeMessage.Decode(Convert.FromHexString(hex));

        Assert.Equal((NtlmFlags)flags, challenge.Flags);
        Assert.Equal("0123456789abcdef", Convert.ToHexStringLower(challenge.ServerChallenge));
        Assert.Equal("Server", challenge.TargetName);
        Assert.Equal(hasTargetInfo ? "Domain" : null, challenge.TargetInfo?.Text(AvId.NbDomainName));
        Assert.Equal(hasTargetInfo ? "Server" : null, challenge.TargetInfo?.Text(AvId.NbComputerName));
        Assert.Null(challenge.TargetInfo?.Timestamp);
    }

    [Theory]
    [InlineData(V1Challenge)]
    [InlineData(ExtendedChallenge)]
    [InlineData(V2Challenge)]
    public void Printed_challenges_are_written_octet_by_octet(string hex)
    {
        ChallengeMessage read = ChallengeMessage.Decode(Convert.FromHexString(hex));
        byte[] written = new ChallengeMessage
        {
            Flags = read.Flags,
            ServerChallenge = read.ServerChallenge,
            TargetName = read.TargetName,
            TargetInfo = read.TargetInfo,
            Version = Convert.FromHexString("060070170000000f"),
        }.Encode();

        // Only the offset of an empty field differs, which has no meaning.
        byte[] expected = Convert.FromHexString(hex);
        if (read.TargetInfo is null)
        {
            written.AsSpan(44, 4).Clear();
        }

        Assert.Equal(expected, written);
    }

    [Theory]
    [InlineData(V1Authenticate, 0xe2808235u, "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13", "67c43011f30298a2ad35ece64f16331c44bdbed927841f94", "518822b1b3f350c8958682ecbb3e3cb7")]
    [InlineData(ExtendedAuthenticate, 0x82088235u, "aaaaaaaaaaaaaaaa00000000000000000000000000000000", "7537f803ae367128ca458204bde7caf81e97ed2683267232", "")]
    [InlineData(V2Authenticate, 0xe2888235u, "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa", "68cd0ab851e51c96aabc927bebef6a1c01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000", "c5dad2544fc9799094ce1ce90bc9d03e")]
    public void Printed_answers(string hex, uint flags, string lm, string nt, string key)
    {
        AuthenticateMessage answer = AuthenticateMessage.Decode(Convert.FromHexString(hex), NtlmFlags.Unicode);

        Assert.Equal((NtlmFlags)flags, answer.Flags);
        Assert.Equal("User", answer.User);
        Assert.Equal("Domain", answer.Domain);
        Assert.Equal("COMPUTER", answer.Workstation);
        Assert.Equal(lm, Convert.ToHexStringLower(answer.LmResponse.Span));
        Assert.Equal(nt, Convert.ToHexStringLower(answer.NtResponse.Span));
        Assert.Equal(key, Convert.ToHexStringLower(answer.EncryptedRandomSessionKey.Span));
        Assert.False(answer.HasMic);
    }

    [Fact]
    public void Answers_come_back_as_they_were_written()
    {
        AuthenticateMessage printed = AuthenticateMessage.Decode(Convert.FromHexString(V2Authenticate), NtlmFlags.Unicode);
        byte[] written = printed.Encode();
        AuthenticateMessage read = AuthenticateMessage.Decode(written, NtlmFlags.Unicode);

        Assert.True(read.HasMic);
        Assert.Equal(printed.Flags, read.Flags);
        Assert.Equal(printed.User, read.User);
        Assert.Equal(printed.NtResponse.ToArray(), read.NtResponse.ToArray());
        Assert.Equal(printed.EncryptedRandomSessionKey.ToArray(), read.EncryptedRandomSessionKey.ToArray());
    }

    [Theory]
    [InlineData("4e544c4d535350000100000031020060" + "00000000000000000000000000000000", 0x60000231u)]
    [InlineData("4e544c4d535350000100000031020062" + "00000000000000000000000000000000" + "0a00614a0000000f", 0x62000231u)]
    [InlineData("4e544c4d5353500001000000" + "07820000", 0x00008207u)]
    public void Negotiate_messages_long_and_short(string hex, uint flags) =>
        Assert.Equal((NtlmFlags)flags, NegotiateMessage.Decode(Convert.FromHexString(hex)).Flags);

    [Fact]
    public void A_short_challenge_without_target_info_is_read()
    {
        byte[] whole = Convert.FromHexString(V1Challenge);
        byte[] message = [.. whole.AsSpan(0, 32), .. "S"u8, 0];
        message[12] = 2;
        message[16] = 32;

        ChallengeMessage challenge = ChallengeMessage.Decode(message);

        Assert.Equal("S", challenge.TargetName);
        Assert.Null(challenge.TargetInfo);
    }

    [Theory]
    [InlineData(52)]
    [InlineData(60)]
    [InlineData(64)]
    [InlineData(72)]
    public void Short_answers_are_read_as_far_as_they_go(int fixedSize)
    {
        byte[] message = new byte[fixedSize + 2];
        Convert.FromHexString(V1Authenticate).AsSpan(0, 12).CopyTo(message);
        message[36] = 2;
        message[40] = (byte)fixedSize;
        message[fixedSize] = (byte)'u';
        if (fixedSize >= 64)
        {
            message[60] = 1;
        }

        AuthenticateMessage answer = AuthenticateMessage.Decode(message, NtlmFlags.Unicode | NtlmFlags.KeyExchange);

        Assert.Equal("u", answer.User);
        Assert.False(answer.HasMic);
        Assert.Equal(NtlmFlags.Unicode, answer.Flags);
    }

    [Fact]
    public void A_payload_over_the_fixed_fields_is_refused()
    {
        byte[] message = Convert.FromHexString(V2Authenticate);
        message[40] = 44;
        Assert.Throws<SmbClient.Wire.MalformedMessageException>(() => AuthenticateMessage.Decode(message, NtlmFlags.Unicode));
    }

    [Fact]
    public void Av_pairs_must_end_and_must_not_repeat()
    {
        byte[] pairs = new AvPairs().Add(AvId.NbComputerName, "S").AddFlags(2u).Encode();
        Assert.Equal(2u, AvPairs.Decode(pairs).Flags);
        Assert.Throws<SmbClient.Wire.MalformedMessageException>(() => AvPairs.Decode(pairs.AsMemory(0, pairs.Length - 4)));
        byte[] twice = new AvPairs().AddFlags(2u).AddFlags(0u).Encode();
        Assert.Throws<SmbClient.Wire.MalformedMessageException>(() => AvPairs.Decode(twice));
        Assert.Empty(AvPairs.Decode(new byte[4]).Pairs.ToArray());
    }
}
