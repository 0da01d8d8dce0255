using System;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;

namespace SmbClient.Server.Files;

/// <summary>
/// The security descriptor of every file of a share, [MS-DTYP] 2.4.6: owner and group are the administrators, and everyone has what the share grants.
/// A store has no others.
/// </summary>
internal static class SecurityDescriptor
{
    private const uint Owner = 1;
    private const uint Group = 2;
    private const uint Dacl = 4;

    private const int HeaderSize = 20;
    private const ushort SelfRelative = 0x8000;
    private const ushort DaclPresent = 0x0004;
    private const byte AclRevision = 2;
    private const int AclHeaderSize = 8;
    private const int AceHeaderSize = 8;

    private static readonly byte[] Administrators = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];
    private static readonly byte[] Everyone = [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];

    /// <summary>
    /// A self-relative one with the parts that are wanted. <see cref="NtStatus.BufferTooSmall"/> comes with the size that it would have,
    /// four octets, [MS-SMB2] 2.2.2.
    /// </summary>
    public static QueryOutcome Encode(uint parts, AccessMask everyone, int maxOutput)
    {
        int ownerSize = (parts & Owner) != 0 ? Administrators.Length : 0;
        int groupSize = (parts & Group) != 0 ? Administrators.Length : 0;
        int aclSize = (parts & Dacl) != 0 ? AclHeaderSize + AceHeaderSize + Everyone.Length : 0;
        int size = HeaderSize + ownerSize + groupSize + aclSize;
        if (size > maxOutput)
        {
            return new QueryOutcome(NtStatus.BufferTooSmall, BitConverter.GetBytes(size));
        }

        byte[] output = new byte[size];
        WireWriter w = new(output);
        w.UInt8(1);
        w.UInt8(0);
        w.UInt16((ushort)(SelfRelative | (aclSize > 0 ? DaclPresent : 0)));
        w.Int32(ownerSize > 0 ? HeaderSize : 0);
        w.Int32(groupSize > 0 ? HeaderSize + ownerSize : 0);
        w.Int32(0);
        w.Int32(aclSize > 0 ? HeaderSize + ownerSize + groupSize : 0);
        w.Bytes(Administrators.AsSpan(0, ownerSize));
        w.Bytes(Administrators.AsSpan(0, groupSize));
        if (aclSize > 0)
        {
            WriteAcl(ref w, aclSize, everyone);
        }

        return new QueryOutcome(NtStatus.Success, output);
    }

    private static void WriteAcl(ref WireWriter w, int size, AccessMask everyone)
    {
        w.UInt8(AclRevision);
        w.UInt8(0);
        w.UInt16((ushort)size);
        w.UInt16(1);
        w.UInt16(0);
        w.UInt8(0);
        w.UInt8(0);
        w.UInt16((ushort)(AceHeaderSize + Everyone.Length));
        w.UInt32((uint)everyone);
        w.Bytes(Everyone);
    }
}
