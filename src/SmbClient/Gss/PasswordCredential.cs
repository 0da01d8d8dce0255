using System;
using System.Security.Cryptography;
using System.Text;
using SmbClient.Crypto;

namespace SmbClient.Gss;

/// <summary>A user and the password, kept as octets so that it can be cleared.</summary>
internal sealed class PasswordCredential : GssCredential
{
    private const int LmHashSize = 16;
    private const int LmHalf = 7;

    /// <summary>UTF-16LE.</summary>
    private byte[]? _password;

    public PasswordCredential(string user, string domain, byte[] password)
        : base(user, domain)
    {
        _password = password;
    }

    internal override bool HasPassword => true;

    internal override byte[] CopyNtHash() => Md4.Hash(Octets());

    internal override byte[]? LmHash()
    {
        byte[] password = Octets();
        byte[] padded = new byte[2 * LmHalf];
        if (password.Length > 2 * padded.Length)
        {
            return null;
        }

        for (int i = 0; i < password.Length; i += 2)
        {
            // Other characters depend on the server's code page, which nobody tells.
            if (password[i + 1] != 0 || password[i] > 0x7F)
            {
                return null;
            }

            padded[i / 2] = (byte)char.ToUpperInvariant((char)password[i]);
        }

        byte[] constant = Encoding.ASCII.GetBytes("KGS!@#$%");
        byte[] hash = new byte[LmHashSize];
        Des.Encrypt(padded.AsSpan(0, LmHalf), constant).CopyTo(hash, 0);
        Des.Encrypt(padded.AsSpan(LmHalf, LmHalf), constant).CopyTo(hash, LmHashSize / 2);
        padded.AsSpan().Clear();
        return hash;
    }

    internal override byte[] EncodePlaintext(Encoding encoding) => Encoding.Convert(Encoding.Unicode, encoding, Octets());

    protected override bool SecretMatches(GssCredential other) =>
        _password is { } mine && ((PasswordCredential)other)._password is { } theirs && CryptographicOperations.FixedTimeEquals(mine, theirs);

    protected override void Dispose(bool disposing)
    {
        _password.AsSpan().Clear();
        _password = null;
        base.Dispose(disposing);
    }

    private byte[] Octets()
    {
        ObjectDisposedException.ThrowIf(_password is null, this);
        return _password;
    }
}
