using System;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>AP-REQ, [RFC4120] 5.5.1.</summary>
internal sealed class ApReq
{
    public const int Application = 14;

    /// <summary>ap-options: the ticket is encrypted in the session key of another ticket, for services without a key.</summary>
    public const uint UseSessionKey = 0x4000_0000;

    /// <summary>ap-options: the initiator wants an AP-REP.</summary>
    public const uint MutualRequired = 0x2000_0000;

    private const int ProtocolVersion = 5;

    public required uint Options { get; init; }

    public required Ticket Ticket { get; init; }

    public required EncryptedData Authenticator { get; init; }

    public static ApReq Decode(ReadOnlyMemory<byte> message) => KerberosDer.Message(message, Application, fields =>
    {
        fields.Expect(0, ProtocolVersion);
        fields.Expect(1, Application);
        return new ApReq { Options = fields.Flags(2), Ticket = fields.Value(3, Ticket.Read), Authenticator = fields.Encrypted(4) };
    });

    public byte[] Encode() => KerberosDer.Encode(Application, w =>
    {
        KerberosDer.WriteInteger(w, 0, ProtocolVersion);
        KerberosDer.WriteInteger(w, 1, Application);
        KerberosDer.WriteFlags(w, 2, Options);
        KerberosDer.Write(w, 3, t => t.WriteEncodedValue(Ticket.Encode()));
        KerberosDer.Write(w, 4, Authenticator.Write);
    });
}
