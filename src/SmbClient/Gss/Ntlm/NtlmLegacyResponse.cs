using System;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Ntlm;

/// <summary>The two responses and keys of an SMB1 sign-in without extended security, [MS-CIFS] 3.2.4.2.4 and [MS-NLMP] 3.3.</summary>
internal sealed class NtlmLegacyResponse
{
    private NtlmLegacyResponse(byte[] lmResponse, byte[] ntResponse, byte[] sessionKey, byte[] lmSessionKey)
    {
        LmResponse = lmResponse;
        NtResponse = ntResponse;
        SessionKey = sessionKey;
        LmSessionKey = lmSessionKey;
    }

    public byte[] LmResponse { get; }

    public byte[] NtResponse { get; }

    /// <summary>The key that goes with the NT response.</summary>
    public byte[] SessionKey { get; }

    /// <summary>The key that goes with the LM response.</summary>
    public byte[] LmSessionKey { get; }

    /// <summary>NTLMv2 and LMv2; or NTLMv1, and LM where that is allowed too, for servers that know no better.</summary>
    public static NtlmLegacyResponse Create(GssCredential credential, ReadOnlySpan<byte> serverChallenge, GssInitiatorOptions options)
    {
        byte[] challenge = serverChallenge.ToArray();
        return options.AllowNtlmV1 ? CreateV1(credential, challenge, options) : CreateV2(credential, challenge, options);
    }

    private static NtlmLegacyResponse CreateV2(GssCredential credential, byte[] challenge, GssInitiatorOptions options)
    {
        byte[] clientChallenge = options.Random.Next(ChallengeMessage.ChallengeSize);
        byte[] key = NtlmKeys.NtOwfV2(credential.NtHashOctets, credential.User, credential.Domain);
        ulong time = (ulong)FileTime.FromDateTimeOffset(options.TimeProvider.GetUtcNow());
        byte[] temp = NtlmKeys.Temp(time, clientChallenge, new AvPairs().Encode());
        byte[] proof = NtlmKeys.NtProof(key, challenge, temp);
        byte[] lmV2 = NtlmKeys.LmV2Response(key, challenge, clientChallenge);
        byte[] lmProof = lmV2.AsSpan(0, NtlmKeys.KeySize).ToArray();
        return new NtlmLegacyResponse(
            lmV2, [.. proof, .. temp], NtlmKeys.SessionBaseKeyV2(key, proof), NtlmKeys.SessionBaseKeyV2(key, lmProof));
    }

    private static NtlmLegacyResponse CreateV1(GssCredential credential, byte[] challenge, GssInitiatorOptions options)
    {
        byte[] nt = NtlmKeys.NtlmV1Response(credential.NtHashOctets, challenge);
        byte[] key = NtlmKeys.SessionBaseKeyV1(credential.NtHashOctets);
        byte[]? lmHash = options.AllowLanManager ? credential.LmHash() : null;
        return lmHash is null
            ? new NtlmLegacyResponse([], nt, key, key)
            : new NtlmLegacyResponse(NtlmKeys.NtlmV1Response(lmHash, challenge), nt, key, NtlmKeys.LmSessionKey(lmHash));
    }
}
