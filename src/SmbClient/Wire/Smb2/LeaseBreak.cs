using System;

namespace SmbClient.Wire.Smb2;

/// <summary>What a lease allows to cache, [MS-SMB2] 2.2.13.2.8.</summary>
[Flags]
internal enum Smb2LeaseState : uint
{
    None = 0,
    ReadCaching = 0x00000001,
    HandleCaching = 0x00000002,
    WriteCaching = 0x00000004,
}

/// <summary>SMB2 OPLOCK_BREAK of a lease, from the server, [MS-SMB2] 2.2.23.2.</summary>
internal readonly struct LeaseBreakNotification : ISmb2Body
{
    public const ushort StructureSize = 44;

    private const uint AckRequiredFlag = 0x00000001;

    /// <summary>Only of a lease of version 2: counts its changes.</summary>
    public ushort NewEpoch { get; init; }

    /// <summary>The server waits for the acknowledgment.</summary>
    public bool IsAckRequired { get; init; }

    public required Guid LeaseKey { get; init; }

    public Smb2LeaseState CurrentLeaseState { get; init; }

    public Smb2LeaseState NewLeaseState { get; init; }

    public Smb2Command Command => Smb2Command.OplockBreak;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(NewEpoch);
        w.UInt32(IsAckRequired ? AckRequiredFlag : 0);
        w.Guid(LeaseKey);
        w.UInt32((uint)CurrentLeaseState);
        w.UInt32((uint)NewLeaseState);
        w.Skip(12);
    }

    public static LeaseBreakNotification Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        LeaseBreakNotification notification = new()
        {
            NewEpoch = r.UInt16(),
            IsAckRequired = (r.UInt32() & AckRequiredFlag) != 0,
            LeaseKey = r.Guid(),
            CurrentLeaseState = (Smb2LeaseState)r.UInt32(),
            NewLeaseState = (Smb2LeaseState)r.UInt32(),
        };
        r.Skip(12);
        return notification;
    }
}

/// <summary>The acknowledgment of a lease break, and the response to it, [MS-SMB2] 2.2.24.2 and 2.2.25.2.</summary>
internal readonly struct LeaseBreakAcknowledgment : ISmb2Body
{
    public const ushort StructureSize = 36;

    public required Guid LeaseKey { get; init; }

    public Smb2LeaseState LeaseState { get; init; }

    public Smb2Command Command => Smb2Command.OplockBreak;

    public int Size => StructureSize;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(0);
        w.UInt32(0);
        w.Guid(LeaseKey);
        w.UInt32((uint)LeaseState);
        w.UInt64(0);
    }

    public static LeaseBreakAcknowledgment Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        r.Skip(6);
        LeaseBreakAcknowledgment acknowledgment = new() { LeaseKey = r.Guid(), LeaseState = (Smb2LeaseState)r.UInt32() };
        r.Skip(8);
        return acknowledgment;
    }
}
