using System;
using System.Collections.Generic;

namespace SmbClient.Wire.Smb1;

/// <summary>TypeOfLock, [MS-CIFS] 2.2.4.32.1.</summary>
[Flags]
internal enum LockType : byte
{
    Exclusive = 0x00,
    Shared = 0x01,
    OplockRelease = 0x02,
    ChangeLockType = 0x04,
    CancelLock = 0x08,
    LargeFiles = 0x10,
}

/// <summary>One range of octets, [MS-CIFS] 2.2.4.32.1.</summary>
internal readonly record struct LockRange
{
    public required ushort Pid { get; init; }

    public required ulong Offset { get; init; }

    public required ulong Length { get; init; }
}

/// <summary>SMB_COM_LOCKING_ANDX request, [MS-CIFS] 2.2.4.32.1. Ranges have 64 bits with <see cref="LockType.LargeFiles"/>, else 32.</summary>
internal readonly struct LockingRequest : ISmb1Body
{
    private const byte WordCount = 8;
    private const int LargeRangeSize = 20;
    private const int SmallRangeSize = 10;

    public required ushort Fid { get; init; }

    public required LockType TypeOfLock { get; init; }

    public byte NewOplockLevel { get; init; }

    /// <summary>Milliseconds that the server may wait; 0 not at all, 0xFFFFFFFF for ever.</summary>
    public uint Timeout { get; init; }

    public IReadOnlyList<LockRange> Unlocks { get; init; }

    public IReadOnlyList<LockRange> Locks { get; init; }

    public Smb1Command Command => Smb1Command.LockingAndX;

    public int MaxSize(in Smb1Strings strings) =>
        Smb1Words.Frame + (2 * WordCount) + (LargeRangeSize * ((Unlocks?.Count ?? 0) + (Locks?.Count ?? 0)));

    public void Write(ref WireWriter w, in Smb1Strings strings)
    {
        w.UInt8(WordCount);
        Smb1AndX.WriteEnd(ref w);
        w.UInt16(Fid);
        w.UInt8((byte)TypeOfLock);
        w.UInt8(NewOplockLevel);
        w.UInt32(Timeout);
        w.UInt16((ushort)(Unlocks?.Count ?? 0));
        w.UInt16((ushort)(Locks?.Count ?? 0));
        int bytes = Smb1Words.BeginBytes(ref w);
        WriteRanges(ref w, Unlocks);
        WriteRanges(ref w, Locks);
        Smb1Words.EndBytes(ref w, bytes);
    }

    public static LockingRequest Read(ref WireReader r, in Smb1Strings strings)
    {
        Smb1Words.Expect(ref r, WordCount);
        r.Skip(4);
        ushort fid = r.UInt16();
        LockType type = (LockType)r.UInt8();
        byte oplock = r.UInt8();
        uint timeout = r.UInt32();
        int unlocks = r.UInt16();
        int locks = r.UInt16();
        WireReader bytes = Smb1Words.Bytes(ref r);
        bool large = (type & LockType.LargeFiles) != 0;
        return new LockingRequest
        {
            Fid = fid,
            TypeOfLock = type,
            NewOplockLevel = oplock,
            Timeout = timeout,
            Unlocks = ReadRanges(ref bytes, unlocks, large),
            Locks = ReadRanges(ref bytes, locks, large),
        };
    }

    private static LockRange[] ReadRanges(ref WireReader r, int count, bool large)
    {
        if ((long)count * (large ? LargeRangeSize : SmallRangeSize) > r.Remaining)
        {
            throw r.Malformed($"{count} ranges do not fit");
        }

        LockRange[] ranges = new LockRange[count];
        for (int i = 0; i < count; i++)
        {
            ushort pid = r.UInt16();
            if (!large)
            {
                ranges[i] = new LockRange { Pid = pid, Offset = r.UInt32(), Length = r.UInt32() };
                continue;
            }

            r.Skip(2);
            ulong offset = (ulong)r.UInt32() << 32;
            offset |= r.UInt32();
            ulong length = (ulong)r.UInt32() << 32;
            length |= r.UInt32();
            ranges[i] = new LockRange { Pid = pid, Offset = offset, Length = length };
        }

        return ranges;
    }

    private void WriteRanges(ref WireWriter w, IReadOnlyList<LockRange>? ranges)
    {
        foreach (LockRange range in ranges ?? [])
        {
            w.UInt16(range.Pid);
            if ((TypeOfLock & LockType.LargeFiles) == 0)
            {
                w.UInt32(checked((uint)range.Offset));
                w.UInt32(checked((uint)range.Length));
                continue;
            }

            w.UInt16(0);
            w.UInt32((uint)(range.Offset >> 32));
            w.UInt32((uint)range.Offset);
            w.UInt32((uint)(range.Length >> 32));
            w.UInt32((uint)range.Length);
        }
    }
}
