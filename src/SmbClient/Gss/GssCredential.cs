using System;
using System.Security.Cryptography;
using System.Text;
using SmbClient.Crypto;

namespace SmbClient.Gss;

/// <summary>
/// What an initiator proves itself with. The secret cannot be read back, and <see cref="ToString"/> does not show it.
/// </summary>
public sealed class GssCredential
{
    private const int NtHashSize = 16;

    private readonly string? _password;
    private readonly byte[] _ntHash;

    private GssCredential(string user, string domain, string? password, byte[] ntHash)
    {
        User = user;
        Domain = domain;
        _password = password;
        _ntHash = ntHash;
    }

    /// <summary>Nobody.</summary>
    public static GssCredential Anonymous { get; } = new("", "", null, []);

    /// <summary>The user name without its domain, or a whole user@realm; empty for anonymous.</summary>
    public string User { get; }

    /// <summary>The domain; empty where none was given.</summary>
    public string Domain { get; }

    /// <summary>True for <see cref="Anonymous"/>.</summary>
    public bool IsAnonymous => User.Length == 0;

    /// <summary>The NT hash, MD4 of the UTF-16LE password; empty for anonymous.</summary>
    internal byte[] NtHashOctets => _ntHash;

    /// <summary>True where the password itself is known, which LM responses and plaintext need.</summary>
    internal bool HasPassword => _password is not null;

    /// <summary>A user name and its password.</summary>
    /// <param name="user"><c>user</c>, <c>DOMAIN\user</c> or <c>user@realm</c>.</param>
    /// <param name="password">The password.</param>
    /// <param name="domain">The domain, unless <paramref name="user"/> carries it.</param>
    /// <exception cref="ArgumentException">The user name is empty, or names a domain although <paramref name="domain"/> does too.</exception>
    public static GssCredential Password(string user, string password, string? domain = null)
    {
        ArgumentNullException.ThrowIfNull(password);
        (string name, string where) = Split(user, domain);
        return new GssCredential(name, where, password, HashOf(password));
    }

    /// <summary>A user name and the NT hash of its password.</summary>
    /// <param name="user"><c>user</c>, <c>DOMAIN\user</c> or <c>user@realm</c>.</param>
    /// <param name="ntHash">16 octets; they are copied.</param>
    /// <param name="domain">The domain, unless <paramref name="user"/> carries it.</param>
    /// <exception cref="ArgumentException">The user name is empty or the hash is not of 16 octets.</exception>
    public static GssCredential NtHash(string user, ReadOnlySpan<byte> ntHash, string? domain = null)
    {
        if (ntHash.Length != NtHashSize)
        {
            throw new ArgumentException($"An NT hash has {NtHashSize} octets.", nameof(ntHash));
        }

        (string name, string where) = Split(user, domain);
        return new GssCredential(name, where, null, ntHash.ToArray());
    }

    /// <summary>
    /// True for the same kind of credential of the same user with the same secret. Names compare without case; the secret in constant time.
    /// </summary>
    public bool Matches(GssCredential other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return string.Equals(User, other.User, StringComparison.OrdinalIgnoreCase)
            && string.Equals(Domain, other.Domain, StringComparison.OrdinalIgnoreCase)
            && HasPassword == other.HasPassword
            && CryptographicOperations.FixedTimeEquals(_ntHash, other._ntHash)
            && CryptographicOperations.FixedTimeEquals(Encoding.Unicode.GetBytes(_password ?? ""), Encoding.Unicode.GetBytes(other._password ?? ""));
    }

    /// <summary>The user and the domain, never the secret.</summary>
    public override string ToString() => IsAnonymous ? "anonymous" : Domain.Length == 0 ? User : Domain + "\\" + User;

    /// <summary>The password in an encoding, for servers that want it in the clear.</summary>
    internal byte[] EncodePlaintext(Encoding encoding) =>
        encoding.GetBytes(_password ?? throw new InvalidOperationException("Only a password can be sent in the clear, not its hash."));

    /// <summary>LMOWFv1, [MS-NLMP] 3.3.1; null where the password is not known or has no LM hash.</summary>
    internal byte[]? LmHash()
    {
        const int MaxLmPassword = 14;
        const int Half = 7;
        if (_password is null || _password.Length > MaxLmPassword)
        {
            return null;
        }

        byte[] padded = new byte[MaxLmPassword];
        byte[] upper = Encoding.GetEncoding("iso-8859-1").GetBytes(_password.ToUpperInvariant());
        upper.AsSpan(0, Math.Min(upper.Length, MaxLmPassword)).CopyTo(padded);
        byte[] constant = Encoding.ASCII.GetBytes("KGS!@#$%");
        byte[] hash = new byte[NtHashSize];
        Des.Encrypt(padded.AsSpan(0, Half), constant).CopyTo(hash, 0);
        Des.Encrypt(padded.AsSpan(Half, Half), constant).CopyTo(hash, NtHashSize / 2);
        padded.AsSpan().Clear();
        return hash;
    }

    private static byte[] HashOf(string password)
    {
        byte[] encoded = Encoding.Unicode.GetBytes(password);
        byte[] hash = Md4.Hash(encoded);
        encoded.AsSpan().Clear();
        return hash;
    }

    private static (string User, string Domain) Split(string user, string? domain)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        int separator = user.IndexOfAny(['\\', '/']);
        if (separator < 0)
        {
            return (user, domain ?? "");
        }

        if (!string.IsNullOrEmpty(domain))
        {
            throw new ArgumentException($"The user name '{user}' names a domain already.", nameof(domain));
        }

        return separator == user.Length - 1
            ? throw new ArgumentException($"'{user}' names a domain but no user.", nameof(user))
            : (user.Substring(separator + 1), user.Substring(0, separator));
    }
}
