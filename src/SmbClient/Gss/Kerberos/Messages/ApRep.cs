using System;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>AP-REP, [RFC4120] 5.5.2.</summary>
internal static class ApRep
{
    public const int Application = 15;

    private const int ProtocolVersion = 5;

    public static EncryptedData Decode(ReadOnlyMemory<byte> message) => KerberosDer.Message(message, Application, fields =>
    {
        fields.Expect(0, ProtocolVersion);
        fields.Expect(1, Application);
        return fields.Encrypted(2);
    });

    public static byte[] Encode(EncryptedData encrypted) => KerberosDer.Encode(Application, w =>
    {
        KerberosDer.WriteInteger(w, 0, ProtocolVersion);
        KerberosDer.WriteInteger(w, 1, Application);
        KerberosDer.Write(w, 2, encrypted.Write);
    });
}
