using System;
using System.Collections.Generic;

namespace SmbClient.Wire.Smb2;

/// <summary>The input of FSCTL_VALIDATE_NEGOTIATE_INFO: what the client said in NEGOTIATE, [MS-SMB2] 2.2.31.4.</summary>
internal readonly struct ValidateNegotiateInfoRequest
{
    private const int FixedSize = 24;

    public required Smb2Capabilities Capabilities { get; init; }

    public required Guid ClientGuid { get; init; }

    public required Smb2SecurityMode SecurityMode { get; init; }

    public required IReadOnlyList<SmbDialect> Dialects { get; init; }

    public int Size => FixedSize + (2 * Dialects.Count);

    public void Write(ref WireWriter w)
    {
        w.UInt32((uint)Capabilities);
        w.Guid(ClientGuid);
        w.UInt16((ushort)SecurityMode);
        w.UInt16(checked((ushort)Dialects.Count));
        foreach (SmbDialect dialect in Dialects)
        {
            w.UInt16((ushort)dialect);
        }
    }

    public static ValidateNegotiateInfoRequest Read(ref WireReader r)
    {
        Smb2Capabilities capabilities = (Smb2Capabilities)r.UInt32();
        Guid clientGuid = r.Guid();
        Smb2SecurityMode securityMode = (Smb2SecurityMode)r.UInt16();
        ushort count = r.UInt16();
        return new ValidateNegotiateInfoRequest
        {
            Capabilities = capabilities,
            ClientGuid = clientGuid,
            SecurityMode = securityMode,
            Dialects = Array.ConvertAll(Smb2NegotiateContexts.ReadIds(ref r, count), static id => (SmbDialect)id),
        };
    }
}

/// <summary>The output of FSCTL_VALIDATE_NEGOTIATE_INFO: what the server answered to NEGOTIATE, [MS-SMB2] 2.2.32.6.</summary>
internal readonly struct ValidateNegotiateInfoResponse
{
    public const int Size = 24;

    public required Smb2Capabilities Capabilities { get; init; }

    public required Guid ServerGuid { get; init; }

    public required Smb2SecurityMode SecurityMode { get; init; }

    /// <summary>The DialectRevision.</summary>
    public required ushort Dialect { get; init; }

    public void Write(ref WireWriter w)
    {
        w.UInt32((uint)Capabilities);
        w.Guid(ServerGuid);
        w.UInt16((ushort)SecurityMode);
        w.UInt16(Dialect);
    }

    public static ValidateNegotiateInfoResponse Read(ref WireReader r) => new()
    {
        Capabilities = (Smb2Capabilities)r.UInt32(),
        ServerGuid = r.Guid(),
        SecurityMode = (Smb2SecurityMode)r.UInt16(),
        Dialect = r.UInt16(),
    };
}
