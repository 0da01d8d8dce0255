using System;
using System.Formats.Asn1;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>The fields of one SEQUENCE by their context tags. Fields that nobody asks for are skipped; one that comes twice is malformed.</summary>
internal sealed class KerberosSequence
{
    private const int FieldCount = 16;

    private readonly AsnReader?[] _fields = new AsnReader?[FieldCount];

    private KerberosSequence()
    {
    }

    /// <summary>A SEQUENCE after which nothing follows.</summary>
    public static KerberosSequence Read(AsnReader reader)
    {
        KerberosSequence sequence = ReadElement(reader);
        reader.ThrowIfNotEmpty();
        return sequence;
    }

    /// <summary>One SEQUENCE of a list.</summary>
    public static KerberosSequence ReadElement(AsnReader reader)
    {
        KerberosSequence sequence = new();
        AsnReader content = KerberosDer.Enter(reader, Asn1Tag.Sequence);
        while (content.HasData)
        {
            Asn1Tag tag = content.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific || !tag.IsConstructed)
            {
                throw new MalformedMessageException("A field without its tag");
            }

            AsnReader field = KerberosDer.Enter(content, tag);
            if (tag.TagValue >= FieldCount)
            {
                continue;
            }

            if (sequence._fields[tag.TagValue] is not null)
            {
                throw new MalformedMessageException($"Field {tag.TagValue} comes twice");
            }

            sequence._fields[tag.TagValue] = field;
        }

        return sequence;
    }

    public bool Has(int field) => _fields[field] is not null;

    /// <summary>The content of a field, which can be read once.</summary>
    public AsnReader Field(int field) => _fields[field] ?? throw new MalformedMessageException($"Field {field} is missing");

    public T Value<T>(int field, Func<AsnReader, T> decode)
    {
        AsnReader reader = Field(field);
        T value = decode(reader);
        reader.ThrowIfNotEmpty();
        return value;
    }

    public int Int32(int field) => Value(field, KerberosDer.Int32);

    public int? OptionalInt32(int field) => Has(field) ? Int32(field) : null;

    /// <summary>UInt32; old peers write it with a sign, so its low 32 bits are what counts.</summary>
    public uint? OptionalUInt32(int field) => !Has(field)
        ? null
        : Value(field, r => r.TryReadInt64(out long value) ? unchecked((uint)value) : throw new MalformedMessageException("A number of more than 64 bits"));

    public uint Flags(int field) => Value(field, KerberosDer.Flags);

    public string Text(int field) => Value(field, KerberosDer.Text);

    public ReadOnlyMemory<byte> Octets(int field) => Value(field, KerberosDer.Octets);

    public DateTimeOffset Time(int field) => Value(field, r => r.ReadGeneralizedTime());

    public DateTimeOffset? OptionalTime(int field) => Has(field) ? Time(field) : null;

    public KerberosPrincipal Principal(int field) => Value(field, KerberosPrincipal.Read);

    public KerberosPrincipal? OptionalPrincipal(int field) => Has(field) ? Principal(field) : null;

    public EncryptedData Encrypted(int field) => Value(field, EncryptedData.Read);

    public EncryptionKey? OptionalKey(int field) => Has(field) ? Value(field, EncryptionKey.Read) : null;

    /// <summary>The field must have this value.</summary>
    public void Expect(int field, int value)
    {
        int actual = Int32(field);
        if (actual != value)
        {
            throw new MalformedMessageException($"Field {field} is {actual}, not {value}");
        }
    }
}
