using System;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using SmbClient.Gss.Kerberos.Crypto;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// A key of Kerberos with what can be done with it, [RFC3961] 3. The keys derived from it are kept for as long as it lives, so that a long-term key
/// is derived once, not once a sign-in. Any number of threads. <see cref="object.ToString"/> says nothing of the key.
/// </summary>
internal sealed class KerberosKey : IDisposable
{
    private readonly ConcurrentDictionary<int, UsageKeys> _usages = new();
    private readonly KerberosCipher _cipher;
    private readonly byte[] _value;
    private volatile bool _isDisposed;

    /// <param name="type">A type that is served.</param>
    /// <param name="value">As many octets as the type has; they are copied.</param>
    /// <param name="version">The number of the key in its line, kvno; 0 where it has none.</param>
    /// <exception cref="ArgumentException">The type is not served, or the key has another length.</exception>
    public KerberosKey(KerberosEncryptionType type, ReadOnlySpan<byte> value, int version = 0)
    {
        _cipher = KerberosCipher.Find(type) ?? throw new ArgumentException($"Encryption type {type} is not served.", nameof(type));
        if (value.Length != _cipher.KeySize)
        {
            throw new ArgumentException($"A key of type {type} has {_cipher.KeySize} octets.", nameof(value));
        }

        Type = type;
        Version = version;
        _value = value.ToArray();
    }

    public KerberosEncryptionType Type { get; }

    public int Version { get; }

    /// <summary>The type of its checksums, [RFC3961] 8.</summary>
    public int ChecksumType => _cipher.ChecksumType;

    /// <summary>Octets of its checksums.</summary>
    public int ChecksumSize => _cipher.ChecksumSize;

    /// <summary>A fresh random key.</summary>
    public static KerberosKey Generate(KerberosEncryptionType type, GssRandom random)
    {
        byte[] value = random.Next(KerberosCipher.Find(type)?.KeySize ?? 0);
        KerberosKey key = new(type, value);
        value.AsSpan().Clear();
        return key;
    }

    /// <summary>Null where the type is not served or the length is not its own: for keys that a peer sends.</summary>
    public static KerberosKey? TryCreate(int type, ReadOnlySpan<byte> value, int version = 0) =>
        KerberosCipher.Find((KerberosEncryptionType)type) is { } cipher && cipher.KeySize == value.Length
            ? new KerberosKey((KerberosEncryptionType)type, value, version)
            : null;

    public byte[] Encrypt(int usage, ReadOnlySpan<byte> plaintext, GssRandom random) => _cipher.Encrypt(Keys(usage), plaintext, random);

    /// <summary>The plaintext, which is the caller's; null where the integrity code is wrong.</summary>
    public byte[]? Decrypt(int usage, ReadOnlySpan<byte> ciphertext) =>
        ciphertext.Length < _cipher.Overhead ? null : _cipher.Decrypt(Keys(usage), ciphertext);

    public byte[] Checksum(int usage, ReadOnlySpan<byte> data) => _cipher.Checksum(Keys(usage), data);

    /// <summary>False for a checksum of another type too: what is not made with this key proves nothing. Constant time.</summary>
    public bool VerifyChecksum(int usage, int checksumType, ReadOnlySpan<byte> data, ReadOnlySpan<byte> checksum) =>
        checksumType == ChecksumType && checksum.Length == ChecksumSize && CryptographicOperations.FixedTimeEquals(Checksum(usage, data), checksum);

    /// <summary>The key itself: a copy, which the caller clears.</summary>
    public byte[] Export()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return (byte[])_value.Clone();
    }

    /// <summary>The same key, with a life of its own.</summary>
    public KerberosKey Clone()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new KerberosKey(Type, _value, Version);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _value.AsSpan().Clear();
        foreach (UsageKeys keys in _usages.Values)
        {
            keys.Clear();
        }
    }

    private UsageKeys Keys(int usage)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _usages.TryGetValue(usage, out UsageKeys? known) ? known : _usages.GetOrAdd(usage, _cipher.Derive(_value, usage));
    }
}
