using System;
using System.Linq;
using System.Text;
using SmbClient.Crypto;
using SmbClient.Gss;
using SmbClient.Gss.Ntlm;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Gss;

/// <summary>[MS-NLMP] 4.2 and a captured exchange, number by number.</summary>
public class NtlmVectorTests
{
    private static readonly VectorFile V = VectorFile.Ntlm;
    private static readonly byte[] ServerChallenge = Convert.FromHexString("0123456789abcdef");
    private static readonly byte[] ClientChallenge = [.. Enumerable.Repeat((byte)0xAA, 8)];
    private static readonly byte[] RandomKey = [.. Enumerable.Repeat((byte)0x55, 16)];
    private static readonly GssCredential User = GssCredential.Password("User", "Password", "Domain");

    [Fact]
    public void Version_1()
    {
        byte[] lmHash = User.LmHash()!;
        byte[] lmResponse = NtlmKeys.NtlmV1Response(lmHash, ServerChallenge);
        byte[] baseKey = NtlmKeys.SessionBaseKeyV1(User.CopyNtHash()!);

        Assert.Equal(V["LMOWFv1"], lmHash);
        Assert.Equal(V["NTOWFv1"], User.CopyNtHash()!);
        Assert.Equal(V["SessionBaseKey v1"], baseKey);
        Assert.Equal(V["NTLMv1 response"], NtlmKeys.NtlmV1Response(User.CopyNtHash()!, ServerChallenge));
        Assert.Equal(V["LMv1 response"], lmResponse);
        Assert.Equal(V["KXKEY with LM_KEY"], NtlmKeys.KeyExchangeKeyV1(NtlmFlags.LmKey, baseKey, lmHash, lmResponse));
        Assert.Equal(V["KXKEY with REQUEST_NON"], NtlmKeys.KeyExchangeKeyV1(NtlmFlags.RequestNonNtSessionKey, baseKey, lmHash, lmResponse));
        Assert.Equal(V["EncryptedRandomSessionKey (plain)"], Rc4.Transform(NtlmKeys.KeyExchangeKeyV1(NtlmFlags.None, baseKey, lmHash, lmResponse), RandomKey));
        Assert.Equal(V["EncryptedRandomSessionKey (NON_NT)"], Rc4.Transform(V["KXKEY with REQUEST_NON"], RandomKey));
        Assert.Equal(V["EncryptedRandomSessionKey (LM_KEY)"], Rc4.Transform(V["KXKEY with LM_KEY"], RandomKey));
    }

    [Fact]
    public void Version_1_with_extended_session_security()
    {
        byte[] lm = NtlmKeys.LmExtendedResponse(ClientChallenge);

        Assert.Equal(V["ESS LM response"], lm);
        Assert.Equal(V["ESS NT response"], NtlmKeys.NtlmV1ExtendedResponse(User.CopyNtHash()!, ServerChallenge, ClientChallenge));
        byte[] key = NtlmKeys.KeyExchangeKeyExtended(NtlmKeys.SessionBaseKeyV1(User.CopyNtHash()!), ServerChallenge, lm);
        Assert.Equal(V["ESS KXKEY"], key);
        Assert.Equal(V["ESS wrap (56-bit"], NtlmMic.SignKey(key, fromClient: true));
        Assert.Equal("04dd7f014d8504d265a25cc86a3a7c06", Convert.ToHexStringLower(NtlmMic.SealKey(key, NtlmFlags.Key56, fromClient: true)));
    }

    [Fact]
    public void Version_2()
    {
        byte[] key = NtlmKeys.NtOwfV2(User.CopyNtHash()!, "User", "Domain");
        byte[] temp = NtlmKeys.Temp(0, ClientChallenge, new AvPairs().Add(AvId.NbDomainName, "Domain").Add(AvId.NbComputerName, "Server").Encode());
        byte[] proof = NtlmKeys.NtProof(key, ServerChallenge, temp);
        byte[] baseKey = NtlmKeys.SessionBaseKeyV2(key, proof);

        Assert.Equal(V["NTOWFv2"], key);
        Assert.Equal(V["temp (client blob)"], temp);
        Assert.Equal(V["NTProofStr"], proof);
        Assert.Equal(V["SessionBaseKey v2"], baseKey);
        Assert.Equal(V["LMv2 response"], NtlmKeys.LmV2Response(key, ServerChallenge, ClientChallenge));
        Assert.Equal(V["EncryptedRandomSessionKey"], Rc4.Transform(baseKey, RandomKey));
        Assert.Equal(V["SignKey c2s"], NtlmMic.SignKey(RandomKey, fromClient: true));
        Assert.Equal(V["SignKey s2c"], NtlmMic.SignKey(RandomKey, fromClient: false));
        Assert.Equal(V["SealKey c2s"], NtlmMic.SealKey(RandomKey, NtlmFlags.Key128, fromClient: true));
        Assert.Equal(V["SealKey s2c"], NtlmMic.SealKey(RandomKey, NtlmFlags.Key128, fromClient: false));
        Assert.Equal(V["MIC-only"], NtlmMic.Compute(RandomKey, NtlmFlags.KeyExchange | NtlmFlags.Key128, fromClient: true, Encoding.Unicode.GetBytes("Plaintext")));
    }

    [Theory]
    [InlineData("Pässwörd€1", "ünï", "LAB", "0b765aea283c632ee215ceab79053add", "15041a6b3903ab1e0ddd03d350a789f9")]
    public void Names_that_are_not_ASCII(string password, string user, string domain, string ntHash, string ntOwfV2)
    {
        GssCredential credential = GssCredential.Password(user, password, domain);

        Assert.Equal(ntHash, Convert.ToHexStringLower(credential.CopyNtHash()!));
        Assert.Equal(ntOwfV2, Convert.ToHexStringLower(NtlmKeys.NtOwfV2(credential.CopyNtHash()!, user, domain)));
    }

    [Theory]
    [InlineData("v1 AUTHENTICATE", 24)]
    [InlineData("ESS AUTHENTICATE", 24)]
    [InlineData("v2 AUTHENTICATE", 84)]
    public void Published_messages_decode(string name, int ntLength)
    {
        AuthenticateMessage message = AuthenticateMessage.Decode(V[name]);

        Assert.Equal(("Domain", "User", "COMPUTER", ntLength, false), (message.Domain, message.User, message.Workstation, message.NtResponse.Length, message.HasMic));
        ChallengeMessage challenge = ChallengeMessage.Decode(V[name.Replace("AUTHENTICATE", "CHALLENGE", StringComparison.Ordinal)]);
        Assert.Equal(ServerChallenge, challenge.ServerChallenge);
        Assert.Equal("Server", challenge.TargetName);
    }

    [Fact]
    public void The_captured_exchange_is_what_both_roles_compute()
    {
        byte[] t1 = V["live NTLM NEGOTIATE t1"];
        byte[] t2 = SpnegoTokens.DecodeResp(V["live SPNEGO challenge (server)"]).ResponseToken!.Value.ToArray();
        NegTokenResp last = SpnegoTokens.DecodeResp(V["live SPNEGO authenticate (client)"]);
        byte[] t3 = last.ResponseToken!.Value.ToArray();
        AuthenticateMessage authenticate = AuthenticateMessage.Decode(t3);
        GssCredential credential = GssCredential.Password("specuser", "Passw0rd!1", "SPECWG");
        byte[] key = NtlmKeys.NtOwfV2(credential.CopyNtHash()!, authenticate.User, authenticate.Domain);
        byte[] proof = authenticate.NtResponse[..16].ToArray();
        byte[] baseKey = NtlmKeys.SessionBaseKeyV2(key, proof);
        byte[] exported = Rc4.Transform(baseKey, authenticate.EncryptedRandomSessionKey.ToArray());
        byte[] zeroed = (byte[])t3.Clone();
        zeroed.AsSpan(AuthenticateMessage.MicPosition, AuthenticateMessage.MicSize).Clear();

        Assert.Equal(V["live NTOWFv2"], key);
        Assert.Equal(V["live NTProofStr"], NtlmKeys.NtProof(key, ChallengeMessage.Decode(t2).ServerChallenge, authenticate.NtResponse[16..].ToArray()));
        Assert.Equal(V["live NTProofStr"], proof);
        Assert.Equal(V["live SessionBaseKey"], baseKey);
        Assert.Equal(V["live ExportedSessionKey"], exported);
        Assert.True(authenticate.HasMic);
        Assert.Equal(V["live MIC"], NtlmKeys.Mic(exported, t1, t2, zeroed));
        byte[] mechTypes = SpnegoTokens.DecodeInit(V["live SPNEGO negTokenInit (client)"]).MechTypesDer.ToArray();
        Assert.Equal(V["live mechTypes DER"], mechTypes);
        Assert.Equal(V["live mechListMIC c2s"], NtlmMic.Compute(exported, authenticate.Flags, fromClient: true, mechTypes));
        Assert.Equal(V["live mechListMIC s2c"], NtlmMic.Compute(exported, authenticate.Flags, fromClient: false, mechTypes));
        Assert.Equal(V["live mechListMIC c2s"], last.MechListMic!.Value.ToArray());
    }

    [Fact]
    public void Spnego_tokens_are_encoded_as_captured()
    {
        byte[] ntlmOnly = SpnegoTokens.EncodeMechTypes([NtlmMechanism.MechanismOid]);

        Assert.Equal(V["live SPNEGO negTokenInit (client)"], SpnegoTokens.EncodeInit(ntlmOnly, V["live NTLM NEGOTIATE t1"]));
        Assert.Equal(V["NegTokenInit2 hint, NTLM only"], SpnegoTokens.EncodeInit(ntlmOnly, null, withHint: true));
        Assert.Equal(V["NegTokenInit NTLM only"], SpnegoTokens.EncodeInit(ntlmOnly, null));
        Assert.Equal(V["mechTypes DER (MS-krb5"], SpnegoTokens.EncodeMechTypes(["1.2.840.48018.1.2.2", "1.2.840.113554.1.2.2", NtlmMechanism.MechanismOid]));
        Assert.Equal(V["NegTokenResp accept-completed only"], SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.AcceptCompleted }));
        Assert.Equal(V["NegTokenResp reject"], SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.Reject }));
        Assert.Equal(V["NegTokenResp request-mic"], SpnegoTokens.EncodeResp(new NegTokenResp { NegState = NegState.RequestMic, SupportedMech = NtlmMechanism.MechanismOid }));
        NegTokenInit hint = SpnegoTokens.DecodeInit(V["NegTokenInit2 hint, MS-krb5"]);
        Assert.Equal(["1.2.840.48018.1.2.2", "1.2.840.113554.1.2.2", NtlmMechanism.MechanismOid], hint.MechTypes);
        Assert.Null(hint.MechListMic);
    }
}
