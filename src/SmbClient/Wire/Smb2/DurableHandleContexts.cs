using System;

namespace SmbClient.Wire.Smb2;

/// <summary>"DHnQ" both ways, [MS-SMB2] 2.2.13.2.3 and 2.2.14.2.3: a handle that outlives its connection. There is nothing in it.</summary>
internal static class DurableHandle
{
    private const int RequestSize = 16;
    private const int ResponseSize = 8;

    public static CreateContext Request => new(CreateContextName.DurableHandleRequest, new byte[RequestSize]);

    public static CreateContext Response => new(CreateContextName.DurableHandleRequest, new byte[ResponseSize]);
}

/// <summary>"DHnC" of a request, [MS-SMB2] 2.2.13.2.4: open such a handle again.</summary>
/// <param name="FileId">The handle as it was.</param>
internal readonly record struct DurableHandleReconnect(FileId FileId)
{
    public CreateContext Encode()
    {
        byte[] data = new byte[FileId.Size];
        WireWriter w = new(data);
        FileId.Write(ref w);
        return new CreateContext(CreateContextName.DurableHandleReconnect, data);
    }

    public static DurableHandleReconnect Decode(CreateContext context)
    {
        WireReader r = new(context.Data);
        return new DurableHandleReconnect(FileId.Read(ref r));
    }
}

/// <summary>"DH2Q" of a request of 3.x, [MS-SMB2] 2.2.13.2.11.</summary>
/// <param name="Timeout">Milliseconds for which the server keeps the handle; 0 leaves it to the server.</param>
/// <param name="Flags">2: persistent.</param>
/// <param name="CreateGuid">Tells a repeated request from a new one.</param>
internal readonly record struct DurableHandleRequestV2(uint Timeout, uint Flags, Guid CreateGuid)
{
    private const int Size = 32;

    public CreateContext Encode()
    {
        byte[] data = new byte[Size];
        WireWriter w = new(data);
        w.UInt32(Timeout);
        w.UInt32(Flags);
        w.UInt64(0);
        w.Guid(CreateGuid);
        return new CreateContext(CreateContextName.DurableHandleRequestV2, data);
    }

    public static DurableHandleRequestV2 Decode(CreateContext context)
    {
        WireReader r = new(context.Data);
        uint timeout = r.UInt32();
        uint flags = r.UInt32();
        r.Skip(8);
        return new DurableHandleRequestV2(timeout, flags, r.Guid());
    }
}

/// <summary>"DH2Q" of a response of 3.x, [MS-SMB2] 2.2.14.2.12.</summary>
/// <param name="Timeout">Milliseconds for which the server keeps the handle.</param>
/// <param name="Flags">2: persistent.</param>
internal readonly record struct DurableHandleResponseV2(uint Timeout, uint Flags)
{
    private const int Size = 8;

    public CreateContext Encode()
    {
        byte[] data = new byte[Size];
        WireWriter w = new(data);
        w.UInt32(Timeout);
        w.UInt32(Flags);
        return new CreateContext(CreateContextName.DurableHandleRequestV2, data);
    }

    public static DurableHandleResponseV2 Decode(CreateContext context)
    {
        WireReader r = new(context.Data);
        return new DurableHandleResponseV2(r.UInt32(), r.UInt32());
    }
}

/// <summary>"DH2C" of a request of 3.x, [MS-SMB2] 2.2.13.2.12.</summary>
/// <param name="FileId">The handle as it was.</param>
/// <param name="CreateGuid">The one that it was opened with.</param>
/// <param name="Flags">2: persistent.</param>
internal readonly record struct DurableHandleReconnectV2(FileId FileId, Guid CreateGuid, uint Flags)
{
    private const int Size = 36;

    public CreateContext Encode()
    {
        byte[] data = new byte[Size];
        WireWriter w = new(data);
        FileId.Write(ref w);
        w.Guid(CreateGuid);
        w.UInt32(Flags);
        return new CreateContext(CreateContextName.DurableHandleReconnectV2, data);
    }

    public static DurableHandleReconnectV2 Decode(CreateContext context)
    {
        WireReader r = new(context.Data);
        return new DurableHandleReconnectV2(FileId.Read(ref r), r.Guid(), r.UInt32());
    }
}
