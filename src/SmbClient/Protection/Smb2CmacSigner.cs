using System;
using SmbClient.Crypto;

namespace SmbClient.Protection;

/// <summary>The signatures of SMB 3.0 and later: AES-128-CMAC.</summary>
internal sealed class Smb2CmacSigner(ReadOnlySpan<byte> signingKey) : Smb2Signer
{
    private readonly AesCmac _cmac = new(signingKey);

    protected override void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> payload, Span<byte> signature)
    {
        _cmac.Append(message);
        _cmac.Append(payload);
        _cmac.GetTagAndReset(signature);
    }

    protected override void Dispose(bool disposing) => _cmac.Dispose();
}
