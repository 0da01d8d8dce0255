using System;
using System.Collections.Generic;
using SmbClient.Gss.Kerberos.Pac;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// The signature that the KDC makes over a PAC with the service's own key, [MS-PAC] 2.8.1 and kerberos-pac §10: without it, what a PAC says of a user
/// is nobody's word.
/// </summary>
internal static class PacServerSignature
{
    private const int TypeSize = 4;

    /// <summary>True if the signature is there, of the key's own type, and right.</summary>
    /// <exception cref="MalformedMessageException">The PAC does not decode so far.</exception>
    public static bool Verify(ReadOnlyMemory<byte> pac, KerberosKey key)
    {
        List<PacTable.Entry> buffers = PacTable.Read(pac);
        int server = buffers.FindIndex(b => b.Type == PacBufferType.ServerChecksum);
        int kdc = buffers.FindIndex(b => b.Type == PacBufferType.KdcChecksum);
        if (server < 0 || kdc < 0)
        {
            return false;
        }

        byte[] signed = pac.ToArray();
        (int type, byte[] signature) = Cut(pac, signed, buffers[server]);
        Cut(pac, signed, buffers[kdc]);
        return key.VerifyChecksum(KeyUsage.PacSignature, type, signed, signature);
    }

    /// <summary>True if the PAC was made for this user at this time, as its client information has it, [MS-PAC] 2.7.</summary>
    /// <param name="pac">The PAC.</param>
    /// <param name="authTime">When the user signed in, as the ticket says.</param>
    /// <param name="name">The user without its realm; null where the ticket has it in another form than PACs have.</param>
    /// <exception cref="MalformedMessageException">The PAC does not decode so far.</exception>
    public static bool IsFor(ReadOnlyMemory<byte> pac, DateTimeOffset authTime, string? name)
    {
        List<PacTable.Entry> buffers = PacTable.Read(pac);
        int index = buffers.FindIndex(b => b.Type == PacBufferType.ClientInfo);
        if (index < 0)
        {
            return false;
        }

        WireReader r = new(pac.Slice(buffers[index].Offset, buffers[index].Length));
        long clientId = r.Int64();
        string client = r.Utf16(r.UInt16());
        return FileTime.ToDateTimeOffset(clientId) == authTime && (name is null || string.Equals(client, name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>PAC_SIGNATURE_DATA, whose signature becomes zeros in the copy; its type and the number of a read-only domain controller stay.</summary>
    private static (int Type, byte[] Signature) Cut(ReadOnlyMemory<byte> pac, byte[] signed, PacTable.Entry buffer)
    {
        WireReader r = new(pac.Slice(buffer.Offset, buffer.Length));
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
