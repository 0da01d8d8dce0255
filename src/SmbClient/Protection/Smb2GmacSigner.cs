using System;
using System.Buffers;
using System.Buffers.Binary;
using SmbClient.Crypto;

namespace SmbClient.Protection;

/// <summary>The signatures that SMB 3.1.1 can negotiate, [MS-SMB2] 3.1.4.1: AES-128-GMAC, with a nonce from the header.</summary>
/// <remarks>Two different messages with the same MessageId from the same side would give the key away. The same octets may be signed again.</remarks>
internal sealed class Smb2GmacSigner : Smb2Signer
{
    private const int KeySize = 16;
    private const int CommandPosition = 12;
    private const int FlagsPosition = 16;
    private const int MessageIdPosition = 24;
    private const ushort Cancel = 12;
    private const uint ServerToRedir = 0x00000001;
    private const uint FromServer = 0x00000001;
    private const uint IsCancel = 0x00000002;

    private readonly AeadCipher _gcm;

    public Smb2GmacSigner(ReadOnlySpan<byte> signingKey)
    {
        if (signingKey.Length != KeySize)
        {
            throw new ArgumentException("A key of AES-128-GMAC has 16 octets.", nameof(signingKey));
        }

        _gcm = AeadCipher.Gcm(signingKey);
    }

    protected override void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> payload, Span<byte> signature)
    {
        Span<byte> nonce = stackalloc byte[AeadCipher.GcmNonceSize];
        WriteNonce(message, nonce);
        Span<byte> tag = stackalloc byte[SignatureSize];
        if (payload.IsEmpty)
        {
            _gcm.Encrypt(nonce, message, default, tag);
        }
        else
        {
            // The platform wants the associated data in one piece.
            int length = message.Length + payload.Length;
            byte[] whole = ArrayPool<byte>.Shared.Rent(length);
            message.CopyTo(whole);
            payload.CopyTo(whole.AsSpan(message.Length));
            _gcm.Encrypt(nonce, whole.AsSpan(0, length), default, tag);
            ArrayPool<byte>.Shared.Return(whole);
        }

        tag.CopyTo(signature);
    }

    protected override void Dispose(bool disposing) => _gcm.Dispose();

    private static void WriteNonce(ReadOnlySpan<byte> header, Span<byte> nonce)
    {
        uint role = (BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(FlagsPosition)) & ServerToRedir) != 0 ? FromServer : 0;
        uint cancel = BinaryPrimitives.ReadUInt16LittleEndian(header.Slice(CommandPosition)) == Cancel ? IsCancel : 0;
        header.Slice(MessageIdPosition, sizeof(ulong)).CopyTo(nonce);
        BinaryPrimitives.WriteUInt32LittleEndian(nonce.Slice(sizeof(ulong)), role | cancel);
    }
}
