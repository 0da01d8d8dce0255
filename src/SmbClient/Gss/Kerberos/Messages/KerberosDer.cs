using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Text;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>What all messages of [RFC4120] A share: DER with explicit tags, read as BER with definite lengths, since peers write long lengths.</summary>
internal static class KerberosDer
{
    private const byte GeneralStringTag = 0x1B;
    private const byte IndefiniteLength = 0x80;
    private const int MaxElements = 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Asn1Tag Application(int number) => new(TagClass.Application, number, isConstructed: true);

    public static Asn1Tag Field(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

    /// <summary>Turns what the platform throws into what decoders throw.</summary>
    public static T Guard<T>(ReadOnlyMemory<byte> message, Func<AsnReader, T> decode)
    {
        try
        {
            AsnReader reader = new(message, AsnEncodingRules.BER);
            T value = decode(reader);
            reader.ThrowIfNotEmpty();
            return value;
        }
        catch (AsnContentException e)
        {
            throw new MalformedMessageException("The Kerberos message does not decode", e);
        }
    }

    /// <summary>A message of its own, [APPLICATION number] around one SEQUENCE.</summary>
    public static T Message<T>(ReadOnlyMemory<byte> message, int number, Func<KerberosSequence, T> decode) =>
        Guard(message, reader => decode(KerberosSequence.Read(EnterLast(reader, Application(number)))));

    public static AsnReader Enter(AsnReader reader, Asn1Tag tag)
    {
        ReadOnlySpan<byte> encoded = reader.PeekEncodedValue().Span;

        // No tag of Kerberos takes more than one octet.
        return encoded.Length > 1 && encoded[1] == IndefiniteLength ? throw new MalformedMessageException("An indefinite length") : reader.ReadSequence(tag);
    }

    /// <summary>Enters an element after which nothing may follow.</summary>
    public static AsnReader EnterLast(AsnReader reader, Asn1Tag tag)
    {
        AsnReader inner = Enter(reader, tag);
        reader.ThrowIfNotEmpty();
        return inner;
    }

    /// <summary>SEQUENCE OF.</summary>
    public static List<T> List<T>(AsnReader field, Func<AsnReader, T> decode)
    {
        AsnReader list = EnterLast(field, Asn1Tag.Sequence);
        List<T> items = [];
        while (list.HasData)
        {
            if (items.Count == MaxElements)
            {
                throw new MalformedMessageException($"More than {MaxElements} elements");
            }

            items.Add(decode(list));
        }

        return items;
    }

    public static int Int32(AsnReader reader) =>
        reader.TryReadInt32(out int value) ? value : throw new MalformedMessageException("A number of more than 32 bits");

    /// <summary>KerberosString: UTF-8 in a GeneralString, as Active Directory has it; other kinds of string are taken too.</summary>
    public static string Text(AsnReader reader)
    {
        Asn1Tag tag = reader.PeekTag();
        bool isString = tag is { TagClass: TagClass.Universal, IsConstructed: false }
            && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.GeneralString or UniversalTagNumber.UTF8String or UniversalTagNumber.IA5String or UniversalTagNumber.VisibleString;
        if (!isString)
        {
            throw new MalformedMessageException("No string where one is due");
        }

        ReadOnlyMemory<byte> encoded = reader.ReadEncodedValue();
        AsnDecoder.ReadEncodedValue(encoded.Span, AsnEncodingRules.BER, out int offset, out int length, out _);
        ReadOnlySpan<byte> octets = encoded.Span.Slice(offset, length);
        if (octets.IndexOf((byte)0) >= 0)
        {
            throw new MalformedMessageException("A name with a NUL in it");
        }

        try
        {
            return octets.IsEmpty ? "" : Utf8.GetString(octets);
        }
        catch (DecoderFallbackException e)
        {
            throw new MalformedMessageException("A name that is not UTF-8", e);
        }
    }

    public static ReadOnlyMemory<byte> Octets(AsnReader reader) =>
        reader.TryReadPrimitiveOctetString(out ReadOnlyMemory<byte> octets) ? octets : throw new MalformedMessageException("An octet string in pieces");

    /// <summary>KerberosFlags: the first 32 bits, the first of them the highest.</summary>
    public static uint Flags(AsnReader reader)
    {
        if (!reader.TryReadPrimitiveBitString(out _, out ReadOnlyMemory<byte> bits))
        {
            throw new MalformedMessageException("A bit string in pieces");
        }

        uint flags = 0;
        for (int i = 0; i < 4; i++)
        {
            flags = (flags << 8) | (i < bits.Length ? bits.Span[i] : 0u);
        }

        return flags;
    }

    /// <summary>The encoding of one message.</summary>
    public static byte[] Encode(int application, Action<AsnWriter> fields)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence(Application(application)))
        {
            WriteSequence(writer, fields);
        }

        return writer.Encode();
    }

    public static void WriteSequence(AsnWriter writer, Action<AsnWriter> fields)
    {
        using (writer.PushSequence())
        {
            fields(writer);
        }
    }

    public static void Write(AsnWriter writer, int field, Action<AsnWriter> content)
    {
        using (writer.PushSequence(Field(field)))
        {
            content(writer);
        }
    }

    public static void WriteInteger(AsnWriter writer, int field, long value) => Write(writer, field, w => w.WriteInteger(value));

    public static void WriteOctets(AsnWriter writer, int field, ReadOnlyMemory<byte> value) => Write(writer, field, w => w.WriteOctetString(value.Span));

    public static void WriteTime(AsnWriter writer, int field, DateTimeOffset value) =>
        Write(writer, field, w => w.WriteGeneralizedTime(value, omitFractionalSeconds: true));

    public static void WriteFlags(AsnWriter writer, int field, uint value) =>
        Write(writer, field, w => w.WriteBitString([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]));

    public static void WriteText(AsnWriter writer, int field, string value) => Write(writer, field, w => WriteText(w, value));

    /// <summary>A GeneralString, which the platform's writer does not know.</summary>
    public static void WriteText(AsnWriter writer, string value)
    {
        byte[] octets = Utf8.GetBytes(value);
        byte[] length = octets.Length switch
        {
            < 0x80 => [(byte)octets.Length],
            <= byte.MaxValue => [0x81, (byte)octets.Length],
            _ => [0x82, (byte)(octets.Length >> 8), (byte)octets.Length],
        };
        writer.WriteEncodedValue([GeneralStringTag, .. length, .. octets]);
    }
}
