using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;

namespace SmbClient.KerberosNet.Contexts;

/// <summary>
/// The authenticators that were accepted, for as long as their time would be accepted ([RFC4120] 3.2.3). Kerberos.NET's own keeps only their sequence numbers,
/// which the initiator chooses.
/// </summary>
internal sealed class ReplayCache
{
    private readonly Dictionary<string, DateTimeOffset> _seen = [];
    private DateTimeOffset _nextPurge;

    /// <summary>Remembers an authenticator; false if it was seen before.</summary>
    /// <param name="authenticator">It as it was sent, encrypted.</param>
    /// <param name="now">The time.</param>
    /// <param name="expires">When its time is too old anyway.</param>
    public bool Add(ReadOnlyMemory<byte> authenticator, DateTimeOffset now, DateTimeOffset expires)
    {
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(authenticator.ToArray());
        string key = Convert.ToBase64String(sha.GetHashAndReset());
        lock (_seen)
        {
            if (now >= _nextPurge)
            {
                foreach (string old in _seen.Where(s => s.Value < now).Select(s => s.Key).ToArray())
                {
                    _seen.Remove(old);
                }

                _nextPurge = now.AddMinutes(1);
            }

            if (_seen.ContainsKey(key))
            {
                return false;
            }

            _seen.Add(key, expires);
            return true;
        }
    }
}
