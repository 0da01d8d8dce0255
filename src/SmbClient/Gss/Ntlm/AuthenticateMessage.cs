using System;
using System.Text;
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

    /// <summary>True where the message has room for a MIC before its payload.</summary>
    public bool HasMic { get; init; }

    /// <summary>The message with room for a MIC, which is zero so far.</summary>
    public byte[] Encode()
    {
        byte[] domain = Encoding.Unicode.GetBytes(Domain);
        byte[] user = Encoding.Unicode.GetBytes(User);
        byte[] workstation = Encoding.Unicode.GetBytes(Workstation);
        int domainOffset = FixedSize;
        int userOffset = domainOffset + domain.Length;
        int workstationOffset = userOffset + user.Length;
        int lmOffset = workstationOffset + workstation.Length;
        int ntOffset = lmOffset + LmResponse.Length;
        int keyOffset = ntOffset + NtResponse.Length;
        byte[] message = new byte[keyOffset + EncryptedRandomSessionKey.Length];
        WireWriter w = new(message);
        NtlmMessage.WritePrefix(ref w, MessageType);
        NtlmMessage.WriteField(ref w, LmResponse.Length, lmOffset);
        NtlmMessage.WriteField(ref w, NtResponse.Length, ntOffset);
        NtlmMessage.WriteField(ref w, domain.Length, domainOffset);
        NtlmMessage.WriteField(ref w, user.Length, userOffset);
        NtlmMessage.WriteField(ref w, workstation.Length, workstationOffset);
        NtlmMessage.WriteField(ref w, EncryptedRandomSessionKey.Length, keyOffset);
        w.UInt32((uint)Flags);
        w.Bytes(NtlmMessage.OwnVersion);
        w.Skip(MicSize);
        w.Bytes(domain);
        w.Bytes(user);
        w.Bytes(workstation);
        w.Bytes(LmResponse.Span);
        w.Bytes(NtResponse.Span);
        w.Bytes(EncryptedRandomSessionKey.Span);
        return message;
    }

    public static AuthenticateMessage Decode(ReadOnlyMemory<byte> message)
    {
        WireReader r = new(message);
        NtlmMessage.ExpectPrefix(ref r, MessageType);
        int payloadStart = message.Length;
        ReadOnlyMemory<byte> lm = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> nt = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> domain = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> user = NtlmMessage.ReadField(ref r, ref payloadStart);
        ReadOnlyMemory<byte> workstation = NtlmMessage.ReadField(ref r, ref payloadStart);
        if (payloadStart < FieldsEnd)
        {
            throw r.Malformed("The payload overlaps the fields");
        }

        ReadOnlyMemory<byte> key = payloadStart >= SessionKeyEnd ? NtlmMessage.ReadField(ref r, ref payloadStart) : default;
        NtlmFlags flags = payloadStart >= FlagsEnd ? (NtlmFlags)r.UInt32() : NtlmFlags.Ntlm | NtlmFlags.Oem;
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
