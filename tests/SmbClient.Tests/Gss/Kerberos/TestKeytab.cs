using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using SmbClient.Gss.Kerberos;

namespace SmbClient.Tests.Gss.Kerberos;

/// <summary>Writes keytab files as MIT does.</summary>
internal sealed class TestKeytab
{
    private readonly List<byte> _file = [5, 2];

    public TestKeytab Add(string principal, string realm, KerberosEncryptionType type, ReadOnlySpan<byte> key, int version = 1, bool withLongVersion = true)
    {
        string[] components = principal.Split('/');
        List<byte> record = [];
        UInt16(record, components.Length);
        Text(record, realm);
        foreach (string component in components)
        {
            Text(record, component);
        }

        Int32(record, 1);
        Int32(record, 1_700_000_000);
        record.Add((byte)version);
        UInt16(record, (int)type);
        UInt16(record, key.Length);
        record.AddRange(key);
        if (withLongVersion)
        {
            Int32(record, version);
        }

        Int32(_file, record.Count);
        _file.AddRange(record);
        return this;
    }

    /// <summary>A deleted record.</summary>
    public TestKeytab AddHole(int length)
    {
        Int32(_file, -length);
        _file.AddRange(new byte[length]);
        return this;
    }

    public byte[] Encode() => [.. _file];

    private static void Text(List<byte> to, string text)
    {
        byte[] octets = Encoding.UTF8.GetBytes(text);
        UInt16(to, octets.Length);
        to.AddRange(octets);
    }

    private static void UInt16(List<byte> to, int value) => to.AddRange([(byte)(value >> 8), (byte)value]);

    private static void Int32(List<byte> to, int value)
    {
        byte[] octets = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(octets, value);
        to.AddRange(octets);
    }
}
