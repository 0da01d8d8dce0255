using System;

namespace SmbClient.Crypto;

/// <summary>AES-128-CMAC, [RFC4493], over a message in parts, which .NET does not have. One thread at a time.</summary>
internal sealed class AesCmac : IDisposable
{
    /// <summary>Octets of the key.</summary>
    public const int KeySize = 16;

    /// <summary>Octets of the tag.</summary>
    public const int TagSize = BlockSize;

    private const int BlockSize = AesChain.BlockSize;
    private const byte Reduction = 0x87;    // R_128: x^7 + x^2 + x + 1

    private readonly AesChain _chain;
    private readonly byte[] _state = new byte[BlockSize];
    private readonly byte[] _last = new byte[BlockSize];    // 1 to 16 octets that may be the message's last; none at its begin
    private readonly byte[] _whole = new byte[BlockSize];   // K1: for a last block that is whole
    private readonly byte[] _partial = new byte[BlockSize]; // K2: for one that is filled up

    private int _lastLength;

    /// <param name="key">16 octets, which are copied.</param>
    public AesCmac(ReadOnlySpan<byte> key)
        : this(AesChain.Create(Checked(key)))
    {
    }

    /// <param name="chain">The AES to use, with its key; disposed with this.</param>
    public AesCmac(AesChain chain)
    {
        _chain = chain;
        _chain.Chain(_last, _state);
        Double(_state, _whole);
        Double(_whole, _partial);
        Reset();
    }

    /// <summary>Takes the next part of the message, of any length.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        if (_lastLength > 0)
        {
            int taken = Math.Min(BlockSize - _lastLength, octets.Length);
            octets.Slice(0, taken).CopyTo(_last.AsSpan(_lastLength));
            _lastLength += taken;
            octets = octets.Slice(taken);
        }

        if (octets.IsEmpty)
        {
            return;
        }

        if (_lastLength > 0)
        {
            _chain.Chain(_last, _state);
        }

        int blocks = (octets.Length - 1) & -BlockSize;
        _chain.Chain(octets.Slice(0, blocks), _state);
        octets.Slice(blocks).CopyTo(_last);
        _lastLength = octets.Length - blocks;
    }

    /// <summary>Writes the 16 octets of the tag and begins with the next message.</summary>
    public void GetTagAndReset(Span<byte> tag)
    {
        byte[] subkey = _whole;
        if (_lastLength < BlockSize)
        {
            _last[_lastLength] = 0x80;
            _last.AsSpan(_lastLength + 1).Clear();
            subkey = _partial;
        }

        for (int i = 0; i < BlockSize; i++)
        {
            _last[i] ^= subkey[i];
        }

        _chain.Chain(_last, _state);
        _state.CopyTo(tag);
        Reset();
    }

    public void Dispose()
    {
        _chain.Dispose();
        Reset();
        _whole.AsSpan().Clear();
        _partial.AsSpan().Clear();
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> key) =>
        key.Length == KeySize ? key : throw new ArgumentException("A key of AES-128-CMAC has 16 octets.", nameof(key));

    private static void Double(ReadOnlySpan<byte> value, Span<byte> doubled)
    {
        int carry = 0;
        for (int i = BlockSize - 1; i >= 0; i--)
        {
            int shifted = (value[i] << 1) | carry;
            doubled[i] = (byte)shifted;
            carry = shifted >> 8;
        }

        doubled[BlockSize - 1] ^= (byte)(-carry & Reduction);
    }

    private void Reset()
    {
        _state.AsSpan().Clear();
        _last.AsSpan().Clear();
        _lastLength = 0;
    }
}
