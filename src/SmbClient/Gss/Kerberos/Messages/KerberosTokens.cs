using System;
using System.Formats.Asn1;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>The frame of the context tokens, [RFC4121] 4.1: the mechanism and what comes inside.</summary>
internal static class KerberosTokens
{
    public const ushort ApReq = 0x0100;
    public const ushort ApRep = 0x0200;
    public const ushort Error = 0x0300;

    private const int IdSize = 2;

    /// <summary>The mechanism by its own identifier, also where SPNEGO has it under Microsoft's.</summary>
    private static readonly byte[] MechanismOid = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02];

    /// <summary>Microsoft's identifier, which some initiators repeat here.</summary>
    private static readonly byte[] MicrosoftOid = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 0x01, 0x02, 0x02];

    private static readonly Asn1Tag Frame = new(TagClass.Application, 0, isConstructed: true);

    /// <summary>The message inside a token of one kind.</summary>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> token, ushort id)
    {
        // What is behind the identifier is no ASN.1, so the platform's reader finds only the frame's content.
        ReadOnlyMemory<byte> content = KerberosDer.Guard(token, reader =>
        {
            if (!reader.PeekTag().HasSameClassAndValue(Frame))
            {
                throw new MalformedMessageException("No token of a GSS mechanism");
            }

            return reader.PeekContentBytes() is var inner && reader.ReadEncodedValue().Length > 0 ? inner : default;
        });
        ReadOnlySpan<byte> span = content.Span;
        if (!span.StartsWith(MechanismOid) && !span.StartsWith(MicrosoftOid))
        {
            throw new MalformedMessageException("A token of another mechanism");
        }

        if (span.Length < MechanismOid.Length + IdSize || ((span[MechanismOid.Length] << 8) | span[MechanismOid.Length + 1]) != id)
        {
            throw new MalformedMessageException($"No token of kind {id:X4}");
        }

        return content.Slice(MechanismOid.Length + IdSize);
    }

    public static byte[] Wrap(ushort id, ReadOnlySpan<byte> message)
    {
        byte[] content = [.. MechanismOid, (byte)(id >> 8), (byte)id, .. message];
        byte[] length = content.Length switch
        {
            < 0x80 => [(byte)content.Length],
            <= byte.MaxValue => [0x81, (byte)content.Length],
            <= ushort.MaxValue => [0x82, (byte)(content.Length >> 8), (byte)content.Length],
            _ => [0x83, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length],
        };
        return [0x60, .. length, .. content];
    }
}
