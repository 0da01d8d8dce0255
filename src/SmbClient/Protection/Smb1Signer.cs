using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SmbClient.Protection;

/// <summary>
/// SMB1 message signatures, [MS-CIFS] 3.1.4.1: the first 8 octets of MD5 over key, challenge response and message, with the sequence
/// number in place of the signature. One thread at a time: the send loop and the receive loop have one each.
/// </summary>
internal sealed class Smb1Signer : IDisposable
{
    private const int SignaturePosition = 14;
    private const int SignatureSize = 8;
    private const int AfterSignature = SignaturePosition + SignatureSize;
    private const int HashSize = 16;

    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly byte[] _key;
    private readonly byte[] _sequence = new byte[SignatureSize];
    private readonly byte[] _hash = new byte[HashSize];

    /// <param name="key">SigningSessionKey, whole, whatever its length.</param>
    /// <param name="challengeResponse">SigningChallengeResponse; empty with extended security.</param>
    public Smb1Signer(ReadOnlySpan<byte> key, ReadOnlySpan<byte> challengeResponse)
    {
        _key = new byte[key.Length + challengeResponse.Length];
        key.CopyTo(_key);
        challengeResponse.CopyTo(_key.AsSpan(key.Length));
    }

    /// <summary>Signs a message of which <paramref name="payload"/> is the end.</summary>
    public void Sign(Span<byte> message, ReadOnlySpan<byte> payload, uint sequence)
    {
        Hash(message, payload, sequence);
        _hash.AsSpan(0, SignatureSize).CopyTo(message.Slice(SignaturePosition));
    }

    /// <summary>True if the message bears the signature of this sequence number. Takes the same time whichever octet differs.</summary>
    public bool Verify(ReadOnlySpan<byte> message, uint sequence)
    {
        if (message.Length < AfterSignature)
        {
            return false;
        }

        Hash(message, default, sequence);
        return CryptographicOperations.FixedTimeEquals(_hash.AsSpan(0, SignatureSize), message.Slice(SignaturePosition, SignatureSize));
    }

    public void Dispose()
    {
        _key.AsSpan().Clear();
        _md5.Dispose();
    }

    private void Hash(ReadOnlySpan<byte> message, ReadOnlySpan<byte> payload, uint sequence)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_sequence, sequence);
        _md5.AppendData(_key);
        _md5.AppendData(message.Slice(0, SignaturePosition));
        _md5.AppendData(_sequence);
        _md5.AppendData(message.Slice(AfterSignature));
        if (!payload.IsEmpty)
        {
            _md5.AppendData(payload);
        }

        _md5.GetHashAndReset(_hash);
    }
}
