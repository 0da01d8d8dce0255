using System;
using System.Security.Cryptography;

namespace SmbClient.Protection;

/// <summary>
/// PreauthIntegrityHashValue of a connection or a session, [MS-SMB2] 3.1.1: the SHA-512 of the last value and the next message, from which
/// the keys of SMB 3.1.1 are derived, so that whoever changes the negotiation changes the keys.
/// </summary>
internal sealed class PreauthIntegrity
{
    private const int HashSize = 64;

    private byte[] _value = new byte[HashSize];

    /// <summary>64 octets: zeros before the first message. They do not change: the next message makes others.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>Takes the next message, from its SMB2 header to its end.</summary>
    public void Update(ReadOnlySpan<byte> message)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(_value);
        hash.AppendData(message);
        _value = hash.GetHashAndReset();
    }

    /// <summary>One that goes on from here by itself: a session's, from its connection's.</summary>
    public PreauthIntegrity Clone() => new() { _value = _value };
}
