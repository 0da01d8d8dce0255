using System;
using System.Collections.Generic;
using System.Text;

namespace SmbClient.Wire.Smb2;

/// <summary>The hash functions of pre-authentication integrity, [MS-SMB2] 2.2.3.1.1.</summary>
/// <param name="HashAlgorithms">1: SHA-512.</param>
/// <param name="Salt">Random octets, 32 as a rule.</param>
internal sealed record Smb2PreauthIntegrity(IReadOnlyList<ushort> HashAlgorithms, ReadOnlyMemory<byte> Salt);

/// <summary>The compression algorithms, [MS-SMB2] 2.2.3.1.3.</summary>
/// <param name="Algorithms">0 none, 1 LZNT1, 2 LZ77, 3 LZ77+Huffman, 4 Pattern_V1, 5 LZ4.</param>
/// <param name="Flags">1: chained.</param>
internal sealed record Smb2Compression(IReadOnlyList<ushort> Algorithms, uint Flags);

/// <summary>
/// The negotiate contexts of 3.1.1, [MS-SMB2] 2.2.3.1 and 2.2.4.1; null for those that are not there. Of each type there may be one, and
/// pre-authentication integrity must be there; whether a value was offered is for the negotiation to know. Unknown types are skipped.
/// </summary>
internal readonly record struct Smb2NegotiateContexts
{
    private const int HeaderSize = 8;
    private const int Alignment = 8;

    /// <summary>The largest of the parts of fixed size.</summary>
    private const int MaxFixedSize = 8;

    private enum ContextType : ushort
    {
        PreauthIntegrity = 0x0001,
        Encryption = 0x0002,
        Compression = 0x0003,
        Netname = 0x0005,
        Transport = 0x0006,
        RdmaTransform = 0x0007,
        Signing = 0x0008,
    }

    public Smb2PreauthIntegrity? PreauthIntegrity { get; init; }

    /// <summary>Ciphers, the preferred one first; in responses one, which is 0 where none is common.</summary>
    public IReadOnlyList<SmbCipher>? Encryption { get; init; }

    /// <summary>Signing algorithms, the preferred one first; in responses one.</summary>
    public IReadOnlyList<SmbSigningAlgorithm>? Signing { get; init; }

    /// <summary>Only in requests: the name that the client knows the server by.</summary>
    public string? Netname { get; init; }

    public Smb2Compression? Compression { get; init; }

    /// <summary>0 none, 1 encryption, 2 signing.</summary>
    public IReadOnlyList<ushort>? RdmaTransform { get; init; }

    /// <summary>Flags; 1: the transport's security is good enough.</summary>
    public uint? Transport { get; init; }

    /// <summary>Octets that <see cref="Write"/> takes at most.</summary>
    public int Size =>
        (7 * (HeaderSize + MaxFixedSize + Alignment))
        + (2 * (PreauthIntegrity?.HashAlgorithms.Count ?? 0)) + (PreauthIntegrity?.Salt.Length ?? 0)
        + (2 * (Encryption?.Count ?? 0))
        + (2 * (Compression?.Algorithms.Count ?? 0))
        + (2 * (Signing?.Count ?? 0))
        + (2 * (RdmaTransform?.Count ?? 0))
        + (2 * (Netname?.Length ?? 0));

    /// <summary>Writes the list, which begins at a multiple of 8.</summary>
    /// <returns>NegotiateContextCount.</returns>
    public ushort Write(ref WireWriter w)
    {
        ushort count = 0;
        if (PreauthIntegrity is { } preauthIntegrity)
        {
            int begin = Begin(ref w, ContextType.PreauthIntegrity, ref count);
            w.UInt16(checked((ushort)preauthIntegrity.HashAlgorithms.Count));
            w.UInt16(checked((ushort)preauthIntegrity.Salt.Length));
            WriteIds(ref w, preauthIntegrity.HashAlgorithms);
            w.Bytes(preauthIntegrity.Salt.Span);
            End(ref w, begin);
        }

        if (Encryption is { } ciphers)
        {
            int begin = Begin(ref w, ContextType.Encryption, ref count);
            w.UInt16(checked((ushort)ciphers.Count));
            foreach (SmbCipher cipher in ciphers)
            {
                w.UInt16((ushort)cipher);
            }

            End(ref w, begin);
        }

        if (Compression is { } compression)
        {
            int begin = Begin(ref w, ContextType.Compression, ref count);
            w.UInt16(checked((ushort)compression.Algorithms.Count));
            w.UInt16(0);
            w.UInt32(compression.Flags);
            WriteIds(ref w, compression.Algorithms);
            End(ref w, begin);
        }

        if (Signing is { } algorithms)
        {
            int begin = Begin(ref w, ContextType.Signing, ref count);
            w.UInt16(checked((ushort)algorithms.Count));
            foreach (SmbSigningAlgorithm algorithm in algorithms)
            {
                w.UInt16((ushort)algorithm);
            }

            End(ref w, begin);
        }

        if (RdmaTransform is { } transforms)
        {
            int begin = Begin(ref w, ContextType.RdmaTransform, ref count);
            w.UInt16(checked((ushort)transforms.Count));
            w.Skip(6);
            WriteIds(ref w, transforms);
            End(ref w, begin);
        }

        if (Transport is { } transport)
        {
            int begin = Begin(ref w, ContextType.Transport, ref count);
            w.UInt32(transport);
            End(ref w, begin);
        }

        if (Netname is { } netname)
        {
            int begin = Begin(ref w, ContextType.Netname, ref count);
            w.Text(Encoding.Unicode, netname);
            End(ref w, begin);
        }

        return count;
    }

    /// <summary>Reads the list of <paramref name="count"/> contexts at <paramref name="offset"/> in the message of <paramref name="r"/>.</summary>
    public static Smb2NegotiateContexts Read(in WireReader r, uint offset, ushort count)
    {
        if (offset < r.Position || offset % Alignment != 0)
        {
            throw r.Malformed($"Negotiate contexts at offset {offset}");
        }

        WireReader list = r.At(offset, (long)r.Position + r.Remaining - offset);
        if (count * HeaderSize > list.Remaining)
        {
            throw list.Malformed($"{count} negotiate contexts in {list.Remaining} octets");
        }

        Smb2NegotiateContexts contexts = default;
        for (int i = 0; i < count; i++)
        {
            list.Align(Alignment);
            ContextType type = (ContextType)list.UInt16();
            ushort length = list.UInt16();
            list.Skip(4);
            contexts = contexts.With(type, new WireReader(list.Bytes(length)));
        }

        return contexts.PreauthIntegrity is null ? throw list.Malformed("No context for pre-authentication integrity") : contexts;
    }

    /// <summary>Identifiers of 16 bits, as many as are announced.</summary>
    public static ushort[] ReadIds(ref WireReader r, int count)
    {
        if (count * sizeof(ushort) > r.Remaining)
        {
            throw r.Malformed($"{count} identifiers in {r.Remaining} octets");
        }

        ushort[] ids = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = r.UInt16();
        }

        return ids;
    }

    private Smb2NegotiateContexts With(ContextType type, WireReader data) => type switch
    {
        ContextType.PreauthIntegrity => this with { PreauthIntegrity = ReadPreauthIntegrity(Once(PreauthIntegrity, data)) },
        ContextType.Encryption => this with { Encryption = Array.ConvertAll(ReadSome(Once(Encryption, data)), static id => (SmbCipher)id) },
        ContextType.Compression => this with { Compression = ReadCompression(Once(Compression, data)) },
        ContextType.Signing => this with { Signing = Array.ConvertAll(ReadSome(Once(Signing, data)), static id => (SmbSigningAlgorithm)id) },
        ContextType.RdmaTransform => this with { RdmaTransform = ReadRdmaTransform(Once(RdmaTransform, data)) },
        ContextType.Transport => this with { Transport = Once(Transport, data).UInt32() },
        ContextType.Netname => this with { Netname = ReadNetname(Once(Netname, data)) },
        _ => this,
    };

    private static WireReader Once(object? previous, WireReader data) =>
        previous is null ? data : throw data.Malformed("Two negotiate contexts of one type");

    private static Smb2PreauthIntegrity ReadPreauthIntegrity(WireReader data)
    {
        ushort count = data.UInt16();
        ushort saltLength = data.UInt16();
        ushort[] algorithms = ReadSome(data, count, out WireReader rest);
        return new Smb2PreauthIntegrity(algorithms, rest.Bytes(saltLength));
    }

    private static Smb2Compression ReadCompression(WireReader data)
    {
        ushort count = data.UInt16();
        data.Skip(2);
        uint flags = data.UInt32();
        return new Smb2Compression(ReadSome(data, count, out _), flags);
    }

    private static ushort[] ReadRdmaTransform(WireReader data)
    {
        ushort count = data.UInt16();
        data.Skip(6);
        return ReadIds(ref data, count);
    }

    private static string ReadNetname(WireReader data) => data.Utf16(data.Remaining);

    /// <summary>A count, which must not be 0, and identifiers.</summary>
    private static ushort[] ReadSome(WireReader data)
    {
        ushort count = data.UInt16();
        return ReadSome(data, count, out _);
    }

    private static ushort[] ReadSome(WireReader data, ushort count, out WireReader rest)
    {
        rest = data;
        return count > 0 ? ReadIds(ref rest, count) : throw data.Malformed("A negotiate context without any identifier");
    }

    private static int Begin(ref WireWriter w, ContextType type, ref ushort count)
    {
        w.Align(Alignment);
        w.UInt16((ushort)type);
        int length = w.Position;
        w.UInt16(0);
        w.UInt32(0);
        count++;
        return length;
    }

    private static void End(ref WireWriter w, int lengthPosition) =>
        w.PatchUInt16(lengthPosition, checked((ushort)(w.Position - lengthPosition - 6)));

    private static void WriteIds(ref WireWriter w, IReadOnlyList<ushort> ids)
    {
        foreach (ushort id in ids)
        {
            w.UInt16(id);
        }
    }
}
