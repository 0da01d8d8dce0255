using System;
using System.Buffers.Binary;
using SmbClient.Wire.Smb2;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>Changes to messages that are ready to leave.</summary>
internal static class Octets
{
    public static bool IsOf(byte[] frame, Smb2Command command) => CommandOf(frame) == command;

    /// <summary>The command of a plain message; null of a sealed one.</summary>
    public static Smb2Command? CommandOf(byte[] frame) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame) == Smb2Header.ProtocolId
            ? (Smb2Command)BinaryPrimitives.ReadUInt16LittleEndian(frame.AsSpan(Smb2Header.CommandPosition))
            : null;

    public static byte[] Flip(byte[] frame, int position, byte bits = 0x01)
    {
        byte[] changed = (byte[])frame.Clone();
        changed[position >= 0 ? position : frame.Length + position] ^= bits;
        return changed;
    }

    public static byte[] With16(byte[] frame, int position, ushort value)
    {
        byte[] changed = (byte[])frame.Clone();
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(position), value);
        return changed;
    }

    public static byte[] With32(byte[] frame, int position, uint value)
    {
        byte[] changed = (byte[])frame.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(position), value);
        return changed;
    }

    public static byte[] With64(byte[] frame, int position, ulong value)
    {
        byte[] changed = (byte[])frame.Clone();
        BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(position), value);
        return changed;
    }

    /// <summary>The message without its signature: neither the flag nor the octets.</summary>
    public static byte[] Unsigned(byte[] frame)
    {
        byte[] changed = Flip(frame, Smb2Header.FlagsPosition, (byte)Smb2HeaderFlags.Signed);
        changed.AsSpan(Smb2Header.SignaturePosition, 16).Clear();
        return changed;
    }
}
