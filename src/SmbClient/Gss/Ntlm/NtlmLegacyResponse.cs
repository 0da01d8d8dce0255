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

    /// <summary>
    /// NTLMv2 and LMv2; or NTLMv1, and LM where that is allowed too, for servers that know no better.
    /// There is no target info to echo: the list of pairs is empty, as Windows has it (gss-spnego-ntlm §9).
    /// </summary>
    /// <param name="credential">A password or a hash; not anonymous.</param>
    /// <param name="serverChallenge">The 8 octets of the NEGOTIATE response.</param>
    /// <param name="options">Policy, random and clock; the credential and the target in it are not read.</param>
    public static NtlmLegacyResponse Create(GssCredential credential, ReadOnlySpan<byte> serverChallenge, GssInitiatorOptions options)
    {
        byte[] challenge = serverChallenge.ToArray();
        byte[] hash = credential.CopyNtHash() ?? throw new InvalidOperationException("Only a password or its hash can answer a challenge.");
        try
        {
            return options.AllowNtlmV1 ? CreateV1(credential, hash, challenge, options) : CreateV2(credential, hash, challenge, options);
        }
        finally
        {
            hash.AsSpan().Clear();
        }
    }

    private static NtlmLegacyResponse CreateV2(GssCredential credential, byte[] hash, byte[] challenge, GssInitiatorOptions options)
    {
        byte[] clientChallenge = options.Random.Next(ChallengeMessage.ChallengeSize);
        byte[] key = NtlmKeys.NtOwfV2(hash, credential.User, credential.Domain);
        ulong time = (ulong)FileTime.FromDateTimeOffset(options.TimeProvider.GetUtcNow());
        byte[] temp = NtlmKeys.Temp(time, clientChallenge, new AvPairs().Encode());
        byte[] proof = NtlmKeys.NtProof(key, challenge, temp);
        byte[] lmV2 = NtlmKeys.LmV2Response(key, challenge, clientChallenge);
        byte[] lmProof = lmV2.AsSpan(0, NtlmKeys.KeySize).ToArray();
        return new NtlmLegacyResponse(
            lmV2, [.. proof, .. temp], NtlmKeys.SessionBaseKeyV2(key, proof), NtlmKeys.SessionBaseKeyV2(key, lmProof));
    }

    private static NtlmLegacyResponse CreateV1(GssCredential credential, byte[] hash, byte[] challenge, GssInitiatorOptions options)
    {
        byte[] nt = NtlmKeys.NtlmV1Response(hash, challenge);
        byte[] key = NtlmKeys.SessionBaseKeyV1(hash);
        byte[]? lmHash = options.AllowLanManager ? credential.LmHash() : null;
        return lmHash is null
            ? new NtlmLegacyResponse([], nt, key, key)
            : new NtlmLegacyResponse(NtlmKeys.NtlmV1Response(lmHash, challenge), nt, key, NtlmKeys.LmSessionKey(lmHash));
    }
}
