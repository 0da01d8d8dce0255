using System;
using System.Collections.Generic;
using System.Formats.Asn1;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>KrbCredInfo, [RFC4120] 5.8.1: one ticket's session key, and what the KDC said of the ticket.</summary>
internal sealed class KrbCredInfo
{
    /// <summary>EncKrbCredPart, the list of these.</summary>
    public const int Application = 29;

    public required EncryptionKey Key { get; init; }

    public string? ClientRealm { get; init; }

    public KerberosPrincipal? Client { get; init; }

    public uint Flags { get; init; }

    public DateTimeOffset? AuthTime { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    public DateTimeOffset? RenewTill { get; init; }

    public string? ServiceRealm { get; init; }

    public KerberosPrincipal? Service { get; init; }

    public static IReadOnlyList<KrbCredInfo> DecodeAll(ReadOnlyMemory<byte> message) =>
        KerberosDer.Message(message, Application, fields => fields.Value(0, r => KerberosDer.List(r, Read)));

    public static byte[] EncodeAll(IReadOnlyList<KrbCredInfo> infos) => KerberosDer.Encode(Application, w =>
        KerberosDer.Write(w, 0, i => KerberosDer.WriteSequence(i, list =>
        {
            foreach (KrbCredInfo info in infos)
            {
                info.Write(list);
            }
        })));

    private static KrbCredInfo Read(AsnReader reader)
    {
        KerberosSequence fields = KerberosSequence.ReadElement(reader);
        return new KrbCredInfo
        {
            Key = fields.Value(0, EncryptionKey.Read),
            ClientRealm = fields.Has(1) ? fields.Text(1) : null,
            Client = fields.OptionalPrincipal(2),
            Flags = fields.Has(3) ? fields.Flags(3) : 0,
            AuthTime = fields.OptionalTime(4),
            StartTime = fields.OptionalTime(5),
            EndTime = fields.OptionalTime(6),
            RenewTill = fields.OptionalTime(7),
            ServiceRealm = fields.Has(8) ? fields.Text(8) : null,
            Service = fields.OptionalPrincipal(9),
        };
    }

    private void Write(AsnWriter writer) => KerberosDer.WriteSequence(writer, w =>
    {
        KerberosDer.Write(w, 0, Key.Write);
        WriteName(w, 1, ClientRealm, Client);
        KerberosDer.WriteFlags(w, 3, Flags);
        DateTimeOffset?[] times = [AuthTime, StartTime, EndTime, RenewTill];
        for (int i = 0; i < times.Length; i++)
        {
            if (times[i] is { } time)
            {
                KerberosDer.WriteTime(w, 4 + i, time);
            }
        }

        WriteName(w, 8, ServiceRealm, Service);
    });

    private static void WriteName(AsnWriter writer, int field, string? realm, KerberosPrincipal? name)
    {
        if (realm is not null)
        {
            KerberosDer.WriteText(writer, field, realm);
        }

        if (name is not null)
        {
            KerberosDer.Write(writer, field + 1, name.Write);
        }
    }
}
