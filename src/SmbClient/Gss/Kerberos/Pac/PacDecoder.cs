using System;
using System.Collections.Generic;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>
/// A whole PAC, [MS-PAC] 2.3. Whoever has the service's key can make one, so nothing in it is trusted: the table is checked whole before the first buffer
/// is read, and no count is believed before its octets are there.
/// </summary>
internal static class PacDecoder
{
    public static KerberosPac Decode(ReadOnlyMemory<byte> pac)
    {
        Dictionary<PacBufferType, ReadOnlyMemory<byte>> buffers = [];
        List<PacSignature> signatures = [];
        foreach (PacTable.Entry entry in PacTable.Read(pac))
        {
            ReadOnlyMemory<byte> buffer = pac.Slice(entry.Offset, entry.Length);
            if (SignatureKind(entry.Type) is { } kind)
            {
                signatures.Add(PacBuffers.Signature(kind, buffer));
            }
            else
            {
                buffers[entry.Type] = buffer;
            }
        }

        KerberosPac decoded = new()
        {
            LogonInfo = Read(PacBufferType.LogonInfo, LogonInfoDecoder.Decode),
            ClientInfo = Read(PacBufferType.ClientInfo, PacBuffers.ClientInfo),
            UpnDnsInfo = Read(PacBufferType.UpnDnsInfo, PacBuffers.UpnDnsInfo),
            RequestorSid = Read(PacBufferType.RequestorSid, Sid.Decode),
            Attributes = buffers.TryGetValue(PacBufferType.AttributesInfo, out ReadOnlyMemory<byte> attributes) ? PacBuffers.Attributes(attributes) : null,
            DelegationInfo = Read(PacBufferType.DelegationInfo, PacBuffers.DelegationInfo),
            Signatures = signatures,
        };
        RequireOneUser(decoded);
        return decoded;

        T? Read<T>(PacBufferType type, Func<ReadOnlyMemory<byte>, T> decode)
            where T : class => buffers.TryGetValue(type, out ReadOnlyMemory<byte> buffer) ? decode(buffer) : null;
    }

    /// <summary>All parts are of the same user, [MS-PAC] 2.10 and 2.15.</summary>
    private static void RequireOneUser(KerberosPac pac)
    {
        if (pac.UserSid is { } user && ((pac.UpnDnsInfo?.Sid ?? user) != user || (pac.RequestorSid ?? user) != user))
        {
            throw new MalformedMessageException("The parts of the PAC are of several users");
        }
    }

    private static PacSignatureKind? SignatureKind(PacBufferType type) => type switch
    {
        PacBufferType.ServerChecksum => PacSignatureKind.Server,
        PacBufferType.KdcChecksum => PacSignatureKind.Kdc,
        PacBufferType.TicketChecksum => PacSignatureKind.Ticket,
        PacBufferType.FullChecksum => PacSignatureKind.Full,
        _ => null,
    };
}
