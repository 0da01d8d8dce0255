using System;
using System.Formats.Asn1;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>EncryptedData, [RFC4120] 5.2.9.</summary>
internal readonly struct EncryptedData
{
    /// <summary>The type of the key; 0 is no encryption, which only a KRB-CRED may have.</summary>
    public required int Type { get; init; }

    /// <summary>kvno; null where it was not said.</summary>
    public int? Version { get; init; }

    public required ReadOnlyMemory<byte> Cipher { get; init; }

    public static EncryptedData Read(AsnReader reader)
    {
        KerberosSequence fields = KerberosSequence.Read(reader);

        // A read-only domain controller's keys have numbers above 2^31, which some write with a sign.
        return new EncryptedData { Type = fields.Int32(0), Version = unchecked((int?)fields.OptionalUInt32(1)), Cipher = fields.Octets(2) };
    }

    public static EncryptedData Of(KerberosKey key, int usage, ReadOnlySpan<byte> plaintext, GssRandom random) => new()
    {
        Type = (int)key.Type,
        Version = key.Version == 0 ? null : key.Version,
        Cipher = key.Encrypt(usage, plaintext, random),
    };

    public void Write(AsnWriter writer)
    {
        EncryptedData self = this;
        KerberosDer.WriteSequence(writer, w =>
        {
            KerberosDer.WriteInteger(w, 0, self.Type);
            if (self.Version is { } version)
            {
                KerberosDer.WriteInteger(w, 1, unchecked((uint)version));
            }

            KerberosDer.WriteOctets(w, 2, self.Cipher);
        });
    }
}
