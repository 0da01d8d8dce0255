using System;
using SmbClient.Wire;

namespace SmbClient.Server.Pipes.Rpc;

/// <summary>An interface or a transfer syntax: p_syntax_id_t, [C706] 12.6.3.1. The version has its major part in the low 16 bits.</summary>
internal readonly record struct RpcSyntax(Guid Uuid, uint Version)
{
    public const int Size = 20;

    /// <summary>NDR, [C706] chapter 14: the one that every peer has.</summary>
    public static readonly RpcSyntax Ndr = new(new Guid("8a885d04-1ceb-11c9-9fe8-08002b104860"), 2);

    private static readonly byte[] FeaturePrefix = [0x2C, 0x1C, 0xB7, 0x6C, 0x12, 0x98, 0x40, 0x45];

    /// <summary>It is no syntax but asks for features of the connection, [MS-RPCE] 3.3.1.5.3.</summary>
    public bool IsFeatureNegotiation => Version == 1 && Uuid.ToByteArray().AsSpan(0, FeaturePrefix.Length).SequenceEqual(FeaturePrefix);

    /// <summary>What is offered serves a client that wants <paramref name="wanted"/>: same major version, no later minor one.</summary>
    public bool Serves(RpcSyntax wanted) =>
        Uuid == wanted.Uuid && (ushort)Version == (ushort)wanted.Version && Version >> 16 >= wanted.Version >> 16;

    public static RpcSyntax Read(ref WireReader r) => new(r.Guid(), r.UInt32());

    public void Write(ref WireWriter w)
    {
        w.Guid(Uuid);
        w.UInt32(Version);
    }
}
