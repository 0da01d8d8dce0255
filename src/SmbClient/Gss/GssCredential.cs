using System;
using System.Text;

namespace SmbClient.Gss;

/// <summary>
/// What an initiator proves itself with. Each kind has its own class; a mechanism that cannot serve a kind leaves itself out.
/// The secret cannot be read back, and <see cref="ToString"/> does not show it.
/// </summary>
public abstract class GssCredential : IDisposable
{
    /// <summary>A credential of this user.</summary>
    /// <param name="user">The user name without its domain, or a whole user@realm; empty for anonymous.</param>
    /// <param name="domain">The domain; empty where there is none.</param>
    protected GssCredential(string user, string domain)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(domain);
        User = user;
        Domain = domain;
    }

    /// <summary>Nobody.</summary>
    public static GssCredential Anonymous { get; } = new AnonymousCredential();

    /// <summary>
    /// What the process is signed in with: the default ticket cache on Unix (KRB5CCNAME), the logon session on Windows. Single sign-on, by Kerberos.
    /// </summary>
    public static GssCredential Default { get; } = new CredentialCacheCredential(null, "", "");

    /// <summary>The user name without its domain, or a whole user@realm; empty for anonymous and where only the mechanism knows it.</summary>
    public string User { get; }

    /// <summary>The domain; empty where none was given, "." for the server's own accounts.</summary>
    public string Domain { get; }

    /// <summary>True for <see cref="Anonymous"/>.</summary>
    public bool IsAnonymous => this is AnonymousCredential;

    /// <summary>False where only the mechanism knows whose the credential is: a ticket cache, the process's own. See <see cref="GssMechanism.IdentifyAsync"/>.</summary>
    public bool NamesUser => User.Length > 0 || IsAnonymous;

    /// <summary>True where the password itself is known, which LM responses and plaintext need.</summary>
    internal virtual bool HasPassword => false;

    /// <summary>A user name and its password.</summary>
    /// <param name="user"><c>user</c>, <c>DOMAIN\user</c> or <c>user@realm</c>; the last is sent as it is, without a domain.</param>
    /// <param name="password">The password; it is copied.</param>
    /// <param name="domain">The domain, unless <paramref name="user"/> carries it.</param>
    /// <exception cref="ArgumentException">The user name is empty, or names a domain although <paramref name="domain"/> does too.</exception>
    public static GssCredential Password(string user, string password, string? domain = null)
    {
        ArgumentNullException.ThrowIfNull(password);
        return Password(user, password.AsSpan(), domain);
    }

    /// <summary>A user name and its password, for callers who clear their own copy.</summary>
    /// <param name="user"><c>user</c>, <c>DOMAIN\user</c> or <c>user@realm</c>.</param>
    /// <param name="password">The password; it is copied.</param>
    /// <param name="domain">The domain, unless <paramref name="user"/> carries it.</param>
    /// <exception cref="ArgumentException">The user name is empty, or names a domain although <paramref name="domain"/> does too.</exception>
    public static GssCredential Password(string user, ReadOnlySpan<char> password, string? domain = null)
    {
        (string name, string where) = Split(user, domain);
        byte[] octets = new byte[2 * password.Length];
        Encoding.Unicode.GetBytes(password, octets);
        return new PasswordCredential(name, where, octets);
    }

    /// <summary>A user name and the NT hash of its password.</summary>
    /// <param name="user"><c>user</c>, <c>DOMAIN\user</c> or <c>user@realm</c>.</param>
    /// <param name="ntHash">16 octets; they are copied.</param>
    /// <param name="domain">The domain, unless <paramref name="user"/> carries it.</param>
    /// <exception cref="ArgumentException">The user name is empty or the hash is not of 16 octets.</exception>
    public static GssCredential NtHash(string user, ReadOnlySpan<byte> ntHash, string? domain = null)
    {
        if (ntHash.Length != NtHashCredential.HashSize)
        {
            throw new ArgumentException($"An NT hash has {NtHashCredential.HashSize} octets.", nameof(ntHash));
        }

        (string name, string where) = Split(user, domain);
        return new NtHashCredential(name, where, ntHash.ToArray());
    }

    /// <summary>The tickets in a credential cache, by Kerberos.</summary>
    /// <param name="name">The name as the system's library knows it: <c>FILE:/tmp/krb5cc_1000</c>, <c>KCM:</c>, or a bare path. Nothing is read before it is needed.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static GssCredential CredentialCache(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new CredentialCacheCredential(name, "", "");
    }

    /// <summary>A principal's long-term keys in a keytab file, by Kerberos: for services without a person at the keyboard.</summary>
    /// <param name="principal"><c>user@REALM</c>, or <c>user</c> in the default realm. Case matters.</param>
    /// <param name="path">The file. Nothing is read before it is needed, and no key of it is kept.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static GssCredential Keytab(string principal, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(principal);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new KeytabCredential(principal, path);
    }

    /// <summary>
    /// True for the same kind of credential of the same user with the same secret. Names compare without case; the secret in constant time.
    /// A disposed credential matches nothing, and one that names nobody only itself.
    /// </summary>
    public bool Matches(GssCredential other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return GetType() == other.GetType()
            && (NamesUser || ReferenceEquals(this, other))
            && string.Equals(User, other.User, StringComparison.OrdinalIgnoreCase)
            && string.Equals(Domain, other.Domain, StringComparison.OrdinalIgnoreCase)
            && SecretMatches(other);
    }

    /// <summary>The user and the domain, never the secret.</summary>
    public sealed override string ToString() => IsAnonymous ? "anonymous" : User.Length == 0 ? DescribeOwner() : Domain.Length == 0 ? User : Domain + "\\" + User;

    /// <summary>Clears the secret. Contexts that were made from it have their own copy.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The NT hash, MD4 of the UTF-16LE password: a copy, which the caller clears. Null for kinds that NTLM cannot serve.</summary>
    internal virtual byte[]? CopyNtHash() => null;

    /// <summary>LMOWFv1, [MS-NLMP] 3.3.1: a copy. Null where the password is not known or has no LM hash.</summary>
    internal virtual byte[]? LmHash() => null;

    /// <summary>The password in an encoding, for servers that want it in the clear.</summary>
    internal virtual byte[] EncodePlaintext(Encoding encoding) =>
        throw new InvalidOperationException("Only a password can be sent in the clear, not its hash.");

    /// <summary>Who it may be, for people, where nobody is named.</summary>
    private protected virtual string DescribeOwner() => "nobody known";

    /// <summary>Compares the secrets in constant time.</summary>
    /// <param name="other">A credential of the same class, user and domain.</param>
    protected abstract bool SecretMatches(GssCredential other);

    /// <summary>Clears the secret.</summary>
    protected virtual void Dispose(bool disposing)
    {
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
