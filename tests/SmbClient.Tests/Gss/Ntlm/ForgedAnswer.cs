using System;
using SmbClient.Crypto;
using SmbClient.Gss.Ntlm;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Tests.Gss.Ntlm;

/// <summary>An AUTHENTICATE message by someone who knows the password and says what he likes.</summary>
internal sealed class ForgedAnswer
{
    public required byte[] Negotiate { get; init; }

    public required byte[] Challenge { get; init; }

    public byte[] NtHash { get; init; } = Exchange.Hash;

    public string User { get; init; } = Exchange.User;

    public string Domain { get; init; } = "";

    /// <summary>What becomes of the pairs that an honest client would send.</summary>
    public Func<AvPairs, AvPairs> ChangePairs { get; init; } = pairs => pairs;

    public uint AvFlags { get; init; } = AvPairs.MicPresent;

    public DateTimeOffset Time { get; init; } = Exchange.Now;

    public NtlmFlags DroppedFlags { get; init; }

    public byte[]? EncryptedKey { get; init; }

    public byte[]? LmResponse { get; init; }

    public byte[]? NtResponse { get; init; }

    public bool LmV2Alone { get; init; }

    public byte[] Encode()
    {
        ChallengeMessage challenge = ChallengeMessage.Decode(Challenge);
        AvPairs pairs = new();
        foreach (System.Collections.Generic.KeyValuePair<AvId, byte[]> pair in challenge.TargetInfo!.Pairs)
        {
            pairs.Add(pair.Key, pair.Value);
        }

        if (AvFlags != 0)
        {
            pairs.AddFlags(AvFlags);
        }

        byte[] clientChallenge = new byte[8];
        byte[] ntOwfV2 = NtlmKeys.NtOwfV2(NtHash, User, Domain);
        byte[] temp = NtlmKeys.Temp((ulong)FileTime.FromDateTimeOffset(Time), clientChallenge, ChangePairs(pairs).Encode());
        byte[] proof = NtlmKeys.NtProof(ntOwfV2, challenge.ServerChallenge, temp);
        byte[] key = NtlmKeys.SessionBaseKeyV2(ntOwfV2, proof);
        byte[] lmV2 = NtlmKeys.LmV2Response(ntOwfV2, challenge.ServerChallenge, clientChallenge);
        byte[] exported = new byte[16];
        exported[0] = 9;
        byte[] message = new AuthenticateMessage
        {
            Flags = challenge.Flags & ~DroppedFlags,
            LmResponse = LmResponse ?? (LmV2Alone ? lmV2 : new byte[24]),
            NtResponse = NtResponse ?? (LmV2Alone ? [] : [.. proof, .. temp]),
            Domain = Domain,
            User = User,
            Workstation = "",
            EncryptedRandomSessionKey = EncryptedKey ?? Rc4.Transform(key, exported),
        }.Encode();
        if ((AvFlags & AvPairs.MicPresent) != 0)
        {
            NtlmKeys.Mic(exported, Negotiate, Challenge, message).CopyTo(message, AuthenticateMessage.MicPosition);
        }

        return message;
    }
}
