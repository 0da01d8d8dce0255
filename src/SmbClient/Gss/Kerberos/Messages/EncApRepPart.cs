using System;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>EncAPRepPart, [RFC4120] 5.5.2: the acceptor repeats the authenticator's time, which proves that it could read it.</summary>
internal sealed class EncApRepPart
{
    public const int Application = 27;

    public required DateTimeOffset Time { get; init; }

    public required int Microseconds { get; init; }

    public EncryptionKey? Subkey { get; init; }

    public uint? SequenceNumber { get; init; }

    public static EncApRepPart Decode(ReadOnlyMemory<byte> message) => KerberosDer.Message(message, Application, fields => new EncApRepPart
    {
        Time = fields.Time(0),
        Microseconds = fields.Int32(1),
        Subkey = fields.OptionalKey(2),
        SequenceNumber = fields.OptionalUInt32(3),
    });

    public byte[] Encode() => KerberosDer.Encode(Application, w =>
    {
        KerberosDer.WriteTime(w, 0, Time);
        KerberosDer.WriteInteger(w, 1, Microseconds);
        if (Subkey is { } subkey)
        {
            KerberosDer.Write(w, 2, subkey.Write);
        }

        if (SequenceNumber is { } number)
        {
            KerberosDer.WriteInteger(w, 3, number);
        }
    });
}
