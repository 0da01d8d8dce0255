using System;
using System.Collections.Generic;
using System.Linq;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// The signature that the KDC makes over a PAC with the service's own key, [MS-PAC] 2.8.1 and kerberos-pac §10: without it, what a PAC says of a user
/// is nobody's word.
/// </summary>
internal static class PacServerSignature
{
    public const uint ServerChecksum = 6;

    private const uint KdcChecksum = 7;
    private const uint ClientInfo = 10;
    private const int HeaderSize = 8;
    private const int EntrySize = 16;
    private const int Alignment = 8;
    private const int MaxBuffers = 64;
    private const int TypeSize = 4;

    /// <summary>True if the signature is there, of the key's own type, and right.</summary>
    /// <exception cref="MalformedMessageException">The PAC does not decode so far.</exception>
    public static bool Verify(ReadOnlyMemory<byte> pac, KerberosKey key)
    {
        List<(uint Type, int Offset, int Size)> buffers = ReadBuffers(pac);
        if (buffers.Count(b => b.Type == ServerChecksum) != 1 || buffers.Count(b => b.Type == KdcChecksum) != 1)
        {
            return false;
        }

        byte[] signed = pac.ToArray();
        (int type, byte[] signature) = Cut(pac, signed, buffers.Single(b => b.Type == ServerChecksum));
        Cut(pac, signed, buffers.Single(b => b.Type == KdcChecksum));
        return key.VerifyChecksum(KeyUsage.PacSignature, type, signed, signature);
    }

    /// <summary>True if the PAC was made for this user at this time, as its client information has it, [MS-PAC] 2.7.</summary>
    /// <param name="pac">The PAC.</param>
    /// <param name="authTime">When the user signed in, as the ticket says.</param>
    /// <param name="name">The user without its realm; null where the ticket has it in another form than PACs have.</param>
    /// <exception cref="MalformedMessageException">The PAC does not decode so far.</exception>
    public static bool IsFor(ReadOnlyMemory<byte> pac, DateTimeOffset authTime, string? name)
    {
        List<(uint Type, int Offset, int Size)> found = [.. ReadBuffers(pac).Where(b => b.Type == ClientInfo)];
        if (found.Count != 1)
        {
            return false;
        }

        WireReader r = new(pac.Slice(found[0].Offset, found[0].Size));
        long clientId = r.Int64();
        string client = r.Utf16(r.UInt16());
        return FileTime.ToDateTimeOffset(clientId) == authTime && (name is null || string.Equals(client, name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>PACTYPE with all its bounds: no buffer lies outside, in the list itself, or in another one.</summary>
    private static List<(uint Type, int Offset, int Size)> ReadBuffers(ReadOnlyMemory<byte> pac)
    {
        WireReader r = new(pac);
        uint count = r.UInt32();
        if (count > MaxBuffers || r.UInt32() != 0)
        {
            throw r.Malformed("A PAC of another version, or of too many buffers");
        }

        List<(uint Type, int Offset, int Size)> buffers = [];
        for (uint i = 0; i < count; i++)
        {
            uint type = r.UInt32();
            uint size = r.UInt32();
            ulong offset = r.UInt64();
            if (offset % Alignment != 0 || offset < HeaderSize + (EntrySize * count) || offset > (ulong)pac.Length || size > (ulong)pac.Length - offset)
            {
                throw r.Malformed($"Buffer {type} of the PAC lies where it cannot");
            }

            buffers.Add((type, (int)offset, (int)size));
        }

        int end = 0;
        foreach ((uint type, int offset, int size) in buffers.OrderBy(b => b.Offset).ThenBy(b => b.Size))
        {
            end = offset >= end ? offset + size : throw r.Malformed($"Buffer {type} of the PAC lies in another one");
        }

        return buffers;
    }

    /// <summary>PAC_SIGNATURE_DATA, whose signature becomes zeros in the copy; its type and the number of a read-only domain controller stay.</summary>
    private static (int Type, byte[] Signature) Cut(ReadOnlyMemory<byte> pac, byte[] signed, (uint Type, int Offset, int Size) buffer)
    {
        WireReader r = new(pac.Slice(buffer.Offset, buffer.Size));
        int type = r.Int32();
        int length = type switch
        {
            15 or 16 => 12,
            19 or -138 => 16,
            20 => 24,
            _ => throw r.Malformed($"A PAC signature of type {type}"),
        };
        byte[] signature = r.Bytes(length).ToArray();
        signed.AsSpan(buffer.Offset + TypeSize, length).Clear();
        return (type, signature);
    }
}
