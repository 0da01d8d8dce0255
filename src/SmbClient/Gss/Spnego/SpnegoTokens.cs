using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Text;
using SmbClient.Wire;

namespace SmbClient.Gss.Spnego;

/// <summary>
/// The tokens of SPNEGO in ASN.1. Written as DER; read as BER with definite lengths, since peers write long lengths. Unknown fields are skipped.
/// </summary>
internal static class SpnegoTokens
{
    public const string SpnegoOid = "1.3.6.1.5.5.2";

    /// <summary>What an acceptor says in place of its name, [MS-SPNG] 3.2.5.2.</summary>
    private const string IgnoredHint = "not_defined_in_RFC4178@please_ignore";

    private const byte IndefiniteLength = 0x80;
    private const int MaxMechanisms = 32;
    private const int MaxOidOctets = 64;

    private static readonly Asn1Tag InitialContextToken = new(TagClass.Application, 0, isConstructed: true);

    public static byte[] EncodeMechTypes(IEnumerable<string> oids)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string oid in oids)
            {
                writer.WriteObjectIdentifier(oid);
            }
        }

        return writer.Encode();
    }

    public static byte[] EncodeInit(byte[] mechTypesDer, ReadOnlyMemory<byte>? mechToken, bool withHint = false)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence(InitialContextToken))
        {
            writer.WriteObjectIdentifier(SpnegoOid);
            using (writer.PushSequence(Field(0)))
            using (writer.PushSequence())
            {
                using (writer.PushSequence(Field(0)))
                {
                    writer.WriteEncodedValue(mechTypesDer);
                }

                WriteOctets(writer, 2, mechToken);
                if (withHint)
                {
                    using (writer.PushSequence(Field(3)))
                    using (writer.PushSequence())
                    using (writer.PushSequence(Field(0)))
                    {
                        writer.WriteEncodedValue(EncodeGeneralString(IgnoredHint));
                    }
                }
            }
        }

        return writer.Encode();
    }

    public static byte[] EncodeResp(NegTokenResp token)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence(Field(1)))
        using (writer.PushSequence())
        {
            if (token.NegState is { } state)
            {
                using (writer.PushSequence(Field(0)))
                {
                    writer.WriteEnumeratedValue(state);
                }
            }

            if (token.SupportedMech is { } oid)
            {
                using (writer.PushSequence(Field(1)))
                {
                    writer.WriteObjectIdentifier(oid);
                }
            }

            WriteOctets(writer, 2, token.ResponseToken);
            WriteOctets(writer, 3, token.MechListMic);
        }

        return writer.Encode();
    }

    /// <summary>A NegTokenInit with its frame, or bare.</summary>
    public static NegTokenInit DecodeInit(ReadOnlyMemory<byte> token) => Guard(() =>
    {
        AsnReader outer = new(token, AsnEncodingRules.BER);
        if (outer.PeekTag().HasSameClassAndValue(InitialContextToken))
        {
            AsnReader frame = EnterLast(outer, InitialContextToken);
            string oid = ReadOid(frame);
            if (oid != SpnegoOid)
            {
                throw new MalformedMessageException($"A token of mechanism {oid} where SPNEGO is due");
            }

            outer = frame;
        }

        AsnReader sequence = EnterLast(EnterLast(outer, Field(0)), Asn1Tag.Sequence);
        IReadOnlyList<string> mechTypes = [];
        ReadOnlyMemory<byte> mechTypesDer = default;
        ReadOnlyMemory<byte>? mechToken = null;
        ReadOnlyMemory<byte>? mechListMic = null;
        while (NextField(sequence, out int number) is { } field)
        {
            switch (number)
            {
                case 0:
                    mechTypesDer = field.PeekEncodedValue();
                    mechTypes = ReadOids(EnterLast(field, Asn1Tag.Sequence));
                    break;
                case 2:
                    mechToken = ReadOctets(field);
                    break;

                // Tag 3 is the MIC in a NegTokenInit and the hints in a NegTokenInit2; what is inside tells.
                case 3 when field.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString):
                case 4:
                    mechListMic = ReadOctets(field);
                    break;
            }
        }

        return new NegTokenInit { MechTypes = mechTypes, MechTypesDer = mechTypesDer, MechToken = mechToken, MechListMic = mechListMic };
    });

    public static NegTokenResp DecodeResp(ReadOnlyMemory<byte> token) => Guard(() =>
    {
        AsnReader sequence = EnterLast(EnterLast(new AsnReader(token, AsnEncodingRules.BER), Field(1)), Asn1Tag.Sequence);
        NegState? state = null;
        string? supportedMech = null;
        ReadOnlyMemory<byte>? responseToken = null;
        ReadOnlyMemory<byte>? mechListMic = null;
        while (NextField(sequence, out int number) is { } field)
        {
            switch (number)
            {
                case 0:
                    ReadOnlySpan<byte> value = field.ReadEnumeratedBytes().Span;
                    state = value.Length == 1 && value[0] <= (byte)NegState.RequestMic
                        ? (NegState)value[0]
                        : throw new MalformedMessageException("An unknown negState");
                    break;
                case 1:
                    supportedMech = ReadOid(field);
                    break;
                case 2:
                    responseToken = ReadOctets(field);
                    break;
                case 3:
                    mechListMic = ReadOctets(field);
                    break;
            }
        }

        return new NegTokenResp { NegState = state, SupportedMech = supportedMech, ResponseToken = responseToken, MechListMic = mechListMic };
    });

    /// <summary>The mechanism of an InitialContextToken, [RFC2743] 3.1; null where the token is none.</summary>
    public static string? MechanismOf(ReadOnlyMemory<byte> token)
    {
        try
        {
            return Guard(() => ReadOid(Enter(new AsnReader(token, AsnEncodingRules.BER), InitialContextToken)));
        }
        catch (MalformedMessageException)
        {
            return null;
        }
    }

    private static Asn1Tag Field(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

    /// <summary>The next field with a context tag; what is not one is skipped, since the tokens may be extended.</summary>
    private static AsnReader? NextField(AsnReader sequence, out int number)
    {
        while (sequence.HasData)
        {
            Asn1Tag tag = sequence.PeekTag();
            if (tag.TagClass == TagClass.ContextSpecific && tag.IsConstructed)
            {
                number = tag.TagValue;
                return Enter(sequence, tag);
            }

            RefuseIndefiniteLength(sequence);
            sequence.ReadEncodedValue();
        }

        number = -1;
        return null;
    }

    private static AsnReader Enter(AsnReader reader, Asn1Tag tag)
    {
        RefuseIndefiniteLength(reader);
        return reader.ReadSequence(tag);
    }

    /// <summary>Enters an element after which nothing may follow.</summary>
    private static AsnReader EnterLast(AsnReader reader, Asn1Tag tag)
    {
        AsnReader inner = Enter(reader, tag);
        reader.ThrowIfNotEmpty();
        return inner;
    }

    private static void RefuseIndefiniteLength(AsnReader reader)
    {
        ReadOnlySpan<byte> encoded = reader.PeekEncodedValue().Span;

        // No tag of ours takes more than one octet.
        if (encoded.Length > 1 && encoded[1] == IndefiniteLength)
        {
            throw new MalformedMessageException("An indefinite length");
        }
    }

    private static List<string> ReadOids(AsnReader list)
    {
        List<string> oids = [];
        while (list.HasData)
        {
            if (oids.Count == MaxMechanisms)
            {
                throw new MalformedMessageException($"More than {MaxMechanisms} mechanisms");
            }

            oids.Add(ReadOid(list));
        }

        return oids;
    }

    private static string ReadOid(AsnReader reader) =>
        reader.PeekEncodedValue().Length <= MaxOidOctets ? reader.ReadObjectIdentifier() : throw new MalformedMessageException("An object identifier of excessive length");

    private static ReadOnlyMemory<byte> ReadOctets(AsnReader field)
    {
        if (!field.TryReadPrimitiveOctetString(out ReadOnlyMemory<byte> octets))
        {
            throw new MalformedMessageException("An octet string in pieces");
        }

        field.ThrowIfNotEmpty();
        return octets;
    }

    private static void WriteOctets(AsnWriter writer, int number, ReadOnlyMemory<byte>? octets)
    {
        if (octets is { } value)
        {
            using (writer.PushSequence(Field(number)))
            {
                writer.WriteOctetString(value.Span);
            }
        }
    }

    private static byte[] EncodeGeneralString(string text)
    {
        const byte GeneralString = 0x1B;
        byte[] octets = Encoding.ASCII.GetBytes(text);
        return [GeneralString, (byte)octets.Length, .. octets];
    }

    private static T Guard<T>(Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (AsnContentException e)
        {
            throw new MalformedMessageException("The SPNEGO token does not decode", e);
        }
    }
}
