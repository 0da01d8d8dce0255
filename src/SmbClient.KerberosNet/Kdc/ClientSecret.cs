using System;
using System.Collections.Generic;
using Kerberos.NET.Crypto;

namespace SmbClient.KerberosNet.Kdc;

/// <summary>What a principal proves itself to the KDC with. It is the one who made it who disposes of it.</summary>
internal abstract class ClientSecret : IDisposable
{
    /// <summary>The types there can be a key of, the preferred first.</summary>
    public abstract IReadOnlyList<EncryptionType> Types { get; }

    /// <summary>What tells this secret from others of the same principal; a copy, which the caller clears.</summary>
    public abstract byte[] Octets();

    /// <summary>A key.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="salt">The salt of passwords, [RFC4120] 5.2.7.5.</param>
    /// <param name="parameters">The parameters of string-to-key; null for the type's own.</param>
    public abstract KerberosKey Key(EncryptionType type, string salt, ReadOnlyMemory<byte>? parameters);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
