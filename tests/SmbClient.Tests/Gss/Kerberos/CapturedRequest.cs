using System;
using System.Buffers.Binary;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Spnego;
using SmbClient.Tests.Vectors;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>An AP-REQ off the wire, with the keytab that opens it and the time that it was sent at.</summary>
internal sealed class CapturedRequest
{
    private CapturedRequest(byte[] spnego, byte[] keytab, DateTimeOffset time)
    {
        Spnego = spnego;
        Keytab = keytab;
        Time = time;
    }

    /// <summary>The exchange whose every key is published.</summary>
    public static CapturedRequest Published { get; } = new(
        VectorFile.Kerberos["SPNEGO+AP-REQ (client)"],
        new TestKeytab().Add("DC1$", "LAB.TEST", KerberosEncryptionType.Aes256Sha1, VectorFile.Kerberos["service key"], version: 1).Encode(),
        new DateTimeOffset(2026, 11, 22, 17, 7, 18, TimeSpan.Zero));

    /// <summary>The whole first token.</summary>
    public byte[] Spnego { get; }

    public byte[] Keytab { get; }

    public DateTimeOffset Time { get; }

    /// <summary>The token of Kerberos inside.</summary>
    public byte[] Token => SpnegoTokens.DecodeInit(Spnego).MechToken!.Value.ToArray();

    public static CapturedRequest Capture(string name) => new(
        VectorFile.Kerberos[$"capture {name} token"],
        VectorFile.Kerberos[$"capture {name} keytab"],
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(VectorFile.Kerberos[$"capture {name} time"])));
}
