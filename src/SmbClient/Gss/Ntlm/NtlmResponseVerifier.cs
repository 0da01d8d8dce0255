using System;
using System.Linq;
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

    public const string WrongProof = "the user name or the password is wrong";

    public static NtlmResponseKind KindOf(in AuthenticateMessage answer)
    {
        int length = answer.NtResponse.Length;
        return length == 0 && answer.LmResponse.Length == ShortResponseSize ? NtlmResponseKind.LanManager
            : length == ShortResponseSize ? NtlmResponseKind.V1
            : NtlmResponseKind.V2;
    }

    /// <summary>Why a response of this kind is not looked at, or null.</summary>
    public static (GssStatus Status, string Reason)? Refuse(NtlmResponseKind kind, in AuthenticateMessage answer, GssAcceptorOptions options) => kind switch
    {
        NtlmResponseKind.LanManager when !options.AllowLanManager => (GssStatus.Unauthorized, $"{nameof(GssAcceptorOptions.AllowLanManager)} is not set"),
        NtlmResponseKind.V1 when !options.AllowNtlmV1 => (GssStatus.Unauthorized, $"{nameof(GssAcceptorOptions.AllowNtlmV1)} is not set"),
        NtlmResponseKind.V2 when answer.NtResponse.Length < SmallestV2Response => (GssStatus.DefectiveToken, $"an NT response of {answer.NtResponse.Length} octets"),
        _ => null,
    };

    /// <summary>
    /// The KeyExchangeKey, or null for a wrong proof. A name that nobody has costs what a wrong password costs, and ends the same way: zeros stand for a
    /// hash that is not there, and whoever answers with zeros proves nothing.
    /// </summary>
    public static byte[]? Verify(NtlmResponseKind kind, ReadOnlySpan<byte> ntHash, ReadOnlySpan<byte> lmHash, in AuthenticateMessage answer, byte[] serverChallenge, NtlmFlags flags)
    {
        byte[] nt = HashOrZeros(ntHash);
        byte[] lm = HashOrZeros(lmHash);
        byte[]? key = kind switch
        {
            NtlmResponseKind.V2 => V2(nt, answer, serverChallenge),
            NtlmResponseKind.V1 => V1(nt, answer, serverChallenge, flags),
            _ => LmV2(nt, answer, serverChallenge),
        };
        byte[]? lmKey = kind == NtlmResponseKind.LanManager ? Lm(lm, answer, serverChallenge) : null;
        nt.AsSpan().Clear();
        lm.AsSpan().Clear();
        return (ntHash.IsEmpty ? null : key) ?? (lmHash.IsEmpty ? null : lmKey);
    }

    /// <summary>A copy of a key that someone else derived, or null for none.</summary>
    public static byte[]? TakeBaseKey(ReadOnlySpan<byte> sessionBaseKey) => sessionBaseKey.Length switch
    {
        0 => null,
        NtlmKeys.KeySize => sessionBaseKey.ToArray(),
        _ => throw new ArgumentException($"A session base key has {NtlmKeys.KeySize} octets.", nameof(sessionBaseKey)),
    };

    public static byte[]? V2(byte[] ntHash, in AuthenticateMessage answer, byte[] serverChallenge)
    {
        byte[] proof = answer.NtResponse.Slice(0, NtlmKeys.KeySize).ToArray();
        byte[] temp = answer.NtResponse.Slice(NtlmKeys.KeySize).ToArray();
        return ForEachDomain(ntHash, answer, key => Proves(NtlmKeys.NtProof(key, serverChallenge, temp), proof, key));
    }

    public static byte[]? V1(byte[] ntHash, in AuthenticateMessage answer, byte[] serverChallenge, NtlmFlags flags)
    {
        byte[] expected = NtlmKeys.NtlmV1Response(ntHash, EffectiveChallenge(isV1: true, answer, serverChallenge, flags));
        byte[] key = KeyExchangeKeyV1(NtlmKeys.SessionBaseKeyV1(ntHash), answer, serverChallenge, flags);
        return CryptographicOperations.FixedTimeEquals(expected, answer.NtResponse.Span) ? key : null;
    }

    /// <summary>What the responses answer: with NTLMv1 and extended session security a hash of both sides' challenges, [MS-NLMP] 3.3.1.</summary>
    public static byte[] EffectiveChallenge(bool isV1, in AuthenticateMessage answer, byte[] serverChallenge, NtlmFlags flags) =>
        isV1 && IsExtended(answer, flags) ? NtlmKeys.ExtendedChallenge(serverChallenge, answer.LmResponse.Slice(0, ChallengeMessage.ChallengeSize).ToArray()) : serverChallenge;

    /// <summary>KeyExchangeKey of NTLMv1 from its SessionBaseKey, [MS-NLMP] 3.4.5.1.</summary>
    public static byte[] KeyExchangeKeyV1(byte[] sessionBaseKey, in AuthenticateMessage answer, byte[] serverChallenge, NtlmFlags flags) =>
        IsExtended(answer, flags) ? NtlmKeys.KeyExchangeKeyExtended(sessionBaseKey, serverChallenge, answer.LmResponse.ToArray()) : sessionBaseKey;

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

    private static byte[] HashOrZeros(ReadOnlySpan<byte> hash)
    {
        if (hash.Length is not (0 or NtlmKeys.KeySize))
        {
            throw new ArgumentException($"A hash has {NtlmKeys.KeySize} octets.", nameof(hash));
        }

        byte[] copy = new byte[NtlmKeys.KeySize];
        hash.CopyTo(copy);
        return copy;
    }

    private static bool IsExtended(in AuthenticateMessage answer, NtlmFlags flags) =>
        (flags & NtlmFlags.ExtendedSessionSecurity) != 0 && answer.LmResponse.Length == ShortResponseSize;

    /// <summary>The domain as it was sent, in upper case, and none: what clients make of one name differs (gss-spnego-ntlm V8).</summary>
    private static byte[]? ForEachDomain(byte[] ntHash, in AuthenticateMessage answer, Func<byte[], byte[]?> prove)
    {
        byte[]? found = null;
        foreach (string domain in new[] { answer.Domain, answer.Domain.ToUpperInvariant(), "" }.Distinct())
        {
            byte[]? key = prove(NtlmKeys.NtOwfV2(ntHash, answer.User, domain));
            found ??= key;
        }

        return found;
    }

    private static byte[]? Proves(byte[] expected, byte[] actual, byte[] ntOwfV2, byte[]? keyInput = null) =>
        CryptographicOperations.FixedTimeEquals(expected, actual) ? NtlmKeys.SessionBaseKeyV2(ntOwfV2, keyInput ?? actual) : null;
}
