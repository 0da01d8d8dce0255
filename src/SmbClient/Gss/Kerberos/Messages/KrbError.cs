using System;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>KRB-ERROR, [RFC4120] 5.9.1. Nothing protects it.</summary>
internal sealed class KrbError
{
    public const int Application = 30;

    private const int ProtocolVersion = 5;
    private const long TicksPerMicrosecond = 10;

    /// <summary>KERB-ERROR-DATA of type KERB_AP_ERR_TYPE_SKEW_RECOVERY, [MS-KILE] 2.2.2: the initiator may try once more with our time.</summary>
    private static readonly byte[] SkewRecovery = [0x30, 0x05, 0xA1, 0x03, 0x02, 0x01, 0x02];

    public required KerberosError Code { get; init; }

    /// <summary>Our time, which an initiator with a wrong clock may reckon with.</summary>
    public required DateTimeOffset ServerTime { get; init; }

    public required string Realm { get; init; }

    public required KerberosPrincipal Service { get; init; }

    public static KrbError Decode(ReadOnlyMemory<byte> message) => KerberosDer.Message(message, Application, fields =>
    {
        fields.Expect(0, ProtocolVersion);
        fields.Expect(1, Application);
        return new KrbError
        {
            ServerTime = fields.Time(4).AddTicks(fields.Int32(5) * TicksPerMicrosecond),
            Code = (KerberosError)fields.Int32(6),
            Realm = fields.Text(9),
            Service = fields.Principal(10),
        };
    });

    public byte[] Encode() => KerberosDer.Encode(Application, w =>
    {
        KerberosDer.WriteInteger(w, 0, ProtocolVersion);
        KerberosDer.WriteInteger(w, 1, Application);
        KerberosDer.WriteTime(w, 4, ServerTime);
        KerberosDer.WriteInteger(w, 5, ServerTime.UtcTicks % TimeSpan.TicksPerSecond / TicksPerMicrosecond);
        KerberosDer.WriteInteger(w, 6, (int)Code);
        KerberosDer.WriteText(w, 9, Realm);
        KerberosDer.Write(w, 10, Service.Write);
        if (Code == KerberosError.Skew)
        {
            KerberosDer.WriteOctets(w, 12, SkewRecovery);
        }
    });
}
