using System;
using System.Collections.Generic;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>KRB-CRED, [RFC4120] 5.8.1: tickets on their way to someone who may use them.</summary>
internal sealed class KrbCred
{
    public const int Application = 22;

    private const int ProtocolVersion = 5;

    public required IReadOnlyList<Ticket> Tickets { get; init; }

    /// <summary>What is needed to use them.</summary>
    public required EncryptedData Encrypted { get; init; }

    public static KrbCred Decode(ReadOnlyMemory<byte> message) => KerberosDer.Message(message, Application, fields =>
    {
        fields.Expect(0, ProtocolVersion);
        fields.Expect(1, Application);
        return new KrbCred { Tickets = fields.Value(2, r => KerberosDer.List(r, Ticket.Read)), Encrypted = fields.Encrypted(3) };
    });

    public byte[] Encode() => KerberosDer.Encode(Application, w =>
    {
        KerberosDer.WriteInteger(w, 0, ProtocolVersion);
        KerberosDer.WriteInteger(w, 1, Application);
        KerberosDer.Write(w, 2, t => KerberosDer.WriteSequence(t, list =>
        {
            foreach (Ticket ticket in Tickets)
            {
                list.WriteEncodedValue(ticket.Encode());
            }
        }));
        KerberosDer.Write(w, 3, Encrypted.Write);
    });
}
