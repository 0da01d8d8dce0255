using System;
using System.Security.Cryptography;

namespace SmbClient.Gss.Ntlm;

/// <summary>
/// Checks the responses of an AUTHENTICATE message against an account's hashes, [MS-NLMP] 3.2.5.1.2 and 3.3. Each method gives the KeyExchangeKey,
/// or null for a wrong proof; wrong proofs cost the same whatever is wrong with them.
/// </summary>
internal static class NtlmResponseVerifier
{
    /// <summary>Octets of an LM, LMv2 or NTLMv1 response.</summary>
    public const int ShortResponseSize = 24;

    /// <summary>Proof, temp and the end of the AV pairs.</summary>
    public const int SmallestV2Response = NtlmKeys.KeySize + NtlmKeys.TempHeaderSize + 4;

    public static byte[]? V2(byte[] ntHash, in AuthenticateMessage answer, byte[] serverChallenge)
    {
        byte[] proof = answer.NtResponse.Slice(0, NtlmKeys.KeySize).ToArray();
        byte[] temp = answer.NtResponse.Slice(NtlmKeys.KeySize).ToArray();
        return ForEachDomain(ntHash, answer, key => Proves(NtlmKeys.NtProof(key, serverChallenge, temp), proof, key));
    }

    public static byte[]? V1(byte[] ntHash, in AuthenticateMessage answer, byte[] serverChallenge, NtlmFlags flags)
    {
        byte[] lm = answer.LmResponse.ToArray();
        bool extended = (flags & NtlmFlags.ExtendedSessionSecurity) != 0 && lm.Length == ShortResponseSize;
        byte[] expected = extended
            ? NtlmKeys.NtlmV1ExtendedResponse(ntHash, serverChallenge, lm.AsSpan(0, ChallengeMessage.ChallengeSize).ToArray())
            : NtlmKeys.NtlmV1Response(ntHash, serverChallenge);
        byte[] baseKey = NtlmKeys.SessionBaseKeyV1(ntHash);
        return !CryptographicOperations.FixedTimeEquals(expected, answer.NtResponse.Span) ? null
            : extended ? NtlmKeys.KeyExchangeKeyExtended(baseKey, serverChallenge, lm)
            : baseKey;
    }

    /// <summary>An LMv2 response that comes alone.</summary>
    public static byte[]? LmV2(byte[] ntHash, in AuthenticateMessage answer, byte[] serverChallenge)
    {
        byte[] response = answer.LmResponse.ToArray();
        byte[] clientChallenge = response.AsSpan(NtlmKeys.KeySize).ToArray();
        byte[] proof = response.AsSpan(0, NtlmKeys.KeySize).ToArray();
        return ForEachDomain(ntHash, answer, key => Proves(NtlmKeys.LmV2Response(key, serverChallenge, clientChallenge), response, key, proof));
    }

    /// <summary>An LM response that comes alone.</summary>
    public static byte[]? Lm(byte[] lmHash, in AuthenticateMessage answer, byte[] serverChallenge) =>
        CryptographicOperations.FixedTimeEquals(NtlmKeys.NtlmV1Response(lmHash, serverChallenge), answer.LmResponse.Span) ? NtlmKeys.LmSessionKey(lmHash) : null;

    /// <summary>The domain as it was sent, in upper case, and none: what clients make of one name differs (gss-spnego-ntlm V8).</summary>
    private static byte[]? ForEachDomain(byte[] ntHash, in AuthenticateMessage answer, Func<byte[], byte[]?> prove)
    {
        byte[]? found = null;
        foreach (string domain in new[] { answer.Domain, answer.Domain.ToUpperInvariant(), "" })
        {
            byte[]? key = prove(NtlmKeys.NtOwfV2(ntHash, answer.User, domain));
            found ??= key;
        }

        return found;
    }

    private static byte[]? Proves(byte[] expected, byte[] actual, byte[] ntOwfV2, byte[]? keyInput = null) =>
        CryptographicOperations.FixedTimeEquals(expected, actual) ? NtlmKeys.SessionBaseKeyV2(ntOwfV2, keyInput ?? actual) : null;
}
