using System;
using System.Buffers;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace SmbClient.Crypto;

/// <summary>AES-GCM and AES-CCM by BouncyCastle, where the platform lacks them.</summary>
internal sealed class BouncyCastleAead : AeadCipher
{
    private readonly Func<IAeadCipher> _create;
    private readonly byte[] _key;
    private readonly byte[] _nonce;

    private IAeadCipher? _cipher;

    private BouncyCastleAead(Func<IAeadCipher> create, int nonceSize, ReadOnlySpan<byte> key)
    {
        _create = create;
        _key = key.ToArray();
        _nonce = new byte[nonceSize];
    }

    public static new BouncyCastleAead Gcm(ReadOnlySpan<byte> key) =>
        new(static () => new GcmBlockCipher(AesUtilities.CreateEngine()), GcmNonceSize, key);

    public static new BouncyCastleAead Ccm(ReadOnlySpan<byte> key) =>
        new(static () => new CcmBlockCipher(AesUtilities.CreateEngine()), CcmNonceSize, key);

    public override void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, Span<byte> tag)
    {
        IAeadCipher cipher = Begin(encrypt: true, nonce, associated);
        byte[] input = ArrayPool<byte>.Shared.Rent(octets.Length);
        byte[] output = ArrayPool<byte>.Shared.Rent(octets.Length + TagSize);
        octets.CopyTo(input);
        int length = cipher.ProcessBytes(input, 0, octets.Length, output, 0);
        cipher.DoFinal(output, length);
        output.AsSpan(0, octets.Length).CopyTo(octets);
        output.AsSpan(octets.Length, TagSize).CopyTo(tag);
        Return(input, octets.Length);
        ArrayPool<byte>.Shared.Return(output);
    }

    protected override bool Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> octets, ReadOnlySpan<byte> tag)
    {
        IAeadCipher cipher = Begin(encrypt: false, nonce, associated);
        byte[] input = ArrayPool<byte>.Shared.Rent(octets.Length + TagSize);
        byte[] output = ArrayPool<byte>.Shared.Rent(octets.Length + TagSize);
        octets.CopyTo(input);
        tag.CopyTo(input.AsSpan(octets.Length));
        try
        {
            int length = cipher.ProcessBytes(input, 0, octets.Length + TagSize, output, 0);
            cipher.DoFinal(output, length);
            output.AsSpan(0, octets.Length).CopyTo(octets);
            return true;
        }
        catch (InvalidCipherTextException)
        {
            return false;
        }
        finally
        {
            Return(output, octets.Length);
            ArrayPool<byte>.Shared.Return(input);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _key.AsSpan().Clear();
        _cipher = null;
    }

    private static void Return(byte[] rented, int length)
    {
        rented.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(rented);
    }

    private IAeadCipher Begin(bool encrypt, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated)
    {
        // It refuses the nonce that it encrypted with last; a message that is signed again, octet for octet, needs it.
        bool keep = _cipher is not null && !nonce.SequenceEqual(_nonce);
        _cipher = keep ? _cipher! : _create();
        nonce.CopyTo(_nonce);
        _cipher.Init(encrypt, new AeadParameters(keep ? null : new KeyParameter(_key), 8 * TagSize, nonce.ToArray()));
        byte[] copy = ArrayPool<byte>.Shared.Rent(associated.Length);
        associated.CopyTo(copy);
        _cipher.ProcessAadBytes(copy, 0, associated.Length);
        ArrayPool<byte>.Shared.Return(copy);
        return _cipher;
    }
}
