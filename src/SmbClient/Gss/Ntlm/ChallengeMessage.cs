using System;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>CHALLENGE_MESSAGE, [MS-NLMP] 2.2.1.2. Short forms without TargetInfo occur.</summary>
internal readonly struct ChallengeMessage
{
    public const uint MessageType = 2;
    public const int ChallengeSize = 8;

    /// <summary>Up to and with the field of TargetInfo.</summary>
    private const int TargetInfoEnd = 48;
    private const int FixedSize = 56;

    public required NtlmFlags Flags { get; init; }

    public required byte[] ServerChallenge { get; init; }

    public string TargetName { get; init; }

    /// <summary>Null where the server sent none.</summary>
    public AvPairs? TargetInfo { get; init; }

    /// <summary>The eight octets of VERSION, sent but not read.</summary>
    public byte[]? Version { get; init; }

    public byte[] Encode()
    {
        byte[] name = NtlmMessage.EncodeName(TargetName, Flags);
        byte[] info = TargetInfo?.Encode() ?? [];
        byte[] message = new byte[FixedSize + name.Length + info.Length];
        WireWriter w = new(message);
        NtlmMessage.WritePrefix(ref w, MessageType);
        NtlmMessage.WriteField(ref w, name.Length, FixedSize);
        w.UInt32((uint)Flags);
        w.Bytes(ServerChallenge);
        w.Skip(8);
        NtlmMessage.WriteField(ref w, info.Length, FixedSize + name.Length);
        w.Bytes(Version ?? NtlmMessage.OwnVersion);
        w.Bytes(name);
        w.Bytes(info);
        return message;
    }

    public static ChallengeMessage Decode(ReadOnlyMemory<byte> message)
    {
        WireReader r = new(message);
        NtlmMessage.ExpectPrefix(ref r, MessageType);
        int payloadStart = message.Length;
        ReadOnlyMemory<byte> name = NtlmMessage.ReadField(ref r, ref payloadStart);
        NtlmFlags flags = (NtlmFlags)r.UInt32();
        byte[] challenge = r.Bytes(ChallengeSize).ToArray();
        AvPairs? info = null;
        if ((flags & NtlmFlags.TargetInfo) != 0 && payloadStart >= TargetInfoEnd)
        {
            r.Skip(8);
            ReadOnlyMemory<byte> field = NtlmMessage.ReadField(ref r, ref payloadStart);
            info = field.IsEmpty ? null : AvPairs.Decode(field);
        }

        return new ChallengeMessage
        {
            Flags = flags,
            ServerChallenge = challenge,
            TargetName = NtlmMessage.ReadName(name, flags),
            TargetInfo = info,
        };
    }
}
