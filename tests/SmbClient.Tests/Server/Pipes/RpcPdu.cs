using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SmbClient.Tests.Server.Pipes;

/// <summary>PDUs and arguments as clients send them, put together by hand: [C706] 12.6.4 and 14.3.</summary>
internal static class RpcPdu
{
    public const string SrvSvc = "c84f324b7016d30112785a47bf6ee188" + "03000000";
    public const string WksSvc = "98d0ff6b12a110369833463c3f87345a" + "01000000";
    public const string Ndr = "045d888aeb1cc9119fe808002b104860" + "02000000";
    public const string Ndr64 = "33057171babe37498319b5dbef9ccc36" + "01000000";
    public const string Features = "2c1cb76c129840450300000000000000" + "01000000";

    public static byte[] Pdu(byte type, uint callId, byte[] body, byte flags = 3, int authLength = 0)
    {
        byte[] pdu = new byte[16 + body.Length];
        byte[] start = [5, 0, type, flags, 0x10, 0, 0, 0];
        start.CopyTo(pdu, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(pdu.AsSpan(8), (ushort)pdu.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(pdu.AsSpan(10), (ushort)authLength);
        BinaryPrimitives.WriteUInt32LittleEndian(pdu.AsSpan(12), callId);
        body.CopyTo(pdu, 16);
        return pdu;
    }

    /// <summary>Contexts are numbered from 0; each is an abstract syntax and its transfer syntaxes, in hex.</summary>
    public static byte[] Bind(uint callId, params string[][] contexts) => Bind(11, callId, 4280, contexts);

    public static byte[] Bind(byte type, uint callId, ushort maxReceive, params string[][] contexts)
    {
        List<byte> body = [0xB8, 0x10, (byte)maxReceive, (byte)(maxReceive >> 8), 0, 0, 0, 0, (byte)contexts.Length, 0, 0, 0];
        for (int i = 0; i < contexts.Length; i++)
        {
            body.AddRange([(byte)i, 0, (byte)(contexts[i].Length - 1), 0]);
            body.AddRange(contexts[i].SelectMany(Convert.FromHexString));
        }

        return Pdu(type, callId, [.. body]);
    }

    public static byte[] Request(uint callId, ushort operation, byte[] stub, byte flags = 3, ushort context = 0) =>
        Pdu(0, callId, [.. U32(stub.Length), (byte)context, (byte)(context >> 8), (byte)operation, (byte)(operation >> 8), .. stub], flags);

    /// <summary>NetrShareEnum, as <c>smbclient -L</c> sends it: the name of the server, an empty container, everything at once, a resume handle.</summary>
    public static byte[] ShareEnum(uint level, string? server = "127.0.0.1", uint? resume = 0) =>
        [.. Unique(server), .. U32(level), .. U32(level), .. U32(0x20004), .. U32(0), .. U32(0), .. U32(-1), .. Unique(resume)];

    public static byte[] ShareGetInfo(string share, uint level, string? server = @"\\server") => [.. Unique(server), .. Text(share), .. U32(level)];

    public static byte[] ServerGetInfo(uint level, string? server = null) => [.. Unique(server), .. U32(level)];

    public static byte[] U32(long value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    public static byte[] Text(string text)
    {
        byte[] octets = Encoding.Unicode.GetBytes(text + "\0");
        byte[] padding = new byte[octets.Length % 4 == 0 ? 0 : 2];
        return [.. U32(octets.Length / 2), .. U32(0), .. U32(octets.Length / 2), .. octets, .. padding];
    }

    private static byte[] Unique(string? text) => text is null ? U32(0) : [.. U32(0x20000), .. Text(text)];

    private static byte[] Unique(uint? number) => number is { } value ? [.. U32(0x20008), .. U32(value)] : U32(0);
}
