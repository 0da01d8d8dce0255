using System;
using System.Linq;
using System.Security.Cryptography;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Pac;
using SmbClient.Tests.Vectors;
using Xunit;

namespace SmbClient.Tests.Gss.Kerberos.Pac;

/// <summary>
/// The signatures that a domain controller makes for itself, [MS-PAC] 2.8.2 to 2.8.4: a service cannot check them, a test with the domain's key can,
/// and so shows that table, offsets and octets of a PAC are taken as the one who signed took them (kerberos-pac §10).
/// </summary>
public class KdcSignatureTests
{
    private const int SignatureType = 16;
    private const int SignatureSize = 12;
    private const int TypeSize = 4;

    private readonly byte[] _pac = VectorFile.Pac["samba"];

    [Fact]
    public void The_KDCs_is_over_the_servers() => Assert.True(Verify(PacBufferType.KdcChecksum, Signature(PacBufferType.ServerChecksum)));

    [Fact]
    public void The_full_one_is_over_the_PAC_without_those_that_come_after_it()
    {
        byte[] signed = (byte[])_pac.Clone();
        foreach (PacBufferType type in new[] { PacBufferType.ServerChecksum, PacBufferType.KdcChecksum, PacBufferType.FullChecksum })
        {
            signed.AsSpan(At(type), SignatureSize).Clear();
        }

        Assert.True(Verify(PacBufferType.FullChecksum, signed));
        Assert.False(Verify(PacBufferType.FullChecksum, _pac));
    }

    [Fact]
    public void The_tickets_is_over_the_ticket_without_its_PAC()
    {
        byte[] ticket = VectorFile.Pac["samba ticket"];
        int data = ticket.AsSpan().IndexOf(Convert.FromHexString("aa82034b"));
        byte[] placeholder = Der(0x30, Der(0x30, Convert.FromHexString("a00402020080"), Der(0xA1, Der(0x04, [0]))));
        byte[] relevant = Der(0x30, Convert.FromHexString("a003020101"), Der(0xA1, Der(0x04, placeholder)));
        byte[] without = Der(0x63, Der(0x30, ticket[8..data], Der(0xAA, Der(0x30, relevant))));

        Assert.Equal("837f9f3629cbf8576f5575d043dc2b727dfa3983d26d6aaf0e5445b248835ce5", Convert.ToHexStringLower(SHA256.HashData(without)));
        Assert.True(Verify(PacBufferType.TicketChecksum, without));
    }

    private static byte[] Der(byte tag, params byte[][] content)
    {
        byte[] value = [.. content.SelectMany(c => c)];
        byte[] length = value.Length < 0x80 ? [(byte)value.Length]
            : value.Length < 0x100 ? [0x81, (byte)value.Length]
            : [0x82, (byte)(value.Length >> 8), (byte)value.Length];
        return [tag, .. length, .. value];
    }

    private int At(PacBufferType type) => PacTable.Read(_pac).Single(b => b.Type == type).Offset + TypeSize;

    private byte[] Signature(PacBufferType type) => _pac[At(type)..][..SignatureSize];

    private bool Verify(PacBufferType type, byte[] signed)
    {
        using KerberosKey krbtgt = new(KerberosEncryptionType.Aes256Sha1, VectorFile.Pac["samba krbtgt key"]);
        return krbtgt.VerifyChecksum(KeyUsage.PacSignature, SignatureType, signed, Signature(type));
    }
}
