using System;
using System.Collections.Generic;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Ntlm;

/// <summary>
/// What an NTLMv2 response proves besides the password: to whom, over which channel and when it was made. It is compared with what this
/// acceptor said, so that an answer to someone else is worth nothing here (gss-spnego-ntlm V9, V10, V13, V14).
/// </summary>
internal sealed class NtlmProvenTarget
{
    private const byte ResponseType = 1;

    private readonly AvPairs _pairs;
    private readonly ulong _time;

    private NtlmProvenTarget(AvPairs pairs, ulong time)
    {
        _pairs = pairs;
        _time = time;
    }

    /// <summary>True where the client said, inside the proof, that there is a MIC.</summary>
    public bool AnnouncesMic => (_pairs.Flags & AvPairs.MicPresent) != 0;

    /// <summary>Whom the client meant; empty where it did not say, or does not trust the name itself.</summary>
    public string TargetName => (_pairs.Flags & AvPairs.UntrustedTargetName) != 0 ? "" : _pairs.Text(AvId.TargetName) ?? "";

    /// <summary>True after <see cref="Check"/> where the channel bindings were compared and are equal.</summary>
    public bool IsChannelBound { get; private set; }

    /// <summary>Reads NTLMv2_CLIENT_CHALLENGE, [MS-NLMP] 2.2.2.7, from an NT response.</summary>
    public static NtlmProvenTarget Decode(ReadOnlyMemory<byte> ntResponse)
    {
        WireReader r = new(ntResponse);
        r.Skip(NtlmKeys.KeySize);
        if (r.UInt8() != ResponseType || r.UInt8() != ResponseType)
        {
            throw r.Malformed("An unknown type of response");
        }

        r.Skip(6);
        ulong time = r.UInt64();
        r.Skip(ChallengeMessage.ChallengeSize + 4);
        return new NtlmProvenTarget(AvPairs.Decode(r.Bytes(r.Remaining)), time);
    }

    /// <summary>The failure and its reason, or null where everything is as it must be.</summary>
    public (GssStatus Status, string Reason)? Check(AvPairs sent, GssAcceptorOptions options, DateTimeOffset now)
    {
        foreach (KeyValuePair<AvId, byte[]> pair in sent.Pairs)
        {
            if (_pairs[pair.Key] is not { } echoed || !echoed.AsSpan().SequenceEqual(pair.Value))
            {
                return (GssStatus.DuplicateToken, $"the answer is to another challenge: {pair.Key} differs");
            }
        }

        if (FileTime.ToDateTimeOffset((long)_time) is not { } time || (time - now).Duration() > options.MaxTimeDifference)
        {
            return (GssStatus.OldToken, "the time of the answer is not now");
        }

        (GssStatus, string)? failure = AcceptorBindings.Check(_pairs[AvId.ChannelBindings], options, out bool isBound) ?? AcceptorTarget.Check(TargetName, options);
        IsChannelBound = isBound;
        return failure;
    }
}
