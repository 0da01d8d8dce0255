using System;
using System.Collections.Generic;
using System.Linq;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Vectors;
using SmbClient.Wire;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>Whatever comes, the decoders give a value or a <see cref="MalformedMessageException"/>.</summary>
public sealed class KerberosMessageTests
{
    public static TheoryData<string> Names => [.. Decoders.Keys];

    private static Dictionary<string, (byte[] Message, Action<byte[]> Decode)> Decoders { get; } = new()
    {
        ["token"] = (CapturedRequest.Published.Token, m => KerberosTokens.Unwrap(m, KerberosTokens.ApReq)),
        ["AP-REQ"] = (KerberosTokens.Unwrap(CapturedRequest.Published.Token, KerberosTokens.ApReq).ToArray(), m => ApReq.Decode(m)),
        ["EncTicketPart"] = (VectorFile.Kerberos["EncTicketPart (usage 2) plaintext"], m => AuthorizationDataElement.FindRelevant(EncTicketPart.Decode(m).AuthorizationData, 128)),
        ["Authenticator"] = (VectorFile.Kerberos["authenticator (usage 11) plaintext"], m => AuthorizationDataElement.FindRelevant(Authenticator.Decode(m).AuthorizationData, 129)),
        ["AP-REP"] = (KerberosTokens.Unwrap(SpnegoTokens.DecodeResp(VectorFile.Kerberos["SPNEGO+AP-REP (server)"]).ResponseToken!.Value, KerberosTokens.ApRep).ToArray(), m => ApRep.Decode(m)),
        ["EncAPRepPart"] = (new EncApRepPart { Time = TestKdc.Now, Microseconds = 1, Subkey = new EncryptionKey { Type = 18, Value = new byte[32] }, SequenceNumber = 0xFFFF_FFFF }.Encode(), m => EncApRepPart.Decode(m)),
        ["KRB-ERROR"] = (Error.Encode(), m => KrbError.Decode(m)),
        ["KRB-CRED"] = (Credential(), m => KrbCred.Decode(m)),
        ["EncKrbCredPart"] = (Infos(), m => KrbCredInfo.DecodeAll(m)),
        ["PAC"] = (VectorFile.Kerberos["EncTicketPart (usage 2) plaintext"].AsSpan(230, 800).ToArray(), m => PacServerSignature.IsFor(m, TestKdc.Now, "alice")),
    };

    private static KrbError Error => new() { Code = KerberosError.Skew, ServerTime = TestKdc.Now.AddTicks(1234560), Realm = "LAB.TEST", Service = new KerberosPrincipal(2, "cifs", "ünï") };

    [Theory]
    [MemberData(nameof(Names))]
    public void Truncations_and_changes_are_malformed_or_have_a_value(string name)
    {
        (byte[] message, Action<byte[]> decode) = Decoders[name];
        decode(message);
        for (int i = 0; i < message.Length; i++)
        {
            Try(decode, message[..i]);
            foreach (byte flip in new byte[] { 0x01, 0x20, 0x80, 0xFF })
            {
                byte[] changed = (byte[])message.Clone();
                changed[i] ^= flip;
                Try(decode, changed);
            }
        }

        if (name != "PAC")
        {
            Assert.Throws<MalformedMessageException>(() => decode([.. message, 0]));
            Assert.All(Enumerable.Range(0, message.Length), i => Assert.Throws<MalformedMessageException>(() => decode(message[..i])));
        }
    }

    [Fact]
    public void An_error_goes_round()
    {
        KrbError error = KrbError.Decode(Error.Encode());
        Assert.Equal(Error.ServerTime, error.ServerTime);
        Assert.Equal("cifs/ünï", error.Service.ToString());
        Assert.Equal("LAB.TEST", error.Realm);
    }

    [Fact]
    public void A_number_with_a_sign_is_its_32_bits()
    {
        byte[] part = new EncApRepPart { Time = TestKdc.Now, Microseconds = 1, SequenceNumber = 0x7FFF_FFFF }.Encode();
        part[part.AsSpan().IndexOf(new byte[] { 0x7F, 0xFF, 0xFF, 0xFF })] = 0x8F;
        Assert.Equal(0x8FFF_FFFFu, EncApRepPart.Decode(part).SequenceNumber);
    }

    [Fact]
    public void Long_tokens_have_long_lengths()
    {
        foreach (int length in new[] { 0, 100, 120, 300, 70_000 })
        {
            byte[] message = new byte[length];
            Assert.Equal(length, KerberosTokens.Unwrap(KerberosTokens.Wrap(KerberosTokens.Error, message), KerberosTokens.Error).Length);
            Assert.Throws<MalformedMessageException>(() => KerberosTokens.Unwrap(KerberosTokens.Wrap(KerberosTokens.Error, message), KerberosTokens.ApReq));
        }
    }

    [Fact]
    public void Names_with_a_NUL_and_nested_wrappers_without_end_are_not_followed()
    {
        byte[] error = new KrbError { Code = KerberosError.Generic, ServerTime = TestKdc.Now, Realm = "LAB", Service = new KerberosPrincipal(2, "ad\u0000min") }.Encode();
        Assert.Throws<MalformedMessageException>(() => KrbError.Decode(error));
        AuthorizationDataElement element = new() { Type = 128, Data = new byte[] { 1 } };
        for (int depth = 0; depth < 6; depth++)
        {
            Assert.Equal(depth is > 0 and <= 4 ? 1 : 0, AuthorizationDataElement.FindRelevant([element], 128).Count);
            element = AuthorizationDataElement.Wrap(element);
        }
    }

    private static void Try(Action<byte[]> decode, byte[] message)
    {
        try
        {
            decode(message);
        }
        catch (MalformedMessageException)
        {
            // The other of the two that are allowed.
        }
    }

    private static byte[] Credential()
    {
        using TestKdc kdc = new();
        return new KrbCred { Tickets = [kdc.Issue(out _), kdc.Issue(out _)], Encrypted = new EncryptedData { Type = 0, Cipher = Infos() } }.Encode();
    }

    private static byte[] Infos() => KrbCredInfo.EncodeAll([new KrbCredInfo
    {
        Key = new EncryptionKey { Type = 18, Value = new byte[32] },
        ClientRealm = "LAB.TEST",
        Client = TestKdc.Alice,
        Flags = 0x4000_0000,
        AuthTime = TestKdc.Now,
        StartTime = TestKdc.Now,
        EndTime = TestKdc.Now,
        RenewTill = TestKdc.Now,
        ServiceRealm = "LAB.TEST",
        Service = new KerberosPrincipal(2, "krbtgt", "LAB.TEST"),
    }]);
}
