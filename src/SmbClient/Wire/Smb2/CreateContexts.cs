using System;

namespace SmbClient.Wire.Smb2;

/// <summary>The names of create contexts, [MS-SMB2] 2.2.13.2.</summary>
internal static class CreateContextName
{
    public static ReadOnlyMemory<byte> MaximalAccess { get; } = "MxAc"u8.ToArray();

    public static ReadOnlyMemory<byte> QueryOnDiskId { get; } = "QFid"u8.ToArray();

    public static ReadOnlyMemory<byte> TimewarpToken { get; } = "TWrp"u8.ToArray();

    public static ReadOnlyMemory<byte> AllocationSize { get; } = "AlSi"u8.ToArray();

    public static ReadOnlyMemory<byte> DurableHandleRequest { get; } = "DHnQ"u8.ToArray();

    public static ReadOnlyMemory<byte> DurableHandleReconnect { get; } = "DHnC"u8.ToArray();

    public static ReadOnlyMemory<byte> DurableHandleRequestV2 { get; } = "DH2Q"u8.ToArray();

    public static ReadOnlyMemory<byte> DurableHandleReconnectV2 { get; } = "DH2C"u8.ToArray();

    public static ReadOnlyMemory<byte> Lease { get; } = "RqLs"u8.ToArray();
}

/// <summary>"MxAc" of a request, [MS-SMB2] 2.2.13.2.5: tell what this user may do with the file.</summary>
/// <param name="Timestamp">100 ns ticks since 1601, UTC: only if it changed since; null for always.</param>
internal readonly record struct MaximalAccessRequest(long? Timestamp)
{
    public CreateContext Encode()
    {
        if (Timestamp is not { } timestamp)
        {
            return new CreateContext(CreateContextName.MaximalAccess, default);
        }

        byte[] data = new byte[sizeof(long)];
        new WireWriter(data).Int64(timestamp);
        return new CreateContext(CreateContextName.MaximalAccess, data);
    }

    public static MaximalAccessRequest Decode(CreateContext context) =>
        new(context.Data.IsEmpty ? null : new WireReader(context.Data).Int64());
}

/// <summary>"MxAc" of a response, [MS-SMB2] 2.2.14.2.5.</summary>
/// <param name="QueryStatus">Whether the server knows it.</param>
/// <param name="MaximalAccess">An access mask.</param>
internal readonly record struct MaximalAccessResponse(NtStatus QueryStatus, uint MaximalAccess)
{
    private const int Size = 8;

    public CreateContext Encode()
    {
        byte[] data = new byte[Size];
        WireWriter w = new(data);
        w.UInt32((uint)QueryStatus);
        w.UInt32(MaximalAccess);
        return new CreateContext(CreateContextName.MaximalAccess, data);
    }

    public static MaximalAccessResponse Decode(CreateContext context)
    {
        WireReader r = new(context.Data);
        return new MaximalAccessResponse((NtStatus)r.UInt32(), r.UInt32());
    }
}

/// <summary>"QFid" of a response, [MS-SMB2] 2.2.14.2.9: which file it is. That of a request has no data.</summary>
/// <param name="DiskFileId">The file within the volume.</param>
/// <param name="VolumeId">The volume within the server.</param>
internal readonly record struct QueryOnDiskIdResponse(ulong DiskFileId, ulong VolumeId)
{
    private const int Size = 32;

    /// <summary>"QFid" of a request, [MS-SMB2] 2.2.13.2.9.</summary>
    public static CreateContext Request => new(CreateContextName.QueryOnDiskId, default);

    public CreateContext Encode()
    {
        byte[] data = new byte[Size];
        WireWriter w = new(data);
        w.UInt64(DiskFileId);
        w.UInt64(VolumeId);
        return new CreateContext(CreateContextName.QueryOnDiskId, data);
    }

    public static QueryOnDiskIdResponse Decode(CreateContext context)
    {
        WireReader r = new(context.Data);
        return new QueryOnDiskIdResponse(r.UInt64(), r.UInt64());
    }
}

/// <summary>"TWrp" of a request, [MS-SMB2] 2.2.13.2.7: the file as it was in a snapshot.</summary>
/// <param name="Timestamp">When the snapshot was taken, in 100 ns ticks since 1601, UTC.</param>
internal readonly record struct TimewarpToken(long Timestamp)
{
    public CreateContext Encode()
    {
        byte[] data = new byte[sizeof(long)];
        new WireWriter(data).Int64(Timestamp);
        return new CreateContext(CreateContextName.TimewarpToken, data);
    }

    public static TimewarpToken Decode(CreateContext context) => new(new WireReader(context.Data).Int64());
}

/// <summary>"AlSi" of a request, [MS-SMB2] 2.2.13.2.6: how much room the file will need.</summary>
/// <param name="AllocationSize">Octets.</param>
internal readonly record struct AllocationSizeRequest(ulong AllocationSize)
{
    public CreateContext Encode()
    {
        byte[] data = new byte[sizeof(ulong)];
        new WireWriter(data).UInt64(AllocationSize);
        return new CreateContext(CreateContextName.AllocationSize, data);
    }

    public static AllocationSizeRequest Decode(CreateContext context) => new(new WireReader(context.Data).UInt64());
}
