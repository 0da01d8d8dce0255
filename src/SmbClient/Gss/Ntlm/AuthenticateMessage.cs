using System;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>AUTHENTICATE_MESSAGE, [MS-NLMP] 2.2.1.3. Which fixed fields there are is told by where the payload begins, not by flags alone.</summary>
internal readonly struct AuthenticateMessage
{
    public const uint MessageType = 3;
    public const int MicPosition = 72;
    public const int MicSize = 16;

    private const int FieldsEnd = NtlmMessage.PrefixSize + (5 * NtlmMessage.FieldSize);
    private const int SessionKeyEnd = FieldsEnd + NtlmMessage.FieldSize;
    private const int FlagsEnd = SessionKeyEnd + 4;
    private const int FixedSize = MicPosition + MicSize;

    public required NtlmFlags Flags { get; init; }

    public required ReadOnlyMemory<byte> LmResponse { get; init; }

    public required ReadOnlyMemory<byte> NtResponse { get; init; }

    public required string Domain { get; init; }

    public required string User { get; init; }

    public required string Workstation { get; init; }

    public ReadOnlyMemory<byte> EncryptedRandomSessionKey { get; init; }

    /// <summary>The eight octets of VERSION, sent but not read.</summary>
    public byte[]? Version { get; init; }

    /// <summary>True where the message has room for a MIC before its payload.</summary>
    public bool HasMic { get; init; }

    /// <summary>The message with room for a MIC, which is zero so far. The payload is in the order in which [MS-NLMP] lists the fields.</summary>
    public byte[] Encode()
    {
        byte[] domain = NtlmMessage.EncodeName(Domain, Flags);
        byte[] user = NtlmMessage.EncodeName(User, Flags);
        byte[] workstation = NtlmMessage.EncodeName(Workstation, Flags);
        int ntOffset = FixedSize + LmResponse.Length;
        int domainOffset = ntOffset + NtResponse.Length;
        int userOffset = domainOffset + domain.Length;
        int workstationOffset = userOffset + user.Length;
        int keyOffset = workstationOffset + workstation.Length;
        byte[] message = new byte[keyOffset + EncryptedRandomSessionKey.Length];
        WireWriter w = new(message);
        NtlmMessage.WritePrefix(ref w, MessageType);
        NtlmMessage.WriteField(ref w, LmResponse.Length, FixedSize);
        NtlmMessage.WriteField(ref w, NtResponse.Length, ntOffset);
        NtlmMessage.WriteField(ref w, domain.Length, domainOffset);
        NtlmMessage.WriteField(ref w, user.Length, userOffset);
        NtlmMessage.WriteField(ref w, workstation.Length, workstationOffset);
        NtlmMessage.WriteField(ref w, EncryptedRandomSessionKey.Length, keyOffset);
        w.UInt32((uint)Flags);
        w.Bytes(Version ?? NtlmMessage.OwnVersion);
        w.Skip(MicSize);
        w.Bytes(LmResponse.Span);
        w.Bytes(NtResponse.Span);
        w.Bytes(domain);
        w.Bytes(user);
        w.Bytes(workstation);
        w.Bytes(EncryptedRandomSessionKey.Span);
        return message;
    }

    /// <summary>Decodes a message.</summary>
    /// <param name="message">The whole message; what comes back points into it.</param>
    /// <param name="negotiated">What the CHALLENGE said: it stands where the message is too short to have flags.</param>
    public static AuthenticateMessage Decode(ReadOnlyMemory<byte> message, NtlmFlags negotiated = NtlmFlags.Unicode)
    {
        WireReader r = new(message);
        NtlmMessage.ExpectPrefix(ref r, MessageType);
        int payloadStart = message.Length;
        ReadOnlyMemory<byte> lm = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> nt = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> domain = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> user = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> workstation = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> key = payloadStart >= SessionKeyEnd ? NtlmMessage.ReadField(ref r, ref payloadStart) : default;
        if (payloadStart < r.Position)
        {
            throw r.Malformed("The payload overlaps the fields");
        }

        NtlmFlags flags = payloadStart >= FlagsEnd ? (NtlmFlags)r.UInt32() : negotiated & ~NtlmFlags.KeyExchange;
        return new AuthenticateMessage
        {
            Flags = flags,
            LmResponse = lm,
            NtResponse = nt,
            Domain = NtlmMessage.ReadName(domain, flags),
            User = NtlmMessage.ReadName(user, flags),
            Workstation = NtlmMessage.ReadName(workstation, flags),
            EncryptedRandomSessionKey = key,
            HasMic = payloadStart >= FixedSize,
        };
    }
}
