using System;

namespace SmbClient.Wire.Smb2;

/// <summary>What else there is to say of a lease, [MS-SMB2] 2.2.13.2.10 and 2.2.14.2.10.</summary>
[Flags]
internal enum Smb2LeaseFlags : uint
{
    None = 0,
    BreakInProgress = 0x00000002,
    ParentLeaseKeySet = 0x00000004,
}

/// <summary>"RqLs" both ways and in both versions, [MS-SMB2] 2.2.13.2.8, 2.2.13.2.10, 2.2.14.2.10 and 2.2.14.2.11.</summary>
internal readonly record struct LeaseContext
{
    private const int Size = 32;
    private const int SizeV2 = 52;

    public required Guid LeaseKey { get; init; }

    public Smb2LeaseState LeaseState { get; init; }

    public Smb2LeaseFlags Flags { get; init; }

    /// <summary>Version 2, of 3.x, which alone has what follows.</summary>
    public bool IsV2 { get; init; }

    /// <summary>Only with <see cref="Smb2LeaseFlags.ParentLeaseKeySet"/>: the lease of the directory.</summary>
    public Guid ParentLeaseKey { get; init; }

    /// <summary>Counts the changes of the lease.</summary>
    public ushort Epoch { get; init; }

    public CreateContext Encode()
    {
        byte[] data = new byte[IsV2 ? SizeV2 : Size];
        WireWriter w = new(data);
        w.Guid(LeaseKey);
        w.UInt32((uint)LeaseState);
        w.UInt32((uint)Flags);
        w.UInt64(0);
        if (IsV2)
        {
            w.Guid(ParentLeaseKey);
            w.UInt16(Epoch);
        }

        return new CreateContext(CreateContextName.Lease, data);
    }

    public static LeaseContext Decode(CreateContext context)
    {
        WireReader r = new(context.Data);
        LeaseContext lease = new()
        {
            LeaseKey = r.Guid(),
            LeaseState = (Smb2LeaseState)r.UInt32(),
            Flags = (Smb2LeaseFlags)r.UInt32(),
        };
        r.Skip(8);
        return context.Data.Length == Size ? lease : lease with { IsV2 = true, ParentLeaseKey = r.Guid(), Epoch = r.UInt16() };
    }
}
