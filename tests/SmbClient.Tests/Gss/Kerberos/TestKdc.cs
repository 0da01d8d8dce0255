using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Text;
using SmbClient.Gss;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Messages;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>Gives out tickets, without asking anybody: what a KDC knows and a test wants to change.</summary>
internal sealed class TestKdc : IDisposable
{
    public const string Realm = "LAB.TEST";

    public static DateTimeOffset Now { get; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static KerberosPrincipal Alice { get; } = new(KerberosPrincipal.UserType, "alice");

    public KerberosKey ServiceKey { get; set; } = KerberosKey.Generate(KerberosEncryptionType.Aes256Sha1, GssRandom.System);

    public KerberosPrincipal Service { get; set; } = new(KerberosPrincipal.ServiceType, "cifs", "files.lab.test");

    public KerberosPrincipal Client { get; set; } = Alice;

    public KerberosEncryptionType SessionType { get; set; } = KerberosEncryptionType.Aes256Sha1;

    public uint Flags { get; set; } = 0x40AC_0000;

    public DateTimeOffset? StartTime { get; set; }

    public DateTimeOffset EndTime { get; set; } = Now.AddHours(10);

    public byte[] Transited { get; set; } = [];

    public int Version { get; set; } = 1;

    public IReadOnlyList<AuthorizationDataElement> AuthorizationData { get; set; } = [];

    public byte[] Keytab => new TestKeytab().Add(Service.ToString(), Realm, ServiceKey.Type, ServiceKey.Export(), Version).Encode();

    /// <summary>A PAC of no more than the client and the signatures, as MIT's KDC makes it.</summary>
    public static byte[] Pac(KerberosKey key, string name, DateTimeOffset authTime, int? signatureType = null)
    {
        byte[] client = [.. BitConverter.GetBytes(authTime.ToFileTime()), (byte)(2 * name.Length), 0, .. Encoding.Unicode.GetBytes(name)];
        int clientEnd = 56 + ((client.Length + 7) / 8 * 8);
        byte[] pac = new byte[clientEnd + 32 + 16];
        void Entry(int index, int type, int size, int offset)
        {
            BitConverter.GetBytes(type).CopyTo(pac, 8 + (16 * index));
            BitConverter.GetBytes(size).CopyTo(pac, 12 + (16 * index));
            BitConverter.GetBytes((long)offset).CopyTo(pac, 16 + (16 * index));
        }

        pac[0] = 3;
        Entry(0, 10, client.Length, 56);
        Entry(1, 6, 4 + key.ChecksumSize, clientEnd);
        Entry(2, 7, 16, clientEnd + 32);
        client.CopyTo(pac, 56);
        BitConverter.GetBytes(signatureType ?? key.ChecksumType).CopyTo(pac, clientEnd);
        BitConverter.GetBytes(16).CopyTo(pac, clientEnd + 32);
        key.Checksum(17, pac).CopyTo(pac, clientEnd + 4);
        return pac;
    }

    public Ticket Issue(out KerberosKey sessionKey)
    {
        sessionKey = KerberosKey.Generate(SessionType, GssRandom.System);
        EncTicketPart part = new()
        {
            Flags = Flags,
            Key = EncryptionKey.Of(sessionKey),
            ClientRealm = Realm,
            Client = Client,
            Transited = Transited,
            AuthTime = Now,
            StartTime = StartTime,
            EndTime = EndTime,
            AuthorizationData = AuthorizationData,
        };
        using KerberosKey key = new(ServiceKey.Type, ServiceKey.Export(), Version);
        Ticket ticket = new() { Realm = Realm, Service = Service, Encrypted = EncryptedData.Of(key, 2, part.Encode(), GssRandom.System) };
        return Ticket.Read(new AsnReader(ticket.Encode(), AsnEncodingRules.DER));
    }

    public void Dispose() => ServiceKey.Dispose();
}
