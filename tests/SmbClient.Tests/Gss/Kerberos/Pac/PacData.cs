using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace SmbClient.Tests.Gss.Kerberos.Pac;

/// <summary>Writes a PACTYPE, [MS-PAC] 2.3.</summary>
internal static class PacData
{
    public const uint LogonInfo = 1;
    public const uint ServerChecksum = 6;
    public const uint ClientInfo = 10;
    public const uint DelegationInfo = 11;
    public const uint UpnDnsInfo = 12;
    public const uint AttributesInfo = 17;
    public const uint RequestorSid = 18;

    public static byte[] Of(params (uint Type, byte[] Content)[] buffers)
    {
        int table = 8 + (16 * buffers.Length);
        using MemoryStream content = new();
        using MemoryStream pac = new();
        using BinaryWriter w = new(pac);
        w.Write(buffers.Length);
        w.Write(0);
        foreach ((uint type, byte[] octets) in buffers)
        {
            w.Write(type);
            w.Write(octets.Length);
            w.Write(table + content.Length);
            content.Write(octets);
            content.SetLength((content.Length + 7) & ~7);
            content.Position = content.Length;
        }

        w.Write(content.ToArray());
        return pac.ToArray();
    }

    public static byte[] Of(LogonInfoData logon) => Of((LogonInfo, logon.ToArray()));

    public static byte[] Client(string name, DateTimeOffset time = default) =>
        [.. BitConverter.GetBytes(time == default ? 1 : time.ToFileTime()), .. BitConverter.GetBytes((ushort)(2 * name.Length)), .. Encoding.Unicode.GetBytes(name)];

    public static byte[] Upn(string upn, byte[] sid)
    {
        const int Header = 20;
        byte[] text = Encoding.Unicode.GetBytes(upn);
        List<byte> octets = [];
        foreach (int field in new[] { text.Length, Header, 0, 0, 2, 0, 0, 0, sid.Length, Header + text.Length })
        {
            octets.AddRange(BitConverter.GetBytes((ushort)field));
        }

        return [.. octets, .. text, .. sid];
    }
}
