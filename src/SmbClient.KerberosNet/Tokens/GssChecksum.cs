using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using SmbClient.Gss;

namespace SmbClient.KerberosNet.Tokens;

/// <summary>The authenticator's "checksum" 0x8003, [RFC4121] 4.1.1: channel bindings, flags and a delegated credential. Kerberos.NET's reads lengths as signed.</summary>
internal sealed class GssChecksum
{
    public const int Type = 0x8003;

    private const int BindingsSize = 16;
    private const int FixedSize = 4 + BindingsSize + 4;
    private const ushort DelegationOption = 1;

    /// <summary>16 octets; zeros for none.</summary>
    public required byte[] Bindings { get; init; }

    public required GssContextFlags Flags { get; init; }

    /// <summary>A KRB-CRED; empty for none. At most 65535 octets.</summary>
    public ReadOnlyMemory<byte> Credential { get; init; }

    /// <summary>The MD5 of gss_channel_bindings with application data only, [RFC4121] 4.1.1.2; zeros for none.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> applicationData)
    {
        if (applicationData.IsEmpty)
        {
            return new byte[BindingsSize];
        }

        byte[] bindings = new byte[20 + applicationData.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bindings.AsSpan(16), applicationData.Length);
        applicationData.CopyTo(bindings.AsSpan(20));
        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(bindings);
        return md5.GetHashAndReset();
    }

    public byte[] Encode()
    {
        byte[] octets = new byte[FixedSize + (Credential.IsEmpty ? 0 : 4 + Credential.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(octets, BindingsSize);
        Bindings.CopyTo(octets, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(4 + BindingsSize), (uint)Flags);
        if (!Credential.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(FixedSize), DelegationOption);
            BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(FixedSize + 2), checked((ushort)Credential.Length));
            Credential.CopyTo(octets.AsMemory(FixedSize + 4));
        }

        return octets;
    }

    /// <summary>Null for what is malformed. Extensions after the credential are not read ([RFC4121] 4.1.1).</summary>
    public static GssChecksum? Decode(ReadOnlyMemory<byte> octets)
    {
        ReadOnlySpan<byte> span = octets.Span;
        if (span.Length < FixedSize || BinaryPrimitives.ReadInt32LittleEndian(span) != BindingsSize)
        {
            return null;
        }

        GssContextFlags flags = (GssContextFlags)BinaryPrimitives.ReadUInt32LittleEndian(span.Slice(4 + BindingsSize));
        ReadOnlyMemory<byte> credential = default;
        if ((flags & GssContextFlags.Delegate) != 0)
        {
            if (span.Length < FixedSize + 4 || BinaryPrimitives.ReadUInt16LittleEndian(span.Slice(FixedSize)) != DelegationOption)
            {
                return null;
            }

            int length = BinaryPrimitives.ReadUInt16LittleEndian(span.Slice(FixedSize + 2));
            if (length > span.Length - FixedSize - 4)
            {
                return null;
            }

            credential = octets.Slice(FixedSize + 4, length);
        }

        return new GssChecksum { Bindings = span.Slice(4, BindingsSize).ToArray(), Flags = flags, Credential = credential };
    }
}
