using System;
using System.Collections.Generic;
using Kerberos.NET.Crypto;

namespace SmbClient.KerberosNet.Kdc;

/// <summary>A password.</summary>
internal sealed class PasswordSecret : ClientSecret
{
    /// <summary>UTF-16LE.</summary>
    private readonly byte[] _password;

    /// <param name="password">UTF-16LE; it belongs to this object from now on.</param>
    public PasswordSecret(byte[] password)
    {
        _password = password;
    }

    public override IReadOnlyList<EncryptionType> Types => EncryptionTypes.Supported;

    public override byte[] Octets() => (byte[])_password.Clone();

    /// <summary>Derived at once, so that the password is not needed any more.</summary>
    public override KerberosKey Key(EncryptionType type, string salt, ReadOnlyMemory<byte>? parameters)
    {
        KerberosKey derivation = new(password: _password, salt: salt, etype: type, iterationParams: parameters?.ToArray());
        return new KerberosKey(key: derivation.GetKey(CryptoService.CreateTransform(type)).ToArray(), etype: type);
    }

    protected override void Dispose(bool disposing)
    {
        _password.AsSpan().Clear();
        base.Dispose(disposing);
    }
}
