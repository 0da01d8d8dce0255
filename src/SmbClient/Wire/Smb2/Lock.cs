using System;
using System.Collections.Generic;

namespace SmbClient.Wire.Smb2;

/// <summary>What is done to a range, [MS-SMB2] 2.2.26.1.</summary>
[Flags]
internal enum Smb2LockFlags : uint
{
    None = 0,
    SharedLock = 0x00000001,
    ExclusiveLock = 0x00000002,
    Unlock = 0x00000004,
    FailImmediately = 0x00000010,
}

/// <summary>A range of a file, SMB2_LOCK_ELEMENT, [MS-SMB2] 2.2.26.1.</summary>
/// <param name="Offset">Octets from the start of the file.</param>
/// <param name="Length">Octets.</param>
/// <param name="Flags">What to do.</param>
internal readonly record struct Smb2Lock(ulong Offset, ulong Length, Smb2LockFlags Flags)
{
    public const int Size = 24;

    public static Smb2Lock Read(ref WireReader r)
    {
        Smb2Lock read = new(r.UInt64(), r.UInt64(), (Smb2LockFlags)r.UInt32());
        r.Skip(4);
        return read;
    }

    public void Write(ref WireWriter w)
    {
        w.UInt64(Offset);
        w.UInt64(Length);
        w.UInt32((uint)Flags);
        w.UInt32(0);
    }
}

/// <summary>SMB2 LOCK request: all locks or all unlocks, [MS-SMB2] 2.2.26.</summary>
internal readonly struct LockRequest : ISmb2Body
{
    private const ushort StructureSize = 48;
    private const int FixedSize = StructureSize - Smb2Lock.Size;

    /// <summary>Number in the low 4 bits, index in the other 28; 0 in 2.0.2 and where nothing is replayed.</summary>
    public uint LockSequence { get; init; }

    public required FileId FileId { get; init; }

    /// <summary>At least one; several locks only with <see cref="Smb2LockFlags.FailImmediately"/>.</summary>
    public required IReadOnlyList<Smb2Lock> Locks { get; init; }

    public Smb2Command Command => Smb2Command.Lock;

    public int Size => FixedSize + (Smb2Lock.Size * Locks.Count);

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt16(checked((ushort)Locks.Count));
        w.UInt32(LockSequence);
        FileId.Write(ref w);
        foreach (Smb2Lock range in Locks)
        {
            range.Write(ref w);
        }
    }

    public static LockRequest Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        ushort count = r.UInt16();
        uint sequence = r.UInt32();
        FileId fileId = FileId.Read(ref r);
        if (count * Smb2Lock.Size > r.Remaining)
        {
            throw r.Malformed($"{count} locks in {r.Remaining} octets");
        }

        Smb2Lock[] locks = new Smb2Lock[count];
        for (int i = 0; i < count; i++)
        {
            locks[i] = Smb2Lock.Read(ref r);
        }

        return new LockRequest { LockSequence = sequence, FileId = fileId, Locks = locks };
    }
}

/// <summary>SMB2 LOCK response, [MS-SMB2] 2.2.27.</summary>
internal readonly struct LockResponse : ISmb2Body
{
    public Smb2Command Command => Smb2Command.Lock;

    public int Size => Smb2Buffers.EmptySize;

    public void Write(ref WireWriter w) => Smb2Buffers.WriteEmpty(ref w);

    public static LockResponse Read(ref WireReader r)
    {
        Smb2Buffers.ReadEmpty(ref r);
        return default;
    }
}
