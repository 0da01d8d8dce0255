using System;
using System.Collections.Generic;
using System.Formats.Asn1;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>One element of AuthorizationData, [RFC4120] 5.2.6.</summary>
internal readonly struct AuthorizationDataElement
{
    /// <summary>AD-IF-RELEVANT: more elements, which may be ignored.</summary>
    public const int IfRelevant = 1;

    /// <summary>AD-WIN2K-PAC, [MS-PAC].</summary>
    public const int Pac = 128;

    /// <summary>The encryption types that an initiator knows, [RFC4537].</summary>
    public const int EncryptionTypes = 129;

    /// <summary>KERB_AP_OPTIONS, [MS-KILE] 3.2.5.8: whether the initiator knows channel bindings.</summary>
    public const int ApOptions = 143;

    private const int MaxDepth = 4;

    public required int Type { get; init; }

    public required ReadOnlyMemory<byte> Data { get; init; }

    public static IReadOnlyList<AuthorizationDataElement> ReadAll(AsnReader reader) => KerberosDer.List(reader, item =>
    {
        KerberosSequence fields = KerberosSequence.ReadElement(item);
        return new AuthorizationDataElement { Type = fields.Int32(0), Data = fields.Octets(1) };
    });

    public static void WriteAll(AsnWriter writer, IReadOnlyList<AuthorizationDataElement> elements) => KerberosDer.WriteSequence(writer, list =>
    {
        foreach (AuthorizationDataElement element in elements)
        {
            KerberosDer.WriteSequence(list, w =>
            {
                KerberosDer.WriteInteger(w, 0, element.Type);
                KerberosDer.WriteOctets(w, 1, element.Data);
            });
        }
    });

    /// <summary>These elements inside an AD-IF-RELEVANT.</summary>
    public static AuthorizationDataElement Wrap(params IReadOnlyList<AuthorizationDataElement> elements)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        WriteAll(writer, elements);
        return new AuthorizationDataElement { Type = IfRelevant, Data = writer.Encode() };
    }

    /// <summary>
    /// The data of all elements of one type that stand inside an AD-IF-RELEVANT, which may stand in others: what a KDC says of its own accord stands there.
    /// </summary>
    public static List<ReadOnlyMemory<byte>> FindRelevant(IReadOnlyList<AuthorizationDataElement> elements, int type)
    {
        List<ReadOnlyMemory<byte>> found = [];
        Find(elements, type, depth: 0, found);
        return found;
    }

    private static void Find(IReadOnlyList<AuthorizationDataElement> elements, int type, int depth, List<ReadOnlyMemory<byte>> found)
    {
        foreach (AuthorizationDataElement element in elements)
        {
            if (element.Type == type && depth > 0)
            {
                found.Add(element.Data);
            }
            else if (element.Type == IfRelevant && depth < MaxDepth)
            {
                Find(KerberosDer.Guard(element.Data, ReadAll), type, depth + 1, found);
            }
        }
    }
}
