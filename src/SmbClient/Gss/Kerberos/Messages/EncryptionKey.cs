using System;
using System.Formats.Asn1;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>EncryptionKey, [RFC4120] 5.2.9: a key as it travels, of any type.</summary>
internal readonly struct EncryptionKey
{
    public required int Type { get; init; }

    public required ReadOnlyMemory<byte> Value { get; init; }

    public static EncryptionKey Read(AsnReader reader)
    {
        KerberosSequence fields = KerberosSequence.Read(reader);
        return new EncryptionKey { Type = fields.Int32(0), Value = fields.Octets(1) };
    }

    public static EncryptionKey Of(KerberosKey key) => new() { Type = (int)key.Type, Value = key.Export() };

    public void Write(AsnWriter writer)
    {
        EncryptionKey self = this;
        KerberosDer.WriteSequence(writer, w =>
        {
            KerberosDer.WriteInteger(w, 0, self.Type);
            KerberosDer.WriteOctets(w, 1, self.Value);
        });
    }

    /// <summary>The key; null where the type is not served.</summary>
    public KerberosKey? ToKey() => KerberosKey.TryCreate(Type, Value.Span);

    public override string ToString() => $"a key of type {Type}";
}
