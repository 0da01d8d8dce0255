using System;
using System.Security.Cryptography;

namespace SmbClient.Crypto;

/// <summary>The platform's ciphers; BouncyCastle's where it has none, as macOS has no AES-CCM.</summary>
internal abstract partial class AeadCipher
{
    /// <param name="key">16 or 32 octets, which are copied.</param>
    public static AeadCipher Gcm(ReadOnlySpan<byte> key) => AesGcm.IsSupported ? new PlatformGcm(key) : BouncyCastleAead.Gcm(key);

    /// <param name="key">16 or 32 octets, which are copied.</param>
    public static AeadCipher Ccm(ReadOnlySpan<byte> key) => AesCcm.IsSupported ? new PlatformCcm(key) : BouncyCastleAead.Ccm(key);

    private sealed class PlatformGcm(ReadOnlySpan<byte> key) : AeadCipher
    {
        private readonly AesGcm _cipher = new(key, TagSize);

        public override void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, Span<byte> tag) =>
            _cipher.Encrypt(nonce, octets, octets, tag, associated);

        protected override bool Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, ReadOnlySpan<byte> tag)
        {
            try
            {
                _cipher.Decrypt(nonce, octets, tag, octets, associated);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        protected override void Dispose(bool disposing) => _cipher.Dispose();
    }

    private sealed class PlatformCcm(ReadOnlySpan<byte> key) : AeadCipher
    {
        private readonly AesCcm _cipher = new(key);

        public override void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, Span<byte> tag) =>
            _cipher.Encrypt(nonce, octets, octets, tag, associated);

        protected override bool Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, ReadOnlySpan<byte> tag)
        {
            try
            {
                _cipher.Decrypt(nonce, octets, tag, octets, associated);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        protected override void Dispose(bool disposing) => _cipher.Dispose();
    }
}
