namespace SmbClient.Gss.Kerberos.Pac;

/// <summary>The kinds of buffers in a PAC that are read here, [MS-PAC] 2.4; others are left alone.</summary>
internal enum PacBufferType : uint
{
    LogonInfo = 1,
    ServerChecksum = 6,
    KdcChecksum = 7,
    ClientInfo = 10,
    DelegationInfo = 11,
    UpnDnsInfo = 12,
    TicketChecksum = 16,
    AttributesInfo = 17,
    RequestorSid = 18,
    FullChecksum = 19,
}
