using System;

namespace SmbClient.Crypto;

/// <summary>
/// AES-GCM or AES-CCM with a tag of 16 octets, in place. One key and one thread at a time: the platform's AES-GCM gives wrong tags to two
/// threads at once.
/// </summary>
internal abstract partial class AeadCipher : IDisposable
{
    /// <summary>Octets of the tag.</summary>
    public const int TagSize = 16;

    /// <summary>Octets of the nonce that SMB uses with AES-GCM and AES-GMAC.</summary>
    public const int GcmNonceSize = 12;

    /// <summary>Octets of the nonce that SMB uses with AES-CCM.</summary>
    public const int CcmNonceSize = 11;

    /// <summary>Encrypts in place and writes the tag. With nothing to encrypt, AES-GCM is AES-GMAC.</summary>
    public abstract void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, Span<byte> tag);

    /// <summary>Decrypts in place; false, and nothing but zeros in <paramref name="octets"/>, when the tag is not theirs.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, ReadOnlySpan<byte> tag)
    {
        bool genuine = false;
        try
        {
            genuine = Decrypt(nonce, associated, octets, tag);
        }
        finally
        {
            if (!genuine)
            {
                octets.Clear();
            }
        }

        return genuine;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract bool Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, ReadOnlySpan<byte> tag);

    protected abstract void Dispose(bool disposing);
}
