using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Text;
using SmbClient.Wire;

namespace SmbClient.Gss.Spnego;

/// <summary>negState of a NegTokenResp, [RFC4178] 4.2.2.</summary>
internal enum NegState
{
    AcceptCompleted = 0,
    AcceptIncomplete = 1,
    Reject = 2,
    RequestMic = 3,
}

/// <summary>NegTokenInit of an initiator, and NegTokenInit2 of an acceptor that speaks first ([RFC4178] 4.2.1, [MS-SPNG] 2.2.1).</summary>
internal sealed class NegTokenInit
{
    public IReadOnlyList<string> MechTypes { get; init; } = [];

    /// <summary>The DER of the list as it came: what mechListMIC is computed over.</summary>
    public ReadOnlyMemory<byte> MechTypesDer { get; init; }

    public ReadOnlyMemory<byte>? MechToken { get; init; }

    public ReadOnlyMemory<byte>? MechListMic { get; init; }
}

/// <summary>NegTokenResp, [RFC4178] 4.2.2.</summary>
internal sealed class NegTokenResp
{
    public NegState? NegState { get; init; }

    public string? SupportedMech { get; init; }

    public ReadOnlyMemory<byte>? ResponseToken { get; init; }

    public ReadOnlyMemory<byte>? MechListMic { get; init; }
}

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
            AsnReader frame = Enter(outer, InitialContextToken);
            outer.ThrowIfNotEmpty();
            string oid = frame.ReadObjectIdentifier();
            if (oid != SpnegoOid)
            {
                throw new MalformedMessageException($"A token of mechanism {oid} where SPNEGO is due");
            }

            outer = frame;
        }

        AsnReader sequence = Enter(Enter(outer, Field(0)), Asn1Tag.Sequence);
        outer.ThrowIfNotEmpty();
        List<string> mechTypes = [];
        ReadOnlyMemory<byte> mechTypesDer = default;
        ReadOnlyMemory<byte>? mechToken = null;
        ReadOnlyMemory<byte>? mechListMic = null;
        while (sequence.HasData)
        {
            Asn1Tag tag = sequence.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific)
            {
                throw new MalformedMessageException($"A field of the SPNEGO token has tag {tag}");
            }

            AsnReader field = Enter(sequence, tag);
            switch (tag.TagValue)
            {
                case 0:
                    mechTypesDer = field.PeekEncodedValue();
                    AsnReader list = Enter(field, Asn1Tag.Sequence);
                    while (list.HasData && mechTypes.Count < MaxMechanisms)
                    {
                        mechTypes.Add(list.ReadObjectIdentifier());
                    }

                    break;
                case 2:
                    mechToken = field.ReadOctetString();
                    break;

                // Tag 3 is the MIC in a NegTokenInit and the hints in a NegTokenInit2; what is inside tells.
                case 3 when field.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString):
                case 4:
                    mechListMic = field.ReadOctetString();
                    break;
            }
        }

        return new NegTokenInit { MechTypes = mechTypes, MechTypesDer = mechTypesDer, MechToken = mechToken, MechListMic = mechListMic };
    });

    public static NegTokenResp DecodeResp(ReadOnlyMemory<byte> token) => Guard(() =>
    {
        AsnReader outer = new(token, AsnEncodingRules.BER);
        AsnReader sequence = Enter(Enter(outer, Field(1)), Asn1Tag.Sequence);
        outer.ThrowIfNotEmpty();
        NegState? state = null;
        string? supportedMech = null;
        ReadOnlyMemory<byte>? responseToken = null;
        ReadOnlyMemory<byte>? mechListMic = null;
        while (sequence.HasData)
        {
            Asn1Tag tag = sequence.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific)
            {
                throw new MalformedMessageException($"A field of the SPNEGO token has tag {tag}");
            }

            AsnReader field = Enter(sequence, tag);
            switch (tag.TagValue)
            {
                case 0:
                    ReadOnlySpan<byte> value = field.ReadEnumeratedBytes().Span;
                    state = value.Length == 1 && value[0] <= (byte)NegState.RequestMic
                        ? (NegState)value[0]
                        : throw new MalformedMessageException("An unknown negState");
                    break;
                case 1:
                    supportedMech = field.ReadObjectIdentifier();
                    break;
                case 2:
                    responseToken = field.ReadOctetString();
                    break;
                case 3:
                    mechListMic = field.ReadOctetString();
                    break;
            }
        }

        return new NegTokenResp { NegState = state, SupportedMech = supportedMech, ResponseToken = responseToken, MechListMic = mechListMic };
    });

    /// <summary>True where a token is a NegTokenResp rather than a NegTokenInit.</summary>
    public static bool IsResp(ReadOnlySpan<byte> token) => !token.IsEmpty && token[0] == 0xA1;

    private static Asn1Tag Field(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

    private static AsnReader Enter(AsnReader reader, Asn1Tag tag)
    {
        ReadOnlySpan<byte> encoded = reader.PeekEncodedValue().Span;
        if (encoded.Length > 1 && encoded[1] == IndefiniteLength)
        {
            throw new MalformedMessageException("An indefinite length");
        }

        return reader.ReadSequence(tag);
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
