using System;
using System.Text;
using SmbClient.Crypto;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>The formulas of [MS-NLMP] 3.3 and 3.4, by their names.</summary>
internal static class NtlmKeys
{
    public const int KeySize = 16;

    /// <summary>Octets of temp before its AV pairs.</summary>
    public const int TempHeaderSize = 28;

    private const int ResponseSize = 24;

    /// <summary>NTOWFv2: HMAC-MD5 with the NT hash over the upper-case user and the domain as it was sent.</summary>
    public static byte[] NtOwfV2(byte[] ntHash, string user, string domain) =>
        Md5.Hmac(ntHash, Encoding.Unicode.GetBytes(user.ToUpperInvariant() + domain));

    /// <summary>temp: what an NTLMv2 response proves beside the challenge.</summary>
    public static byte[] Temp(ulong time, byte[] clientChallenge, byte[] avPairs)
    {
        byte[] temp = new byte[TempHeaderSize + avPairs.Length + 4];
        WireWriter w = new(temp);
        w.UInt8(1);
        w.UInt8(1);
        w.Skip(6);
        w.UInt64(time);
        w.Bytes(clientChallenge);
        w.Skip(4);
        w.Bytes(avPairs);
        return temp;
    }

    /// <summary>NTProofStr.</summary>
    public static byte[] NtProof(byte[] ntOwfV2, byte[] serverChallenge, byte[] temp) => Md5.Hmac(ntOwfV2, serverChallenge, temp);

    /// <summary>SessionBaseKey, which is the KeyExchangeKey, of NTLMv2.</summary>
    public static byte[] SessionBaseKeyV2(byte[] ntOwfV2, byte[] ntProof) => Md5.Hmac(ntOwfV2, ntProof);

    /// <summary>LMv2 response: proof and client challenge.</summary>
    public static byte[] LmV2Response(byte[] ntOwfV2, byte[] serverChallenge, byte[] clientChallenge) =>
        Concat(Md5.Hmac(ntOwfV2, serverChallenge, clientChallenge), clientChallenge);

    /// <summary>NTLMv1 response.</summary>
    public static byte[] NtlmV1Response(byte[] ntHash, byte[] serverChallenge) => Des.EncryptLong(ntHash, serverChallenge);

    /// <summary>NTLMv1 with extended session security: the NT response.</summary>
    public static byte[] NtlmV1ExtendedResponse(byte[] ntHash, byte[] serverChallenge, byte[] clientChallenge) =>
        NtlmV1Response(ntHash, ExtendedChallenge(serverChallenge, clientChallenge));

    /// <summary>What NTLMv1 with extended session security answers in place of the server's challenge.</summary>
    public static byte[] ExtendedChallenge(byte[] serverChallenge, byte[] clientChallenge) =>
        Md5.Hash(serverChallenge, clientChallenge).AsSpan(0, ChallengeMessage.ChallengeSize).ToArray();

    /// <summary>NTLMv1 with extended session security: the client challenge in place of an LM response.</summary>
    public static byte[] LmExtendedResponse(byte[] clientChallenge) => Concat(clientChallenge, new byte[ResponseSize - clientChallenge.Length]);

    /// <summary>SessionBaseKey of NTLMv1.</summary>
    public static byte[] SessionBaseKeyV1(byte[] ntHash) => Md4.Hash(ntHash);

    /// <summary>KeyExchangeKey of NTLMv1 with extended session security.</summary>
    public static byte[] KeyExchangeKeyExtended(byte[] sessionBaseKey, byte[] serverChallenge, byte[] lmResponse) =>
        Md5.Hmac(sessionBaseKey, serverChallenge, lmResponse.AsSpan(0, 8).ToArray());

    /// <summary>KeyExchangeKey of NTLMv1 without extended session security.</summary>
    public static byte[] KeyExchangeKeyV1(NtlmFlags flags, byte[] sessionBaseKey, byte[]? lmHash, byte[] lmResponse)
    {
        const int HalfKey = 8;
        if (lmHash is not null && (flags & NtlmFlags.LmKey) != 0)
        {
            byte[] second = [lmHash[7], 0xBD, 0xBD, 0xBD, 0xBD, 0xBD, 0xBD];
            return Concat(
                Des.Encrypt(lmHash.AsSpan(0, 7), lmResponse.AsSpan(0, HalfKey)),
                Des.Encrypt(second, lmResponse.AsSpan(0, HalfKey)));
        }

        if (lmHash is not null && (flags & NtlmFlags.RequestNonNtSessionKey) != 0)
        {
            return Concat(lmHash.AsSpan(0, HalfKey).ToArray(), new byte[HalfKey]);
        }

        return sessionBaseKey;
    }

    /// <summary>The key of the LM response without extended security: half of the hash.</summary>
    public static byte[] LmSessionKey(byte[] lmHash) => Concat(lmHash.AsSpan(0, 8).ToArray(), new byte[8]);

    /// <summary>The message integrity code over the three messages, the last with zeros in its place.</summary>
    public static byte[] Mic(byte[] exportedSessionKey, byte[] negotiate, byte[] challenge, byte[] authenticate) =>
        Md5.Hmac(exportedSessionKey, negotiate, challenge, authenticate);

    /// <summary>The MD5 of gss_channel_bindings with application data only, [RFC4121] 4.1.1.2; zeros for none.</summary>
    public static byte[] ChannelBindingHash(ReadOnlySpan<byte> applicationData)
    {
        if (applicationData.IsEmpty)
        {
            return new byte[KeySize];
        }

        byte[] bindings = new byte[20 + applicationData.Length];
        WireWriter w = new(bindings);
        w.Skip(16);
        w.UInt32((uint)applicationData.Length);
        w.Bytes(applicationData);
        return Md5.Hash(bindings);
    }

    private static byte[] Concat(byte[] first, byte[] second)
    {
        byte[] both = new byte[first.Length + second.Length];
        first.CopyTo(both, 0);
        second.CopyTo(both, first.Length);
        return both;
    }
}
