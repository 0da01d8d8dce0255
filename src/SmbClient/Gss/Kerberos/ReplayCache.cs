using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;

namespace SmbClient.Gss.Kerberos;

/// <summary>
/// The authenticators that were seen while they are still good, [RFC4120] 3.2.3: nobody may use one twice. It has a limit, and refuses beyond it
/// rather than forget. Any number of threads.
/// </summary>
internal sealed class ReplayCache
{
    private const int DefaultCapacity = 1 << 17;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly Dictionary<(ulong, ulong), DateTimeOffset> _seen = [];
    private readonly int _capacity;
    private DateTimeOffset _swept;
    private DateTimeOffset _earliest = DateTimeOffset.MaxValue;

    /// <param name="capacity">Authenticators that are good at one time: some 60 octets each.</param>
    public ReplayCache(int capacity = DefaultCapacity)
    {
        _capacity = capacity;
    }

    /// <summary>The process's own: an authenticator for one acceptor of it must not serve another one with the same key.</summary>
    public static ReplayCache Shared { get; } = new();

    /// <summary>Takes an authenticator in.</summary>
    /// <param name="authenticator">Its ciphertext, which is never the same twice.</param>
    /// <param name="expires">From when on its time alone will refuse it.</param>
    /// <param name="now">The time by the clock that decides.</param>
    public ReplayVerdict Add(ReadOnlySpan<byte> authenticator, DateTimeOffset expires, DateTimeOffset now)
    {
        (ulong, ulong) key = Hash(authenticator);
        lock (_lock)
        {
            if (_seen.TryGetValue(key, out DateTimeOffset until) && until >= now)
            {
                return ReplayVerdict.Repeated;
            }

            if (_seen.Count >= _capacity || now - _swept >= SweepInterval)
            {
                Sweep(now);
            }

            if (_seen.Count >= _capacity)
            {
                return ReplayVerdict.Full;
            }

            _seen[key] = expires;
            _earliest = expires < _earliest ? expires : _earliest;
            return ReplayVerdict.New;
        }
    }

    private static (ulong First, ulong Second) Hash(ReadOnlySpan<byte> authenticator)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(authenticator);
        byte[] digest = hash.GetHashAndReset();
        return (BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest.AsSpan(sizeof(ulong))));
    }

    private void Sweep(DateTimeOffset now)
    {
        // A full cache of live entries is not searched anew for every attempt.
        if (_earliest >= now)
        {
            return;
        }

        _swept = now;
        foreach ((ulong, ulong) key in _seen.Where(s => s.Value < now).Select(s => s.Key).ToList())
        {
            _seen.Remove(key);
        }

        _earliest = _seen.Count == 0 ? DateTimeOffset.MaxValue : _seen.Values.Min();
    }
}
