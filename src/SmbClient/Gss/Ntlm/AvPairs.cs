using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SmbClient.Wire;

namespace SmbClient.Gss.Ntlm;

/// <summary>A list of AV_PAIRs in its order, [MS-NLMP] 2.2.2.1; without its end.</summary>
internal sealed class AvPairs
{
    /// <summary>MsvAvFlags: the AUTHENTICATE message has a MIC.</summary>
    public const uint MicPresent = 0x2;

    /// <summary>MsvAvFlags: the client has the target's name from a source that it does not trust.</summary>
    public const uint UntrustedTargetName = 0x4;

    private const int MaxPairs = 64;

    private readonly List<KeyValuePair<AvId, byte[]>> _pairs = [];

    public IEnumerable<KeyValuePair<AvId, byte[]>> Pairs => _pairs;

    /// <summary>The value, or null where there is none.</summary>
    public byte[]? this[AvId id] => _pairs.FirstOrDefault(p => p.Key == id).Value;

    /// <summary>The value as text, or null where there is none.</summary>
    public string? Text(AvId id) => this[id] is { } octets ? Encoding.Unicode.GetString(octets) : null;

    /// <summary>100 ns ticks since 1601, or null.</summary>
    public ulong? Timestamp => this[AvId.Timestamp] is { Length: 8 } octets ? new WireReader(octets).UInt64() : null;

    /// <summary>MsvAvFlags, 0 where there are none.</summary>
    public uint Flags => this[AvId.Flags] is { Length: 4 } octets ? new WireReader(octets).UInt32() : 0;

    /// <summary>
    /// Single_Host_Data, [MS-NLMP] 2.2.2.2: a machine id of 32 octets, by which a machine recognises itself. Nothing else is said.
    /// </summary>
    public static byte[] SingleHostData(byte[] machineId)
    {
        const int Size = 48;
        byte[] octets = new byte[Size];
        WireWriter w = new(octets);
        w.UInt32(Size);
        w.Skip(12);
        w.Bytes(machineId);
        return octets;
    }

    public static AvPairs Decode(ReadOnlyMemory<byte> octets)
    {
        AvPairs pairs = new();
        WireReader r = new(octets);
        while (true)
        {
            AvId id = (AvId)r.UInt16();
            int length = r.UInt16();
            if (id == AvId.EndOfList)
            {
                return pairs;
            }

            if (pairs._pairs.Count == MaxPairs)
            {
                throw r.Malformed($"More than {MaxPairs} AV pairs");
            }

            if (pairs[id] is not null)
            {
                // Two values of one name are read one way here and another way there.
                throw r.Malformed($"{id} comes twice");
            }

            pairs.Add(id, r.Bytes(length).ToArray());
        }
    }

    public AvPairs Add(AvId id, byte[] value)
    {
        _pairs.Add(new KeyValuePair<AvId, byte[]>(id, value));
        return this;
    }

    public AvPairs Add(AvId id, string value) => Add(id, Encoding.Unicode.GetBytes(value));

    public AvPairs AddFlags(uint flags)
    {
        byte[] octets = new byte[4];
        new WireWriter(octets).UInt32(flags);
        return Add(AvId.Flags, octets);
    }

    public AvPairs Add(AvId id, ulong value)
    {
        byte[] octets = new byte[8];
        new WireWriter(octets).UInt64(value);
        return Add(id, octets);
    }

    public byte[] Encode()
    {
        byte[] octets = new byte[_pairs.Sum(p => 4 + p.Value.Length) + 4];
        WireWriter w = new(octets);
        foreach (KeyValuePair<AvId, byte[]> pair in _pairs)
        {
            w.UInt16((ushort)pair.Key);
            w.UInt16(checked((ushort)pair.Value.Length));
            w.Bytes(pair.Value);
        }

        return octets;
    }
}
