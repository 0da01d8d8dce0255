using System;
using System.Collections.Generic;
using System.Linq;
using Kerberos.NET.Crypto;

namespace SmbClient.KerberosNet.Kdc;

/// <summary>A principal's keys of a keytab: of each type the newest.</summary>
internal sealed class KeytabSecret : ClientSecret
{
    private readonly Dictionary<EncryptionType, KerberosKey> _keys = [];

    public KeytabSecret(IEnumerable<KeyEntry> entries)
    {
        foreach (KeyEntry entry in entries.OrderBy(e => e.Version))
        {
            _keys[entry.Key.EncryptionType] = entry.Key;
        }

        Types = [.. EncryptionTypes.Supported.Where(_keys.ContainsKey)];
    }

    public override IReadOnlyList<EncryptionType> Types { get; }

    public override byte[] Octets() => [.. Types.SelectMany(t => _keys[t].GetKey().ToArray())];

    public override KerberosKey Key(EncryptionType type, string salt, ReadOnlyMemory<byte>? parameters) => _keys[type];
}
