using System;
using System.Buffers.Binary;
using SmbClient.Crypto;

namespace SmbClient.Protection;

/// <summary>
/// Encrypted SMB3 messages, [MS-SMB2] 2.2.41 and 3.1.4.3: a transform header, then what it protects. One key, one direction and one thread
/// at a time. Whatever seals with the same key shares one sealer, for it counts the nonces.
/// </summary>
internal sealed class Smb2Sealer : IDisposable
{
    /// <summary>Octets of the transform header.</summary>
    public const int HeaderSize = 52;

    private const uint ProtocolId = 0x424D53FD;
    private const ushort Encrypted = 1;                 // Flags of 3.1.1, and the AES-128-CCM of 3.0's EncryptionAlgorithm
    private const int TagPosition = 4;
    private const int NoncePosition = 20;               // the associated data begins here
    private const int OriginalMessageSizePosition = 36;
    private const int FlagsPosition = 42;
    private const int SessionIdPosition = 44;
    private const int ShortKeySize = 16;
    private const int LongKeySize = 32;

    private readonly AeadCipher _cipher;
    private readonly int _nonceSize;
    private readonly ulong _lastNonce;

    private ulong _nonce;

    /// <param name="cipher">The cipher that was negotiated.</param>
    /// <param name="key">16 or 32 octets, as the cipher has it. They are copied.</param>
    public Smb2Sealer(SmbCipher cipher, ReadOnlySpan<byte> key)
        : this(cipher, key, ulong.MaxValue)
    {
    }

    /// <param name="cipher">The cipher that was negotiated.</param>
    /// <param name="key">16 or 32 octets, as the cipher has it. They are copied.</param>
    /// <param name="lastNonce">The nonce after which nothing more is sealed; also how many messages can be.</param>
    internal Smb2Sealer(SmbCipher cipher, ReadOnlySpan<byte> key, ulong lastNonce)
    {
        int keySize = cipher is SmbCipher.Aes256Ccm or SmbCipher.Aes256Gcm ? LongKeySize : ShortKeySize;
        if (key.Length != keySize)
        {
            throw new ArgumentException($"A key of {cipher} has {keySize} octets.", nameof(key));
        }

        (_cipher, _nonceSize) = cipher switch
        {
            SmbCipher.Aes128Ccm or SmbCipher.Aes256Ccm => (AeadCipher.Ccm(key), AeadCipher.CcmNonceSize),
            SmbCipher.Aes128Gcm or SmbCipher.Aes256Gcm => (AeadCipher.Gcm(key), AeadCipher.GcmNonceSize),
            _ => throw new ArgumentOutOfRangeException(nameof(cipher), cipher, "SMB3 does not encrypt so."),
        };
        _lastNonce = lastNonce;
    }

    /// <summary>Writes the transform header and the encrypted message.</summary>
    /// <param name="sessionId">SessionId of the session that the key belongs to.</param>
    /// <param name="message">What is protected: a message or a compound.</param>
    /// <param name="payload">The rest of it, if it is elsewhere.</param>
    /// <param name="destination">52 octets more than message and payload, and none of theirs.</param>
    /// <exception cref="InvalidOperationException">Every nonce was used: the session must end.</exception>
    public void Seal(ulong sessionId, ReadOnlySpan<byte> message, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        int length = message.Length + payload.Length;
        if (destination.Length != HeaderSize + length)
        {
            throw new ArgumentException("The destination has the length of header, message and payload.", nameof(destination));
        }

        if (destination.Overlaps(message) || destination.Overlaps(payload))
        {
            throw new ArgumentException("The destination overlaps what is to be sealed.", nameof(destination));
        }

        if (_nonce == _lastNonce)
        {
            throw new InvalidOperationException("This key has sealed as many messages as it can.");
        }

        _nonce++;
        Span<byte> header = destination.Slice(0, HeaderSize);
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, ProtocolId);
        BinaryPrimitives.WriteUInt64LittleEndian(header.Slice(NoncePosition), _nonce);
        BinaryPrimitives.WriteInt32LittleEndian(header.Slice(OriginalMessageSizePosition), length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.Slice(FlagsPosition), Encrypted);
        BinaryPrimitives.WriteUInt64LittleEndian(header.Slice(SessionIdPosition), sessionId);

        Span<byte> body = destination.Slice(HeaderSize);
        message.CopyTo(body);
        payload.CopyTo(body.Slice(message.Length));
        _cipher.Encrypt(Nonce(header), header.Slice(NoncePosition), body, header.Slice(TagPosition, AeadCipher.TagSize));
    }

    /// <summary>Decrypts in place what follows the transform header.</summary>
    /// <param name="frame">The frame from its transform header to its end.</param>
    /// <returns>False if the header is inconsistent or the tag is not the frame's; what follows the header is zeros then.</returns>
    public bool TryOpen(Span<byte> frame)
    {
        if (frame.Length < HeaderSize)
        {
            return false;
        }

        ReadOnlySpan<byte> header = frame.Slice(0, HeaderSize);
        Span<byte> body = frame.Slice(HeaderSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != ProtocolId ||
            BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(OriginalMessageSizePosition)) != (uint)body.Length ||
            BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(FlagsPosition)) != Encrypted)
        {
            body.Clear();
            return false;
        }

        return _cipher.TryDecrypt(Nonce(header), header.Slice(NoncePosition), body, header.Slice(TagPosition, AeadCipher.TagSize));
    }

    public void Dispose() => _cipher.Dispose();

    private ReadOnlySpan<byte> Nonce(ReadOnlySpan<byte> header) => header.Slice(NoncePosition, _nonceSize);
}
