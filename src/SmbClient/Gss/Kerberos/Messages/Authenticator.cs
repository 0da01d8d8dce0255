using System;
using System.Collections.Generic;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>Authenticator, [RFC4120] 5.5.1: what the initiator proves its knowledge of the session key with.</summary>
internal sealed class Authenticator
{
    public const int Application = 2;

    private const int AuthenticatorVersion = 5;

    public required string ClientRealm { get; init; }

    public required KerberosPrincipal Client { get; init; }

    public KerberosChecksum? Checksum { get; init; }

    /// <summary>cusec: µs of the time, which count only together with it.</summary>
    public required int Microseconds { get; init; }

    public required DateTimeOffset Time { get; init; }

    public EncryptionKey? Subkey { get; init; }

    public uint? SequenceNumber { get; init; }

    public IReadOnlyList<AuthorizationDataElement> AuthorizationData { get; init; } = [];

    public static Authenticator Decode(ReadOnlyMemory<byte> message) => KerberosDer.Message(message, Application, fields =>
    {
        fields.Expect(0, AuthenticatorVersion);
        return new Authenticator
        {
            ClientRealm = fields.Text(1),
            Client = fields.Principal(2),
            Checksum = fields.Has(3) ? fields.Value(3, KerberosChecksum.Read) : null,
            Microseconds = fields.Int32(4),
            Time = fields.Time(5),
            Subkey = fields.OptionalKey(6),
            SequenceNumber = fields.OptionalUInt32(7),
            AuthorizationData = fields.Has(8) ? fields.Value(8, AuthorizationDataElement.ReadAll) : [],
        };
    });

    public byte[] Encode() => KerberosDer.Encode(Application, w =>
    {
        KerberosDer.WriteInteger(w, 0, AuthenticatorVersion);
        KerberosDer.WriteText(w, 1, ClientRealm);
        KerberosDer.Write(w, 2, Client.Write);
        if (Checksum is { } checksum)
        {
            KerberosDer.Write(w, 3, checksum.Write);
        }

        KerberosDer.WriteInteger(w, 4, Microseconds);
        KerberosDer.WriteTime(w, 5, Time);
        if (Subkey is { } subkey)
        {
            KerberosDer.Write(w, 6, subkey.Write);
        }

        if (SequenceNumber is { } number)
        {
            KerberosDer.WriteInteger(w, 7, number);
        }

        if (AuthorizationData.Count > 0)
        {
            KerberosDer.Write(w, 8, a => AuthorizationDataElement.WriteAll(a, AuthorizationData));
        }
    });
}
