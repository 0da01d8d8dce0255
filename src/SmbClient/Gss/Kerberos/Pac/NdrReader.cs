using System;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>
/// Reads one top-level structure in the encoding that a PAC has for those: NDR 2.0, little-endian, with a type serialization version 1 header
/// ([MS-RPCE] 2.2.6.1). What a pointer points to follows the structure, in the order of the fields; only whether a pointer is null matters, never its
/// value, so none leads anywhere. Positions count from the header, whose 16 octets keep every alignment.
/// </summary>
internal ref struct NdrReader
{
    private const int HeaderSize = 16;
    private const byte Version = 1;
    private const byte LittleEndian = 0x10;
    private const ushort CommonHeaderSize = 8;
    private const int Alignment = 4;
    private const int MaxPad = 7;
    private const int StringHeaderSize = 8;
    private WireReader _reader;

    /// <summary>Reads the header and the pointer to the structure.</summary>
    /// <param name="buffer">Header and object, and nothing after them but padding.</param>
    public NdrReader(ReadOnlyMemory<byte> buffer)
    {
        WireReader header = new(buffer);
        byte version = header.UInt8();
        byte representation = header.UInt8();
        if (version != Version || representation != LittleEndian)
        {
            throw header.Malformed($"NDR of version {version} in representation 0x{representation:X}");
        }

        header.Expect(CommonHeaderSize, "The size of the NDR header");
        header.Skip(sizeof(uint));
        uint length = header.UInt32();
        header.Skip(sizeof(uint));
        if (length > header.Remaining || header.Remaining - length > MaxPad)
        {
            throw header.Malformed($"An NDR object of {length} octets where {header.Remaining} are left");
        }

        _reader = new WireReader(buffer.Slice(0, HeaderSize + (int)length));
        _reader.Skip(HeaderSize);
        if (!Pointer())
        {
            throw Malformed("A null pointer in place of the structure");
        }
    }

    public ushort UInt16() => _reader.UInt16();

    public uint UInt32() => _reader.UInt32();

    public long FileTime() => _reader.Int64();

    public void Skip(int count) => _reader.Skip(count);

    /// <summary>False for null.</summary>
    public bool Pointer() => _reader.UInt32() != 0;

    /// <summary>A pointer to an array of so many items: null only where there are none.</summary>
    public bool ArrayPointer(uint count)
    {
        bool follows = Pointer();
        return follows || count == 0 ? follows : throw Malformed($"A null pointer to {count} items");
    }

    /// <summary>The fixed part of an RPC_UNICODE_STRING, [MS-DTYP] 2.3.10.</summary>
    public NdrString StringHeader()
    {
        ushort length = UInt16();
        ushort maximumLength = UInt16();
        bool follows = Pointer();
        return (length & 1) != 0 || length > maximumLength || (length > 0 && !follows)
            ? throw Malformed($"A string of {length} octets in {maximumLength}, {(follows ? "present" : "absent")}")
            : new NdrString(length, follows);
    }

    /// <summary>The characters of such a string; empty for a null pointer.</summary>
    public string StringBody(NdrString header)
    {
        if (!header.Follows)
        {
            return "";
        }

        Align();
        uint maximum = UInt32();
        uint offset = UInt32();
        uint actual = UInt32();
        return actual != header.Length / 2 || maximum < actual || offset != 0
            ? throw Malformed($"A string of {header.Length} octets has {actual} characters at {offset} of {maximum}")
            : _reader.Utf16(header.Length);
    }

    /// <summary>
    /// The conformance of an array, which must be <paramref name="count"/>. That many items of <paramref name="itemSize"/> octets each are there, so the
    /// caller may make room for them.
    /// </summary>
    public int BeginArray(uint count, int itemSize)
    {
        Align();
        uint conformance = UInt32();
        return conformance != count || count > WireLimits.MaxPacItems || count * itemSize > _reader.Remaining
            ? throw Malformed($"An array of {conformance} items where {count} are announced")
            : (int)count;
    }

    /// <summary>An array of RPC_UNICODE_STRING.</summary>
    public string[] Strings(uint count)
    {
        NdrString[] headers = new NdrString[BeginArray(count, StringHeaderSize)];
        for (int i = 0; i < headers.Length; i++)
        {
            headers[i] = StringHeader();
        }

        string[] strings = new string[headers.Length];
        for (int i = 0; i < headers.Length; i++)
        {
            strings[i] = StringBody(headers[i]);
        }

        return strings;
    }

    /// <summary>What a PRPC_SID points to; null for a null pointer.</summary>
    public string? Sid(bool follows)
    {
        if (!follows)
        {
            return null;
        }

        Align();
        uint conformance = UInt32();
        WireReader r = _reader;
        r.Skip(sizeof(byte));
        byte count = r.UInt8();
        return conformance == count ? Wire.Dtyp.Sid.Read(ref _reader) : throw Malformed($"A SID of {count} subauthorities where {conformance} are announced");
    }

    /// <summary>Nothing but padding may be left.</summary>
    public readonly void End()
    {
        if (_reader.Remaining > MaxPad)
        {
            throw Malformed("Something follows an NDR structure");
        }
    }

    public readonly MalformedMessageException Malformed(string reason) => _reader.Malformed(reason);

    private void Align() => _reader.Align(Alignment);
}
