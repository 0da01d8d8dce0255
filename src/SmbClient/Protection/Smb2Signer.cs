using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SmbClient.Protection;

/// <summary>
/// SMB2 message signatures, [MS-SMB2] 3.1.4.1 and 3.1.5.1: 16 octets over the message with zeros in their place. One direction and one
/// thread at a time. A compound is signed message by message, each up to the next one's header.
/// </summary>
internal abstract class Smb2Signer : IDisposable
{
    protected const int SignatureSize = 16;

    private const int HeaderSize = 64;
    private const int FlagsPosition = 16;
    private const int SignaturePosition = 48;
    private const uint Signed = 0x00000008;

    /// <param name="algorithm">One of SMB2's.</param>
    /// <param name="signingKey">16 octets, which are copied.</param>
    public static Smb2Signer Create(SmbSigningAlgorithm algorithm, ReadOnlySpan<byte> signingKey) => algorithm switch
    {
        SmbSigningAlgorithm.HmacSha256 => new Smb2HmacSigner(signingKey),
        SmbSigningAlgorithm.AesCmac => new Smb2CmacSigner(signingKey),
        SmbSigningAlgorithm.AesGmac => new Smb2GmacSigner(signingKey),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "SMB2 does not sign so."),
    };

    /// <summary>Says in the header that the message is signed, and signs it.</summary>
    /// <param name="message">From the header of 64 octets on.</param>
    /// <param name="payload">The rest of the same message, if it is elsewhere.</param>
    public void Sign(Span<byte> message, ReadOnlySpan<byte> payload)
    {
        if (message.Length < HeaderSize)
        {
            throw new ArgumentException("A message begins with its header of 64 octets.", nameof(message));
        }

        Span<byte> flags = message.Slice(FlagsPosition);
        BinaryPrimitives.WriteUInt32LittleEndian(flags, BinaryPrimitives.ReadUInt32LittleEndian(flags) | Signed);
        Span<byte> signature = message.Slice(SignaturePosition, SignatureSize);
        signature.Clear();
        Compute(message, payload, signature);
    }

    /// <summary>True if the message says that it is signed and bears its signature. Takes the same time whichever octet differs.</summary>
    /// <param name="message">From the header of 64 octets on. As it was, afterwards.</param>
    /// <param name="payload">The rest of the same message, if it is elsewhere.</param>
    public bool Verify(Span<byte> message, ReadOnlySpan<byte> payload)
    {
        if (message.Length < HeaderSize || (BinaryPrimitives.ReadUInt32LittleEndian(message.Slice(FlagsPosition)) & Signed) == 0)
        {
            return false;
        }

        Span<byte> signature = message.Slice(SignaturePosition, SignatureSize);
        Span<byte> borne = stackalloc byte[SignatureSize];
        Span<byte> computed = stackalloc byte[SignatureSize];
        signature.CopyTo(borne);
        signature.Clear();
        try
        {
            Compute(message, payload, computed);
        }
        finally
        {
            borne.CopyTo(signature);
        }

        return CryptographicOperations.FixedTimeEquals(computed, borne);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the signature of a message that has zeros in its place.</summary>
    /// <param name="message">From the header of 64 octets on.</param>
    /// <param name="payload">The rest of the same message; may be empty.</param>
    /// <param name="signature">16 octets, maybe those in the message itself: nothing is written before everything is read.</param>
    protected abstract void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> payload, Span<byte> signature);

    protected abstract void Dispose(bool disposing);
}
