using System;
using System.Formats.Asn1;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>Checksum, [RFC4120] 5.2.9.</summary>
internal readonly struct KerberosChecksum
{
    public required int Type { get; init; }

    public required ReadOnlyMemory<byte> Value { get; init; }

    public static KerberosChecksum Read(AsnReader reader)
    {
        KerberosSequence fields = KerberosSequence.Read(reader);
        return new KerberosChecksum { Type = fields.Int32(0), Value = fields.Octets(1) };
    }

    public void Write(AsnWriter writer)
    {
        KerberosChecksum self = this;
        KerberosDer.WriteSequence(writer, w =>
        {
            KerberosDer.WriteInteger(w, 0, self.Type);
            KerberosDer.WriteOctets(w, 1, self.Value);
        });
    }
}
