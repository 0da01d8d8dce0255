using System;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;

namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>The buffers of a PAC but for the logon information, [MS-PAC] 2.7 to 2.15.</summary>
internal static class PacBuffers
{
    private const int MaxPad = 7;
    private const int PartReferenceSize = 4;
    private const int HmacMd5 = -138;
    private const uint UpnConstructed = 1;
    private const uint UpnExtended = 2;
    private const int AttributeBitsInUse = 2;

    public static PacClientInfo ClientInfo(ReadOnlyMemory<byte> buffer)
    {
        WireReader r = new(buffer);
        long time = r.Int64();
        string name = r.Utf16(r.UInt16());
        return r.Remaining > MaxPad
            ? throw r.Malformed("Something follows the client's name")
            : new PacClientInfo { AuthenticationTime = FileTime.ToDateTimeOffset(time), Name = name };
    }

    public static PacUpnDnsInfo UpnDnsInfo(ReadOnlyMemory<byte> buffer)
    {
        WireReader r = new(buffer);
        WireReader upn = Part(ref r);
        WireReader dns = Part(ref r);
        uint flags = r.UInt32();
        string? samName = null;
        string? sid = null;
        if ((flags & UpnExtended) != 0)
        {
            WireReader sam = Part(ref r);
            WireReader sidPart = Part(ref r);
            samName = sam.Utf16(sam.Remaining);
            sid = Sid.Decode(sidPart.Bytes(sidPart.Remaining));
        }

        return new PacUpnDnsInfo
        {
            UserPrincipalName = upn.Utf16(upn.Remaining),
            DnsDomain = dns.Utf16(dns.Remaining),
            IsUpnConstructed = (flags & UpnConstructed) != 0,
            SamAccountName = samName,
            Sid = sid,
        };
    }

    /// <summary>S4U_DELEGATION_INFO, [MS-PAC] 2.9.</summary>
    public static PacDelegationInfo DelegationInfo(ReadOnlyMemory<byte> buffer)
    {
        NdrReader r = new(buffer);
        NdrString target = r.StringHeader();
        uint count = r.UInt32();
        bool hasServices = r.ArrayPointer(count);
        string proxyTarget = r.StringBody(target);
        string[] services = hasServices ? r.Strings(count) : [];
        r.End();
        return new PacDelegationInfo { ProxyTarget = proxyTarget, TransitedServices = services };
    }

    /// <summary>PAC_ATTRIBUTES_INFO, [MS-PAC] 2.14: a number of bits and as many, of which two have a meaning.</summary>
    public static PacAttributes Attributes(ReadOnlyMemory<byte> buffer)
    {
        WireReader r = new(buffer);
        return r.UInt32() < AttributeBitsInUse ? PacAttributes.None : (PacAttributes)r.UInt32() & (PacAttributes.Requested | PacAttributes.GivenImplicitly);
    }

    /// <summary>PAC_SIGNATURE_DATA, [MS-PAC] 2.8. An RODCIdentifier may follow a signature.</summary>
    public static PacSignature Signature(PacSignatureKind kind, ReadOnlyMemory<byte> buffer)
    {
        WireReader r = new(buffer);
        int algorithm = r.Int32();
        int size = SignatureSize(algorithm) ?? r.Remaining;
        r.Skip(size);
        return new PacSignature(kind, algorithm, size);
    }

    /// <summary>Length and offset of a part, and a reader over it.</summary>
    private static WireReader Part(ref WireReader r)
    {
        ushort length = r.UInt16();
        ushort offset = r.UInt16();
        return r.At(length == 0 ? PartReferenceSize : offset, length);
    }

    /// <summary>[RFC3962] 7, [RFC4757] 4, [RFC8009] 8; null for those that nobody here knows.</summary>
    private static int? SignatureSize(int algorithm) => algorithm switch
    {
        HmacMd5 => 16,
        15 or 16 => 12,
        19 => 16,
        20 => 24,
        _ => null,
    };
}
