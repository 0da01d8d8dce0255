using System;
using System.Formats.Asn1;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>Ticket, [RFC4120] 5.3. Its service name is not protected: only the key that opens it says whose it is.</summary>
internal sealed class Ticket
{
    public const int Application = 1;

    private const int TicketVersion = 5;

    public required string Realm { get; init; }

    public required KerberosPrincipal Service { get; init; }

    public required EncryptedData Encrypted { get; init; }

    /// <summary>The DER as it came.</summary>
    public ReadOnlyMemory<byte> Encoded { get; init; }

    /// <summary>One ticket of a field or a list.</summary>
    public static Ticket Read(AsnReader reader)
    {
        ReadOnlyMemory<byte> encoded = reader.PeekEncodedValue();
        KerberosSequence fields = KerberosSequence.Read(KerberosDer.Enter(reader, KerberosDer.Application(Application)));
        fields.Expect(0, TicketVersion);
        return new Ticket { Realm = fields.Text(1), Service = fields.Principal(2), Encrypted = fields.Encrypted(3), Encoded = encoded };
    }

    public byte[] Encode() => KerberosDer.Encode(Application, w =>
    {
        KerberosDer.WriteInteger(w, 0, TicketVersion);
        KerberosDer.WriteText(w, 1, Realm);
        KerberosDer.Write(w, 2, Service.Write);
        KerberosDer.Write(w, 3, Encrypted.Write);
    });
}
