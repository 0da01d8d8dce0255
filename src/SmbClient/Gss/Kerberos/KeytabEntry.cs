using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using SmbClient.Gss.Kerberos.Messages;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos;

/// <summary>One key of a keytab with its owner. Reads the file's format, version 2 (kerberos-pac §16): records of big-endian fields.</summary>
internal sealed class KeytabEntry
{
    private const ushort FormatVersion = 0x0502;
    private const int MaxEntries = 4096;
    private const int MaxComponents = 16;

    public required string Realm { get; init; }

    public required KerberosPrincipal Principal { get; init; }

    public required KerberosKey Key { get; init; }

    /// <summary>All entries whose encryption type is served; holes and other types are skipped.</summary>
    public static List<KeytabEntry> ReadAll(ReadOnlySpan<byte> file)
    {
        List<KeytabEntry> entries = [];
        try
        {
            int position = 0;
            if (UInt16(file, ref position) != FormatVersion)
            {
                throw new MalformedMessageException("No keytab of version 2");
            }

            while (position < file.Length)
            {
                int size = Int32(file, ref position);
                if (size == 0)
                {
                    break;
                }

                if (size == int.MinValue || entries.Count == MaxEntries)
                {
                    throw new MalformedMessageException("A keytab with an impossible record, or with too many", position, file.Length);
                }

                ReadOnlySpan<byte> record = Take(file, ref position, Math.Abs(size));
                if (size > 0 && Read(record) is { } entry)
                {
                    entries.Add(entry);
                }
            }

            return entries;
        }
        catch
        {
            entries.ForEach(e => e.Key.Dispose());
            throw;
        }
    }

    private static KeytabEntry? Read(ReadOnlySpan<byte> record)
    {
        int position = 0;
        int count = UInt16(record, ref position);
        string realm = Text(record, ref position);
        if (count is 0 or > MaxComponents)
        {
            throw new MalformedMessageException($"A name of {count} components", position, record.Length);
        }

        string[] components = new string[count];
        for (int i = 0; i < count; i++)
        {
            components[i] = Text(record, ref position);
        }

        int nameType = Int32(record, ref position);
        Take(record, ref position, sizeof(uint));       // when it was written
        int version = Take(record, ref position, 1)[0];
        int type = UInt16(record, ref position);
        ReadOnlySpan<byte> value = Take(record, ref position, UInt16(record, ref position));
        if (record.Length - position >= sizeof(uint) && Int32(record, ref position) is not 0 and int longVersion)
        {
            version = longVersion;
        }

        return KerberosKey.TryCreate(type, value, version) is { } key
            ? new KeytabEntry { Realm = realm, Principal = new KerberosPrincipal(nameType, components), Key = key }
            : null;
    }

    private static string Text(ReadOnlySpan<byte> record, ref int position)
    {
        ReadOnlySpan<byte> octets = Take(record, ref position, UInt16(record, ref position));
        return octets.IsEmpty ? "" : Encoding.UTF8.GetString(octets);
    }

    private static ushort UInt16(ReadOnlySpan<byte> octets, ref int position) => BinaryPrimitives.ReadUInt16BigEndian(Take(octets, ref position, sizeof(ushort)));

    private static int Int32(ReadOnlySpan<byte> octets, ref int position) => BinaryPrimitives.ReadInt32BigEndian(Take(octets, ref position, sizeof(int)));

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> octets, ref int position, int count)
    {
        if (count > octets.Length - position)
        {
            throw new MalformedMessageException($"{count} octets are due", position, octets.Length);
        }

        ReadOnlySpan<byte> taken = octets.Slice(position, count);
        position += count;
        return taken;
    }
}
