using System;
using System.Security.Cryptography;

namespace SmbClient.Protection;

/// <summary>The signatures of SMB 2.0.2 and 2.1: the first 16 octets of HMAC-SHA256.</summary>
internal sealed class Smb2HmacSigner : Smb2Signer
{
    private const int HashSize = 32;

    private readonly IncrementalHash _hmac;

    public Smb2HmacSigner(ReadOnlySpan<byte> signingKey)
    {
        byte[] key = signingKey.ToArray();
        _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        key.AsSpan().Clear();
    }

    protected override void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> payload, Span<byte> signature)
    {
        _hmac.AppendData(message);
        _hmac.AppendData(payload);
        Span<byte> hash = stackalloc byte[HashSize];
        _hmac.GetHashAndReset(hash);
        hash.Slice(0, SignatureSize).CopyTo(signature);
    }

    protected override void Dispose(bool disposing) => _hmac.Dispose();
}
