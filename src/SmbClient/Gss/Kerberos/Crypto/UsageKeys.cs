using System;

namespace SmbClient.Gss.Kerberos.Crypto;

/// <summary>What one key becomes for one usage, [RFC3961] 5.3.</summary>
internal sealed class UsageKeys
{
    /// <summary>Ke.</summary>
    public required byte[] Encryption { get; init; }

    /// <summary>Ki.</summary>
    public required byte[] Integrity { get; init; }

    /// <summary>Kc.</summary>
    public required byte[] Checksum { get; init; }

    /// <summary>The usage in the order of octets that the type has, for RC4, whose checksums take it in.</summary>
    public byte[] Salt { get; init; } = [];

    public void Clear()
    {
        Encryption.AsSpan().Clear();
        Integrity.AsSpan().Clear();
        Checksum.AsSpan().Clear();
    }
}
