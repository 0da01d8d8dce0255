using System;
using System.Security.Cryptography;

namespace SmbClient.Gss;

/// <summary>A user and the NT hash of the password, which is all that NTLM needs; there is no LM hash and no plaintext.</summary>
internal sealed class NtHashCredential : GssCredential
{
    public const int HashSize = 16;

    private byte[]? _hash;

    public NtHashCredential(string user, string domain, byte[] hash)
        : base(user, domain)
    {
        _hash = hash;
    }

    internal override byte[] CopyNtHash()
    {
        ObjectDisposedException.ThrowIf(_hash is null, this);
        return (byte[])_hash.Clone();
    }

    protected override bool SecretMatches(GssCredential other) =>
        _hash is { } mine && ((NtHashCredential)other)._hash is { } theirs && CryptographicOperations.FixedTimeEquals(mine, theirs);

    protected override void Dispose(bool disposing)
    {
        _hash.AsSpan().Clear();
        _hash = null;
        base.Dispose(disposing);
    }
}
