using System;
using System.Buffers.Binary;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// The checksum of type 0x8003, [RFC4121] 4.1.1: no checksum at all but what GSS has to say, inside the encrypted authenticator.
/// </summary>
internal sealed class GssChecksum
{
    public const int Type = 0x8003;

    /// <summary>GSS_C_DCE_STYLE: a third leg, which only DCE has.</summary>
    public const uint DceStyle = 0x1000;

    public const int BindingsSize = 16;

    private const int FixedSize = 24;
    private const int DelegationHeaderSize = 4;
    private const ushort DelegationOption = 1;

    /// <summary>The hash of the channel bindings; zeros for none.</summary>
    public byte[] Bindings { get; private init; } = new byte[BindingsSize];

    public uint Flags { get; private init; }

    /// <summary>A KRB-CRED; empty where there is none, or where it does not fit.</summary>
    public ReadOnlyMemory<byte> Delegation { get; private init; }

    /// <summary>Null where it is too short, or not of this form.</summary>
    public static GssChecksum? Decode(ReadOnlyMemory<byte> value)
    {
        ReadOnlySpan<byte> span = value.Span;
        if (span.Length < FixedSize || BinaryPrimitives.ReadUInt32LittleEndian(span) != BindingsSize)
        {
            return null;
        }

        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(span.Slice(4 + BindingsSize));
        ReadOnlyMemory<byte> delegation = default;
        if ((flags & (uint)GssContextFlags.Delegate) != 0 && span.Length >= FixedSize + DelegationHeaderSize)
        {
            int option = BinaryPrimitives.ReadUInt16LittleEndian(span.Slice(FixedSize));
            int length = BinaryPrimitives.ReadUInt16LittleEndian(span.Slice(FixedSize + 2));
            if (option == DelegationOption && length <= span.Length - FixedSize - DelegationHeaderSize)
            {
                delegation = value.Slice(FixedSize + DelegationHeaderSize, length);
            }
        }

        return new GssChecksum { Bindings = span.Slice(4, BindingsSize).ToArray(), Flags = flags, Delegation = delegation };
    }

    public static byte[] Encode(ReadOnlySpan<byte> bindings, uint flags, ReadOnlySpan<byte> delegation = default)
    {
        byte[] value = new byte[FixedSize + (delegation.IsEmpty ? 0 : DelegationHeaderSize + delegation.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(value, BindingsSize);
        bindings.CopyTo(value.AsSpan(4));
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(4 + BindingsSize), flags);
        if (!delegation.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(value.AsSpan(FixedSize), DelegationOption);
            BinaryPrimitives.WriteUInt16LittleEndian(value.AsSpan(FixedSize + 2), (ushort)delegation.Length);
            delegation.CopyTo(value.AsSpan(FixedSize + DelegationHeaderSize));
        }

        return value;
    }
}
