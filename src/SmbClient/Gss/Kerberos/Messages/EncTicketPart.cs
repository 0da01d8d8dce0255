using System;
using System.Collections.Generic;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>EncTicketPart, [RFC4120] 5.3: what the KDC tells the service.</summary>
internal sealed class EncTicketPart
{
    public const int Application = 3;
    public const uint Invalid = 0x0100_0000;
    public const uint TransitedPolicyChecked = 0x0008_0000;

    public required uint Flags { get; init; }

    public required EncryptionKey Key { get; init; }

    public required string ClientRealm { get; init; }

    public required KerberosPrincipal Client { get; init; }

    /// <summary>The realms on the way, in the encoding of their type; empty where the client's own KDC gave the ticket out.</summary>
    public ReadOnlyMemory<byte> Transited { get; init; }

    public required DateTimeOffset AuthTime { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public required DateTimeOffset EndTime { get; init; }

    public IReadOnlyList<AuthorizationDataElement> AuthorizationData { get; init; } = [];

    public static EncTicketPart Decode(ReadOnlyMemory<byte> message) => KerberosDer.Message(message, Application, fields => new EncTicketPart
    {
        Flags = fields.Flags(0),
        Key = fields.Value(1, EncryptionKey.Read),
        ClientRealm = fields.Text(2),
        Client = fields.Principal(3),
        Transited = fields.Value(4, r => KerberosSequence.Read(r).Octets(1)),
        AuthTime = fields.Time(5),
        StartTime = fields.OptionalTime(6),
        EndTime = fields.Time(7),
        AuthorizationData = fields.Has(10) ? fields.Value(10, AuthorizationDataElement.ReadAll) : [],
    });

    public byte[] Encode() => KerberosDer.Encode(Application, w =>
    {
        KerberosDer.WriteFlags(w, 0, Flags);
        KerberosDer.Write(w, 1, Key.Write);
        KerberosDer.WriteText(w, 2, ClientRealm);
        KerberosDer.Write(w, 3, Client.Write);
        KerberosDer.Write(w, 4, t => KerberosDer.WriteSequence(t, s =>
        {
            KerberosDer.WriteInteger(s, 0, 1);
            KerberosDer.WriteOctets(s, 1, Transited);
        }));
        KerberosDer.WriteTime(w, 5, AuthTime);
        if (StartTime is { } start)
        {
            KerberosDer.WriteTime(w, 6, start);
        }

        KerberosDer.WriteTime(w, 7, EndTime);
        if (AuthorizationData.Count > 0)
        {
            KerberosDer.Write(w, 10, a => AuthorizationDataElement.WriteAll(a, AuthorizationData));
        }
    });
}
